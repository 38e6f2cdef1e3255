import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basicInstant, isoDay, isoInstant } from "../../../src/domain/time/written-instant.ts";

const instants = fc.integer({ min: 0, max: Date.UTC(2999, 11, 31) });

describe("an instant written for machines", () => {
  it("is in UTC, to the millisecond, and read back the same", () => {
    fc.assert(
      fc.property(instants, (at) => {
        expect(isoInstant(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(Date.parse(isoInstant(at))).toBe(at);
      }),
    );
  });

  it("sorts as text as it does in time", () => {
    fc.assert(fc.property(instants, instants, (a, b) => isoInstant(a) < isoInstant(b) === a < b));
  });

  it("stays null where there is none", () => {
    expect(isoInstant(null)).toBeNull();
  });

  it("stands in calendars without signs between, and without ms", () => {
    expect(basicInstant(Date.parse("2027-03-28T00:30:00.999+01:00"))).toBe("20270327T233000Z");
  });

  it("has the day that it lies in, in UTC", () => {
    expect(isoDay(Date.parse("2026-12-01T00:30:00+01:00"))).toBe("2026-11-30");
    fc.assert(fc.property(instants, (at) => isoInstant(at).startsWith(`${isoDay(at)}T`)));
  });
});
