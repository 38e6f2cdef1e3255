import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printLocalTime } from "../../../src/domain/time/local-time.ts";
import { occurrencesIn, type Recurrence, recurrenceFaults } from "../../../src/domain/time/recurrence.ts";

const hour = 3_600_000;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);
const everySunday: Recurrence = {
  rule: "FREQ=WEEKLY;BYDAY=SU",
  start: "2026-03-15T02:30",
  timeZone: "Europe/Copenhagen",
  lengthMs: hour,
};
const startsOf = (recurrence: Recurrence, from: string, to: string, atMost = 100) =>
  occurrencesIn(recurrence, { start: at(from), end: at(to) }, atMost).map(({ start }) =>
    new Date(start).toISOString().slice(0, 16),
  );

describe("times that come again", () => {
  it("stay at the same wall time over both changes of clocks", () => {
    const late = { ...everySunday, start: "2026-03-15T22:00" };
    expect(startsOf(late, "2026-03-15T00:00Z", "2026-04-06T00:00Z")).toEqual([
      "2026-03-15T21:00",
      "2026-03-22T21:00",
      "2026-03-29T20:00",
      "2026-04-05T20:00",
    ]);
    expect(startsOf(late, "2026-10-18T00:00Z", "2026-11-02T00:00Z")).toEqual([
      "2026-10-18T20:00",
      "2026-10-25T21:00",
      "2026-11-01T21:00",
    ]);
  });

  it("begin after the gap where clocks skip them, and once, at the earlier, where they happen twice", () => {
    expect(startsOf(everySunday, "2026-03-28T00:00Z", "2026-03-30T00:00Z")).toEqual(["2026-03-29T01:00"]);
    expect(startsOf(everySunday, "2026-10-24T00:00Z", "2026-10-26T00:00Z")).toEqual(["2026-10-25T00:30"]);
  });

  it.each([
    [
      "the first Sunday of a month",
      "FREQ=MONTHLY;BYDAY=1SU",
      "2026-03-01T22:00",
      ["03-01", "04-05", "05-03"],
    ],
    [
      "the last working day of a month",
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
      "2026-03-31T22:00",
      ["03-31", "04-30", "05-29"],
    ],
    ["a day that not every month has", "FREQ=MONTHLY;BYMONTHDAY=31", "2026-03-31T22:00", ["03-31", "05-31"]],
    ["so many times", "FREQ=DAILY;COUNT=2", "2026-03-01T22:00", ["03-01", "03-02"]],
    [
      "until a date, inclusive",
      "FREQ=WEEKLY;UNTIL=20260315",
      "2026-03-01T22:00",
      ["03-01", "03-08", "03-15"],
    ],
    [
      "until an instant, as RFC 5545 writes it",
      "FREQ=WEEKLY;UNTIL=20260315T205959Z",
      "2026-03-01T22:00",
      ["03-01", "03-08"],
    ],
  ])("come on %s", (_, rule, start, days) => {
    const times = startsOf({ ...everySunday, rule, start }, "2026-02-01T00:00Z", "2026-06-01T00:00Z");
    expect(times.map((time) => time.slice(5, 10))).toEqual(days);
  });

  it("are refused where the rule is none, or one that work cannot follow", () => {
    const faultsOf = (change: Partial<Recurrence>) =>
      recurrenceFaults({ ...everySunday, ...change }).map(({ pointer }) => pointer);
    expect(recurrenceFaults(everySunday)).toEqual([]);
    for (const rule of [
      ...[
        "",
        "FREQ=HOURLY",
        "BYDAY=SU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=2",
      ],
      ...[
        "FREQ=DAILY;COUNT=2;UNTIL=20260401",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;UNTIL=20260231",
        "constructor=1",
      ],
    ]) {
      expect([rule, faultsOf({ rule })]).toEqual([rule, ["/rule"]]);
    }
    expect(faultsOf({ timeZone: "+01:00" })).toEqual(["/time_zone"]);
    expect(faultsOf({ start: "2026-02-31T22:00" })).toEqual(["/start"]);
  });

  it("are refused where the start is none of them", () => {
    const [fault] = recurrenceFaults({ ...everySunday, start: "2026-03-16T22:00" });
    expect(fault).toEqual({
      pointer: "/start",
      detail: "The start is none of the rule's times; the first after it is 2026-03-22 22:00.",
    });
    const never = recurrenceFaults({ ...everySunday, rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" });
    expect(never.map(({ pointer }) => pointer)).toEqual(["/start"]);
  });

  it("are refused where one would not be over when the next begins, also only on a short day", () => {
    const daily = { ...everySunday, rule: "FREQ=DAILY", start: "2026-03-15T22:00" };
    expect(recurrenceFaults({ ...daily, lengthMs: 23 * hour })).toEqual([]);
    expect(recurrenceFaults({ ...daily, lengthMs: 23 * hour + 1 })[0]).toMatchObject({
      pointer: "/length_ms",
    });
    const inUtc = { ...daily, timeZone: "UTC", lengthMs: 24 * hour };
    expect(recurrenceFaults(inUtc)).toEqual([]);
  });

  const zones = fc.constantFrom(
    ...[
      "Europe/Copenhagen",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Africa/Casablanca",
    ],
    ...["America/Santiago", "Pacific/Apia", "UTC"],
  );
  const recurrences = fc.record({
    rule: fc.constantFrom("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY"),
    start: fc
      .tuple(
        fc.integer({ min: 1, max: 28 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
      )
      .map(([date, h, m]) => {
        const two = (n: number) => String(n).padStart(2, "0");
        return `2026-01-${two(date)}T${two(h)}:${two(m)}`;
      }),
    timeZone: zones,
    lengthMs: fc.integer({ min: 1, max: 26 * hour }),
  });

  it("keep their wall time, or begin where clocks have just skipped it; none overlaps the next", () => {
    fc.assert(
      fc.property(recurrences, fc.integer({ min: 0, max: 700 }), (recurrence, days) => {
        const start = at("2026-01-01T00:00Z") + days * day;
        const times = occurrencesIn(recurrence, { start, end: start + 60 * day }, 100);
        times.forEach((time, i) => {
          const wall = printLocalTime(time.start, recurrence.timeZone);
          const meant = time.local.replace("T", " ");
          expect(time.local.slice(11)).toBe(recurrence.start.slice(11));
          // A skipped time is later than it was meant, by no more than clocks ever skip: a day, in Apia.
          expect(wall >= meant).toBe(true);
          expect(Date.parse(`${wall}Z`) - Date.parse(`${meant}Z`)).toBeLessThan(day);
          expect(time.end - time.start).toBe(recurrence.lengthMs);
          expect(time.start).toBeLessThan(times[i + 1]?.start ?? Infinity);
          expect(time.end).toBeLessThanOrEqual(times[i + 1]?.start ?? Infinity);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("are the same, whether asked for at once or piece by piece", () => {
    fc.assert(
      fc.property(recurrences, fc.integer({ min: 1, max: 50 }), (recurrence, days) => {
        const short = { ...recurrence, lengthMs: Math.min(recurrence.lengthMs, 20 * hour) };
        const [start, middle, end] = [
          at("2026-03-01T00:00Z"),
          at("2026-03-01T00:00Z") + days * day,
          at("2026-05-01T00:00Z"),
        ];
        expect([
          ...occurrencesIn(short, { start, end: middle }, 100),
          ...occurrencesIn(short, { start: middle, end }, 100),
        ]).toEqual(occurrencesIn(short, { start, end }, 100));
      }),
      { numRuns: 40 },
    );
  });
});
