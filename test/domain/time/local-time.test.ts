import fc from "fast-check";
import { expect, it } from "vitest";
import { parseLocalTime, printLocalTime } from "../../../src/domain/time/local-time.ts";

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
