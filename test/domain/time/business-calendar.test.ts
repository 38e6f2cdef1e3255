import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BusinessCalendar,
  endOfNextWorkingDay,
  isLocalDate,
  openTime,
  parseOpeningHours,
  weekdays,
  workingDeadline,
} from "../../../src/domain/time/business-calendar.ts";
import { clip, measure } from "../../../src/domain/time/interval.ts";

const at = Date.parse;
const hourMs = 3_600_000;
const iso = (instant: number) => new Date(instant).toISOString();
const hours = (...of: [string, string][]) => of.map(([start, end]) => parseOpeningHours(start, end)!);

function calendar(of: [string, string][], over: Partial<BusinessCalendar> = {}): BusinessCalendar {
  const weekly = Object.fromEntries(
    weekdays.map((day) => [day, day === "sat" || day === "sun" ? [] : hours(...of)]),
  ) as unknown as BusinessCalendar["weekly"];
  return { timeZone: "Europe/Copenhagen", weekly, closedDates: new Set(), ...over };
}

function daily(of: [string, string][], timeZone: string): BusinessCalendar {
  const weekly = Object.fromEntries(
    weekdays.map((day) => [day, hours(...of)]),
  ) as unknown as BusinessCalendar["weekly"];
  return { timeZone, weekly, closedDates: new Set() };
}

describe("opening hours", () => {
  test.each([
    ["09:00", "17:00", { startMinute: 540, endMinute: 1_020 }],
    ["00:00", "24:00", { startMinute: 0, endMinute: 1_440 }],
    ["24:00", "24:00", null],
    ["17:00", "09:00", null],
    ["09:00", "09:00", null],
    ["9:00", "17:00", null],
    ["09:00", "24:01", null],
    ["09:00", "25:00", null],
    ["09:60", "17:00", null],
  ])("from %s to %s are %j", (start, end, expected) => {
    expect(parseOpeningHours(start, end)).toEqual(expected);
  });

  test.each([
    ["2026-02-28", true],
    ["2026-02-29", false],
    ["2028-02-29", true],
    ["26-02-28", false],
    ["2026-2-28", false],
  ])("%s is a date: %s", (text, expected) => {
    expect(isLocalDate(text)).toBe(expected);
  });
});

describe("open time", () => {
  const on = (date: string, of: [string, string][], timeZone = "Europe/Copenhagen") => {
    const day = { start: at(`${date}T00:00:00Z`) - 12 * hourMs, end: at(`${date}T00:00:00Z`) + 36 * hourMs };
    return openTime(daily(of, timeZone), day).map(({ start, end }) => [iso(start), iso(end)]);
  };

  test("at a gap begins after it, and a stretch inside the gap is none", () => {
    expect(on("2026-03-29", [["02:30", "04:00"]])).toContainEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T02:00:00.000Z",
    ]);
    expect(on("2026-03-29", [["02:15", "02:45"]]).some(([start]) => start!.startsWith("2026-03-29"))).toBe(
      false,
    );
  });

  test("at an hour that happens twice begins and ends at the earlier one", () => {
    expect(on("2026-10-25", [["02:30", "04:00"]])).toContainEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T03:00:00.000Z",
    ]);
    expect(on("2026-10-25", [["01:00", "02:30"]])).toContainEqual([
      "2026-10-24T23:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
    ]);
  });

  test("around the clock is all of the time, whatever clocks do", () => {
    const spring = { start: at("2026-03-28T00:00:00Z"), end: at("2026-03-31T00:00:00Z") };
    for (const timeZone of ["Europe/Copenhagen", "America/St_Johns", "Africa/Cairo", "Australia/Lord_Howe"]) {
      expect(openTime(daily([["00:00", "24:00"]], timeZone), spring)).toEqual([spring]);
    }
  });

  test("of a night is two entries that join at midnight", () => {
    expect(
      on(
        "2026-06-10",
        [
          ["22:00", "24:00"],
          ["00:00", "06:00"],
        ],
        "UTC",
      ),
    ).toContainEqual(["2026-06-09T22:00:00.000Z", "2026-06-10T06:00:00.000Z"]);
  });

  test("is none on a closed date, in the calendar's own zone", () => {
    const closed = {
      ...daily([["00:00", "24:00"]], "Europe/Copenhagen"),
      closedDates: new Set(["2026-12-25"]),
    };
    const week = { start: at("2026-12-23T00:00:00Z"), end: at("2026-12-28T00:00:00Z") };
    expect(openTime(closed, week).map(({ start, end }) => [iso(start), iso(end)])).toEqual([
      ["2026-12-23T00:00:00.000Z", "2026-12-24T23:00:00.000Z"],
      ["2026-12-25T23:00:00.000Z", "2026-12-28T00:00:00.000Z"],
    ]);
  });

  test("of an interval is that of its parts", () => {
    const office = calendar([
      ["09:00", "12:00"],
      ["12:30", "17:00"],
    ]);
    const instants = fc.integer({ min: at("2026-03-01T00:00:00Z"), max: at("2026-11-30T00:00:00Z") });
    fc.assert(
      fc.property(instants, fc.nat({ max: 20 * 24 * hourMs }), fc.nat(), (start, lengthMs, where) => {
        const end = start + lengthMs + 1;
        const cut = start + (where % (lengthMs + 1));
        const open = openTime(office, { start, end });
        expect(clip(open, { start, end: cut })).toEqual(openTime(office, { start, end: cut }));
        expect(clip(open, { start: cut, end })).toEqual(openTime(office, { start: cut, end }));
      }),
    );
  });
});

