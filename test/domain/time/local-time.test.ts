import fc from "fast-check";
import { expect, it } from "vitest";
import {
  fieldTime,
  nextTimeOfDay,
  parseLocalTime,
  printLocalTime,
  readLocalTime,
} from "../../../src/domain/time/local-time.ts";

const zone = "Europe/Copenhagen";

it.each([
  ["2026-12-01 22:00", "2026-12-01T21:00:00.000Z"],
  ["2026-07-01T22:00:30", "2026-07-01T20:00:30.000Z"],
  ["2026-03-29 01:59:59", "2026-03-29T00:59:59.000Z"],
  ["2026-03-29 02:30", "2026-03-29T01:00:00.000Z"],
  ["2026-03-29 03:00", "2026-03-29T01:00:00.000Z"],
  ["2026-10-25 02:30", "2026-10-25T00:30:00.000Z"],
])("%s in Copenhagen is %s: after a gap, and the earlier of two", (text, instant) => {
  expect(new Date(parseLocalTime(text, zone)).toISOString()).toBe(instant);
});

it.each(["2026-02-30 10:00", "2026-12-01", "2026-12-01 24:00", "2026-12-01 22:00Z", "tomorrow", ""])(
  "%s is no local time",
  (text) => {
    expect(() => parseLocalTime(text, zone)).toThrow("is not a date and time like");
  },
);

it("is printed as it was typed, wherever it exists once", () => {
  const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
  fc.assert(
    fc.property(
      seconds,
      fc.constantFrom("UTC", zone, "Asia/Kathmandu", "America/St_Johns"),
      (at, timeZone) => {
        const text = printLocalTime(at * 1_000, timeZone);
        expect(printLocalTime(parseLocalTime(text, timeZone), timeZone)).toBe(text);
      },
    ),
  );
  expect(printLocalTime(Date.parse("2026-12-01T21:00:00.999Z"), zone)).toBe("2026-12-01 22:00");
});

it.each([
  ["2026-06-01T10:00:00Z", "14:50", "2026-06-01T12:50:00.000Z"],
  ["2026-06-01T12:49:59.999Z", "14:50", "2026-06-01T12:50:00.000Z"],
  ["2026-06-01T12:50:00Z", "14:50", "2026-06-02T12:50:00.000Z"],
  ["2026-06-01T22:30:00Z", "00:15", "2026-06-02T22:15:00.000Z"],
  ["2026-03-28T23:30:00Z", "02:30", "2026-03-29T01:00:00.000Z"],
  ["2026-03-29T01:10:00Z", "02:30", "2026-03-30T00:30:00.000Z"],
  ["2026-10-24T23:30:00Z", "02:30", "2026-10-25T00:30:00.000Z"],
  ["2026-10-25T00:45:00Z", "02:30", "2026-10-25T01:30:00.000Z"],
])("after %s the next %s in Copenhagen is %s", (now, text, instant) => {
  expect(new Date(nextTimeOfDay(text, zone, Date.parse(now))).toISOString()).toBe(instant);
});

it("says of a time that is skipped or happens twice how it was read", () => {
  const read = (text: string) => {
    const { at, kind, laterAt } = readLocalTime(text, zone);
    return [kind, new Date(at).toISOString(), laterAt && new Date(laterAt).toISOString()];
  };
  expect(read("2026-03-29T02:30")).toEqual(["skipped", "2026-03-29T01:00:00.000Z", null]);
  expect(read("2026-10-25T02:30")).toEqual(["twice", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
  expect(read("2026-10-25T03:00")).toEqual(["plain", "2026-10-25T02:00:00.000Z", null]);
});

it("stands in a field exactly to the ms, and is read back as it was", () => {
  const at = Date.parse("2026-06-01T08:15:20.123Z");
  expect(fieldTime(at, zone)).toBe("2026-06-01T10:15:20.123");
  expect(parseLocalTime(fieldTime(at, zone), zone)).toBe(at);
  expect(fieldTime(at - 123, zone)).toBe("2026-06-01T10:15:20");
  expect(fieldTime(Date.parse("2026-06-01T08:15:00Z"), zone)).toBe("2026-06-01T10:15");
});
