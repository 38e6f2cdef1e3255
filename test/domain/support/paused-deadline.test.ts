import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandCalendar } from "../../../src/calendars/holidays.ts";
import { pausedDeadline } from "../../../src/domain/support/paused-deadline.ts";
import { dueAt, type ResponseTarget } from "../../../src/domain/support/response-target.ts";
import { openTime } from "../../../src/domain/time/business-calendar.ts";
import { measure, subtract, union } from "../../../src/domain/time/interval.ts";
import { hoursOf } from "../../support/contracts.ts";

const hourMs = 3_600_000;
const office = expandCalendar(hoursOf("o: { time_zone: UTC, hours: { mon-fri: 09:00-17:00 } }"));
/** Clocks change on Sunday, 29 March 2026, at two: this one is open through the night. */
const nights = expandCalendar(
  hoursOf(
    "o: { time_zone: Europe/Copenhagen, hours: { sat-sun: 00:00-24:00, mon-fri: [09:00-11:30, 12:00-15:00] }, holidays: DK }",
  ),
);
const friday = Date.parse("2026-06-12T16:00:00Z");
const at = (text: string) => Date.parse(`2026-06-${text}:00Z`);
const working = { kind: "within", ms: 2 * hourMs, clock: "working" } as const;
const clock = { kind: "within", ms: 2 * hourMs, clock: "clock" } as const;
const nextDay = { kind: "end_of_next_working_day" } as const;

const due = (target: ResponseTarget, ...pauses: [string, string][]) =>
  new Date(
    pausedDeadline(
      target,
      office,
      friday,
      pauses.map(([start, end]) => ({ start: at(start), end: at(end) })),
    )!.dueAt,
  )
    .toISOString()
    .slice(5, 16);

describe("a pause", () => {
  it("adds the time it took, in working time only that of the hours", () => {
    expect(due(working)).toBe("06-15T10:00");
    expect(due(working, ["12T16:30", "15T09:30"])).toBe("06-15T11:00");
    expect(due(working, ["12T18:00", "14T18:00"])).toBe("06-15T10:00");
    expect(due(clock)).toBe("06-12T18:00");
    expect(due(clock, ["12T17:00", "14T17:00"])).toBe("06-14T18:00");
  });

  it("that begins in the time another pause added counts too", () => {
    expect(due(clock, ["12T17:00", "12T17:30"], ["12T18:10", "12T18:20"])).toBe("06-12T18:40");
  });

  it("that begins when it is due changes nothing", () => {
    expect(due(clock, ["12T18:00", "13T18:00"])).toBe("06-12T18:00");
    expect(due(working, ["15T10:00", "16T10:00"])).toBe("06-15T10:00");
  });

  it("moves the end of the next working day by whole days", () => {
    expect(due(nextDay)).toBe("06-15T17:00");
    expect(due(nextDay, ["13T09:00", "14T09:00"])).toBe("06-15T17:00");
    expect(due(nextDay, ["15T09:00", "15T09:30"])).toBe("06-16T17:00");
  });

  it("is told three quarters of the way before", () => {
    expect(pausedDeadline(clock, null, friday, [])!.warnAt).toBe(friday + 1.5 * hourMs);
    expect(new Date(pausedDeadline(working, office, friday, [])!.warnAt).toISOString()).toContain("15T09:30");
  });

  it("has no figure to move where best efforts or at once are promised, or hours are missing", () => {
    expect(pausedDeadline({ kind: "none" }, office, friday, [])).toBeNull();
    expect(pausedDeadline({ kind: "at_once" }, office, friday, [])).toBeNull();
    expect(pausedDeadline(working, null, friday, [])).toBeNull();
    expect(pausedDeadline(nextDay, null, friday, [])).toBeNull();
  });
});

const from = fc.integer({ min: Date.parse("2026-03-20T00:00:00Z"), max: Date.parse("2026-04-08T00:00:00Z") });
const target: fc.Arbitrary<ResponseTarget> = fc.oneof(
  fc.constant(nextDay),
  fc.record({
    kind: fc.constant("within" as const),
    ms: fc.integer({ min: 1, max: 60 * hourMs }),
    clock: fc.constantFrom("working" as const, "clock" as const),
  }),
);
const someStretches = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 200 * hourMs }),
    ms: fc.integer({ min: 1, max: 50 * hourMs }),
  }),
  { maxLength: 5 },
);
const pausesFrom = (start: number, list: { after: number; ms: number }[]) =>
  union(list.map(({ after, ms }) => ({ start: start + after, end: start + after + ms })));

describe("laws of pauses, over the change of clocks and Easter", () => {
  it("without a pause it is due as promised", () => {
    fc.assert(
      fc.property(from, target, (start, promise) => {
        expect(pausedDeadline(promise, nights, start, [])!.dueAt).toBe(dueAt(promise, nights, start));
      }),
    );
  });

  it("no pause ever makes it due earlier, and more of them never do", () => {
    fc.assert(
      fc.property(from, target, someStretches, someStretches, (start, promise, some, more) => {
        const few = pausedDeadline(promise, nights, start, pausesFrom(start, some))!;
        const many = pausedDeadline(promise, nights, start, pausesFrom(start, [...some, ...more]))!;
        expect(few.dueAt).toBeGreaterThanOrEqual(dueAt(promise, nights, start)!);
        expect(many.dueAt).toBeGreaterThanOrEqual(few.dueAt);
        expect(many.warnAt).toBeGreaterThanOrEqual(few.warnAt);
        expect(few.warnAt).toBeLessThanOrEqual(few.dueAt);
      }),
    );
  });

  it("what has passed without the pauses when it is due is what was promised", () => {
    const within = target.filter(({ kind }) => kind === "within");
    fc.assert(
      fc.property(from, within, someStretches, (start, promise, list) => {
        const pauses = pausesFrom(start, list);
        const { dueAt: end } = pausedDeadline(promise, nights, start, pauses)!;
        const { clock: which, ms } = promise as Extract<ResponseTarget, { kind: "within" }>;
        const passing = which === "clock" ? [{ start, end }] : openTime(nights, { start, end });
        expect(measure(subtract(passing, pauses))).toBe(ms);
      }),
    );
  });
});