describe("a deadline", () => {
  test("is the earliest instant at which so much open time has passed, for any opening and target", () => {
    const office = calendar(
      [
        ["09:00", "12:00"],
        ["12:30", "17:00"],
      ],
      { closedDates: new Set(["2026-12-25"]) },
    );
    const opened = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") });
    fc.assert(
      fc.property(opened, fc.integer({ min: 1, max: 60 * hourMs }), (from, targetMs) => {
        const due = workingDeadline(office, from, targetMs);
        expect(measure(openTime(office, { start: from, end: due }))).toBe(targetMs);
        expect(measure(openTime(office, { start: from, end: due - 1 }))).toBe(targetMs - 1);
      }),
    );
  });

  test.each([
    ["Wednesday before Easter, 12 working hours", "2026-04-01T14:00:00Z", "2026-04-08T10:00:00.000Z"],
    ["Friday evening", "2026-06-12T20:00:00Z", "2026-06-16T11:00:00.000Z"],
  ])("of %s skips what is closed", (_, from, due) => {
    const danish = calendar([["09:00", "17:00"]], {
      closedDates: new Set(["2026-04-02", "2026-04-03", "2026-04-06"]),
    });
    expect(iso(workingDeadline(danish, at(from), 12 * hourMs))).toBe(due);
  });

  test("at the end of the next working day is that day's last closing time", () => {
    const office = calendar([
      ["09:00", "12:00"],
      ["12:30", "15:00"],
    ]);
    expect(iso(endOfNextWorkingDay(office, at("2026-06-10T08:00:00Z")))).toBe("2026-06-11T13:00:00.000Z");
    expect(iso(endOfNextWorkingDay(office, at("2026-06-12T23:30:00Z")))).toBe("2026-06-15T13:00:00.000Z");
  });

  test("is never reached where nothing ever opens", () => {
    expect(() => workingDeadline(calendar([]), 0, 1)).toThrow("never open");
    expect(() => endOfNextWorkingDay(calendar([]), 0)).toThrow("never open");
    expect(workingDeadline(calendar([]), 5, 0)).toBe(5);
    const seldom = calendar([["09:00", "09:01"]]);
    expect(() => workingDeadline(seldom, 0, 1_000 * hourMs)).toThrow("not in a hundred years");
  });
});
