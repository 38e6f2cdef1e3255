import { expect, it } from "vitest";
import { projectedDown } from "../../../../src/domain/sla/figures/projection.ts";

const hourMs = 3_600_000;

it("a third of the cycle's downtime in a third of its time makes all of it", () => {
  expect(projectedDown(60_000, 10 * hourMs, 30 * hourMs)).toBe(180_000);
});

it("is exact where it does not come to whole ms", () => {
  expect(projectedDown(1, 3, 10)).toEqual({ numerator: 10n, denominator: 3n });
});

it("says nothing before any time has counted", () => {
  expect(projectedDown(0, 0, hourMs)).toBeNull();
});
