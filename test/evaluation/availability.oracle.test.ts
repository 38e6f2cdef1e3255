import fc from "fast-check";
import { expect, test } from "vitest";
import { anyCase, evaluate, toInput } from "./cases.ts";
import { oracle } from "./oracle.ts";

test("every figure is what asking each piece of time, one after another, comes to", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const { credit, ...result } = evaluate("availability", toInput(given));
      expect(result).toEqual(oracle(given));
      expect(credit).toBeNull();
    }),
    { numRuns: 250 },
  );
});
