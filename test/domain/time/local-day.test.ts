import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTimeZone, localDayOf, localDaysBefore } from "../../../src/domain/time/local-day.ts";

const hourMs = 3_600_000;
const at = Date.parse;

describe("a local day", () => {
  test.each([
    [
      "an ordinary day",
      "Europe/Copenhagen",
      "2026-04-10T12:00:00Z",
      "2026-04-10",
      "2026-04-09T22:00:00Z",
      24,
    ],
    [
      "the day the clock is set forward",
      "Europe/Copenhagen",
      "2026-03-29T12:00:00Z",
      "2026-03-29",
      "2026-03-28T23:00:00Z",
      23,
    ],
    [
      "the day the clock is set back",
      "Europe/Copenhagen",
      "2026-10-25T12:00:00Z",
      "2026-10-25",
      "2026-10-24T22:00:00Z",
      25,
    ],
    [
      "a day without a midnight",
      "America/Sao_Paulo",
      "2018-11-04T12:00:00Z",
      "2018-11-04",
      "2018-11-04T03:00:00Z",
      23,
    ],
    [
      "a day with two midnights",
      "America/Havana",
      "2020-11-01T12:00:00Z",
      "2020-11-01",
      "2020-11-01T04:00:00Z",
      25,
    ],
    [
      "a half-hour shift",
      "Australia/Lord_Howe",
      "2026-04-04T20:00:00Z",
      "2026-04-05",
      "2026-04-04T13:00:00Z",
      24.5,
    ],
  ])("%s (%s)", (_, zone, instant, date, start, hours) => {
    expect(localDayOf(at(instant), zone)).toEqual({
      date,
      start: at(start),
      end: at(start) + hours * hourMs,
    });
  });

  test("belongs to the later day from its first ms on", () => {
    const midnight = at("2026-04-09T22:00:00Z");
    expect(localDayOf(midnight - 1, "Europe/Copenhagen").date).toBe("2026-04-09");
    expect(localDayOf(midnight, "Europe/Copenhagen").date).toBe("2026-04-10");
  });

  test("a date that an island skipped is no day", () => {
    const days = localDaysBefore(at("2012-01-01T00:00:00Z"), 3, "Pacific/Apia");
    expect(days.map((day) => day.date)).toEqual(["2011-12-29", "2011-12-31", "2012-01-01"]);
  });

  test("the last ninety end with today and leave no gap, in any zone", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Europe/Copenhagen",
      "America/St_Johns",
      "Pacific/Apia",
      "Asia/Kathmandu",
      "America/Havana",
    );
    fc.assert(
      fc.property(fc.integer({ min: at("1990-01-01"), max: at("2040-01-01") }), zones, (now, zone) => {
        const days = localDaysBefore(now, 90, zone);
        const today = days.at(-1)!;
        expect(days).toHaveLength(90);
        expect(today.start <= now && now < today.end).toBe(true);
        expect(
          days.every((day, i) => day.start < day.end && (i === 0 || days[i - 1]!.end === day.start)),
        ).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

test.each([
  ["Europe/Copenhagen", true],
  ["UTC", true],
  ["europe/copenhagen", true],
  ["Etc/GMT+5", true],
  ["+01:00", false],
  ["Europe/Copenhage", false],
  ["", false],
  ["2026-01-01T00:00Z[UTC]", false],
])("%s as the name of a time zone: %s", (name, answer) => {
  expect(isTimeZone(name)).toBe(answer);
});
