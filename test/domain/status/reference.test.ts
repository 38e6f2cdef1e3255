import { expect, it } from "vitest";
import { numberOfReference, referenceSeries, toReference } from "../../../src/domain/status/reference.ts";

it("counts in the UTC year of the instant", () => {
  expect(referenceSeries("INC", Date.parse("2026-12-31T23:59:59.999Z"))).toBe("INC-2026-");
  expect(referenceSeries("MNT", Date.parse("2027-01-01T00:00:00Z"))).toBe("MNT-2027-");
});

it.each([
  [1, "INC-2026-0001"],
  [9_999, "INC-2026-9999"],
  [10_000, "INC-2026-10000"],
])("%i is %s and back", (number, reference) => {
  expect(toReference("INC-2026-", number)).toBe(reference);
  expect(numberOfReference(reference)).toBe(number);
});
