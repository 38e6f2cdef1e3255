import { describe, expect, it } from "vitest";
import {
  camelKeys,
  exactText,
  readExact,
  snakeKeys,
} from "../../../../src/domain/sla/report/report-values.ts";

describe("values of a report", () => {
  it("are whole numbers, or fractions in lowest terms that read back as they were", () => {
    expect(exactText(250_000)).toBe(250_000);
    expect(exactText({ numerator: 10n, denominator: 5n })).toBe(2);
    expect(exactText({ numerator: 10n, denominator: 4n })).toBe("5/2");
    expect(readExact("5/2")).toEqual({ numerator: 5n, denominator: 2n });
  });

  it("keep slugs as they are while names become snake_case and back", () => {
    const clauses = { rollUp: { kind: "weighted", weights: { "beacon-eu": "0.5" } }, minOutageMs: 0 };
    expect(snakeKeys(clauses)).toEqual({
      roll_up: { kind: "weighted", weights: { "beacon-eu": "0.5" } },
      min_outage_ms: 0,
    });
    expect(camelKeys(snakeKeys(clauses))).toEqual(clauses);
  });
});
