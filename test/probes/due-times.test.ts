/** The heap of due times. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { DueTimes } from "../../probes/due-times.ts";

it("comes out by due time, and in the order of going in where that is the same", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = new DueTimes<number>();
      times.forEach((due, i) => heap.push(due, i));
      const out: number[] = [];
      for (let entry = heap.popUntil(20); entry !== undefined; entry = heap.popUntil(20)) {
        out.push(entry.value);
      }
      expect(out).toEqual(times.map((_, i) => i).toSorted((a, b) => times[a]! - times[b]! || a - b));
      expect(heap.earliest()).toBe(Infinity);
    }),
  );
});

it("what is not due yet stays", () => {
  const heap = new DueTimes<string>();
  heap.push(10, "later");
  expect(heap.popUntil(9)).toBeUndefined();
  expect(heap.popUntil(10)?.value).toBe("later");
});
