import { expect, test } from "vitest";
import { quarterOf } from "../../../src/domain/time/quarter.ts";

test.each([
  ["2026-03-31T21:59:59.999Z", "Europe/Copenhagen", "2026-Q1"],
  ["2026-03-31T22:00:00.000Z", "Europe/Copenhagen", "2026-Q2"],
  ["2026-12-31T23:00:00.000Z", "Europe/Copenhagen", "2027-Q1"],
  ["2026-12-31T23:00:00.000Z", "UTC", "2026-Q4"],
  ["2026-07-01T00:00:00.000Z", "UTC", "2026-Q3"],
])("%s in %s lies in %s", (at, timeZone, quarter) => {
  expect(quarterOf(Date.parse(at), timeZone)).toBe(quarter);
});
