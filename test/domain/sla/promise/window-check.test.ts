import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../../src/calendars/holidays.ts";
import { windowRulesOf, windowWarnings } from "../../../../src/domain/sla/promise/window-check.ts";
import { clausesOf } from "../../../support/contracts.ts";

const calendarOf = calendarsOf(new Map());
const rules = windowRulesOf(
  clausesOf(
    "time_zone: UTC\nmaintenance: { checks: { longest: 30m, per_quarter: 1, notice: 48h, outside_hours: { hours: { mon-fri: 08:00-16:00 } } } }",
  ),
  calendarOf,
)!;
const window = (from: string, to: string) => ({
  start: Date.parse(`2026-${from}Z`),
  end: Date.parse(`2026-${to}Z`),
});
const early = Date.parse("2026-01-01T00:00:00Z");

describe("a window is checked before it is published", () => {
  it("against every promise, with what it breaks in words", () => {
    const planned = window("06-10T15:40", "06-10T16:20");
    const warnings = windowWarnings(
      planned,
      planned.start - 3_600_000,
      [window("04-01T20:00", "04-01T20:10")],
      rules,
    );
    expect(warnings.map(({ detail }) => detail)).toEqual([
      "It lasts 40m, and at most 30m is promised.",
      "It is number 2 in 2026-Q2, and at most 1 a quarter are promised.",
      "20m of it lie inside the working hours that it has to stay out of.",
      "It is announced 1h ahead, and 48h are promised.".replace("48h", "2d"),
    ]);
    expect(warnings.map(({ actual, promised }) => [actual, promised])).toEqual([
      [2_400_000, 1_800_000],
      [2, 1],
      [1_200_000, 0],
      [3_600_000, 172_800_000],
    ]);
  });

  it("and passes where it keeps all of them: bounds are inclusive", () => {
    const planned = window("06-10T16:00", "06-10T16:30");
    expect(windowWarnings(planned, planned.start - 172_800_000, [], rules)).toEqual([]);
  });

  it("against windows of its own quarter that come first, not against later ones", () => {
    const planned = window("06-10T20:00", "06-10T20:10");
    expect(windowWarnings(planned, early, [window("06-20T20:00", "06-20T20:10")], rules)).toEqual([]);
    expect(windowWarnings(planned, early, [window("03-31T20:00", "03-31T20:10")], rules)).toEqual([]);
  });

  it("against nothing where nothing is promised", () => {
    expect(windowRulesOf(clausesOf("maintenance: { exclude: true }"), calendarOf)).toBeNull();
    const none = {
      maxWindowMs: null,
      maxPerQuarter: null,
      outsideHoursOf: null,
      minNoticeMs: null,
      timeZone: "UTC",
    };
    expect(windowWarnings(window("06-10T10:00", "06-12T10:00"), 0, [], none)).toEqual([]);
  });
});
