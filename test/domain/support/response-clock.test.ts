import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../src/calendars/holidays.ts";
import {
  type ClockHistory,
  type ClockReading,
  needsHurry,
  readClock,
  urgencyOf,
} from "../../../src/domain/support/response-clock.ts";
import { clausesOf } from "../../support/contracts.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const termsOf = (timerFrom: string, ...lines: string[]) =>
  clausesOf(`support:
  plan: desk
  timer_from: ${timerFrom}
  plans:
    desk:
      hours: { time_zone: UTC, hours: { mon-sun: 00:00-24:00 } }
      clock: clock
      priorities:
        high: { response: 1h, resolution: 2h }
        normal: { response: 4h, resolution: 8h }
        now: { response: at_once }
        someday: { response: none }
${lines.map((line) => `      ${line}`).join("\n")}`).support!;
const opening = termsOf("opening");
const change = termsOf("change");
const at = (hours: number) => Date.parse("2026-06-08T00:00:00Z") + hours * hourMs;
const none = calendarsOf(new Map());

const history = (over: Partial<ClockHistory> & { priority?: string | null } = {}): ClockHistory => ({
  openedAt: at(0),
  priorities: [{ at: at(0), priority: over.priority === undefined ? "normal" : over.priority }],
  pauses: [],
  answeredAt: null,
  resolvedAt: null,
  ...over,
});
const read = (h: ClockHistory, now: number, terms = opening): ClockReading =>
  readClock("response", terms, h, none, now);

describe("a clock", () => {
  it("runs until it is due, hurries in its last quarter, and is missed a moment after it was due", () => {
    const running = read(history(), at(1));
    expect(running).toEqual({ state: "running", dueAt: at(4), warnAt: at(3), isAtOnce: false });
    expect([needsHurry(running, at(3) - 1), needsHurry(running, at(3))]).toEqual([false, true]);
    expect(read(history(), at(4)).state).toBe("running");
    const missed = read(history(), at(4) + 1);
    expect(missed).toEqual({ state: "missed", dueAt: at(4), settledAt: at(4), endedAt: null });
    expect(needsHurry(missed, at(9))).toBe(true);
  });

  it("is met by an answer at the very instant it is due, and not a moment later", () => {
    expect(read(history({ answeredAt: at(4) }), at(9))).toMatchObject({ state: "met", settledAt: at(4) });
    const late = read(history({ answeredAt: at(4) + 1 }), at(9));
    expect(late).toEqual({ state: "missed", dueAt: at(4), settledAt: at(4), endedAt: at(4) + 1 });
    expect(needsHurry(late, at(9))).toBe(false);
  });

  it("is ended by a solution too: who is helped was answered", () => {
    expect(read(history({ resolvedAt: at(2) }), at(9))).toMatchObject({ state: "met", endedAt: at(2) });
  });

  it("stands still while it waits for the customer, and says when it would be due", () => {
    const paused = history({ pauses: [{ start: at(1), end: null }] });
    expect(read(paused, at(2))).toEqual({ state: "paused", since: at(1), dueAt: at(5), isAtOnce: false });
    expect(read(paused, at(50))).toMatchObject({ state: "paused", dueAt: at(53) });
    const over = history({ pauses: [{ start: at(1), end: at(50) }] });
    expect(read(over, at(51))).toMatchObject({ state: "running", dueAt: at(53) });
  });

  it("of at once has no figure to miss, and is first of all", () => {
    const now = read(history({ priority: "now" }), at(1));
    expect(now).toEqual({ state: "running", dueAt: null, warnAt: at(0), isAtOnce: true });
    expect(needsHurry(now, at(0))).toBe(true);
    const other = read(history(), at(1));
    const sorted = [other, now].toSorted((a, b) => urgencyOf(a as never) - urgencyOf(b as never));
    expect(sorted).toEqual([now, other]);
    expect(read(history({ priority: "now", answeredAt: at(1) }), at(2))).toEqual({
      state: "ended",
      endedAt: at(1),
    });
  });

  it("is none where nothing is promised", () => {
    expect(read(history({ priority: "someday" }), at(1))).toEqual({ state: "none" });
    expect(read(history({ priority: null }), at(1))).toEqual({ state: "none" });
    expect(readClock("resolution", opening, history({ priority: "now" }), none, at(1))).toEqual({
      state: "none",
    });
  });

  it("of a plan that promises the same to everybody runs without a priority", () => {
    const all = termsOf("opening", "response: 3h");
    expect(read(history({ priority: null }), at(1), all)).toMatchObject({ dueAt: at(3) });
    // The stricter of both counts.
    expect(read(history(), at(1), all)).toMatchObject({ dueAt: at(3) });
    expect(read(history({ priority: "high" }), at(0.5), all)).toMatchObject({ dueAt: at(1) });
  });
});

describe("a changed priority", () => {
  const raised = history({
    priorities: [
      { at: at(0), priority: "normal" },
      { at: at(0.5), priority: "high" },
    ],
  });

  it("counts from the opening or from the change, as the contract says", () => {
    expect(read(raised, at(0.6))).toMatchObject({ state: "running", dueAt: at(1) });
    expect(read(raised, at(0.6), change)).toMatchObject({ state: "running", dueAt: at(1.5) });
  });

  it("that is the first to be said counts from the opening", () => {
    const said = history({
      priorities: [
        { at: at(0), priority: null },
        { at: at(0.5), priority: "high" },
      ],
    });
    expect(read(said, at(0.6), change)).toMatchObject({ dueAt: at(1) });
  });

  it("raised when its time is over already is missed from then on, not before", () => {
    const late = history({
      priorities: [
        { at: at(0), priority: "normal" },
        { at: at(2), priority: "high" },
      ],
    });
    expect(read(late, at(1.5))).toMatchObject({ state: "running" });
    expect(read(late, at(3))).toEqual({ state: "missed", dueAt: at(1), settledAt: at(2), endedAt: null });
  });

  it("lowered in time gives more time, lowered too late mends nothing", () => {
    const lowered = (when: number) =>
      history({
        priorities: [
          { at: at(0), priority: "high" },
          { at: at(when), priority: "normal" },
        ],
      });
    expect(read(lowered(1), at(2))).toMatchObject({ state: "running", dueAt: at(4) });
    expect(read(lowered(1.1), at(2))).toEqual({
      state: "missed",
      dueAt: at(1),
      settledAt: at(1),
      endedAt: null,
    });
  });

  it("after the answer changes nothing any more", () => {
    const after = history({
      answeredAt: at(3),
      priorities: [
        { at: at(0), priority: "normal" },
        { at: at(3.5), priority: "high" },
      ],
    });
    expect(read(after, at(9))).toMatchObject({ state: "met", dueAt: at(4) });
  });
});

describe("laws of clocks", () => {
  const instants = fc.integer({ min: 0, max: 20 * 60 }).map((minutes) => at(0) + minutes * minuteMs);
  const any = fc
    .record({
      priorities: fc.array(fc.record({ at: instants, priority: fc.constantFrom("high", "normal", null) }), {
        maxLength: 3,
      }),
      pauses: fc.uniqueArray(instants, { maxLength: 6 }),
      answeredAt: fc.option(instants, { nil: null }),
      first: fc.constantFrom("high", "normal", null),
    })
    .map(({ priorities, pauses, answeredAt, first }) => {
      const edges = pauses.toSorted((a, b) => a - b);
      return history({
        answeredAt,
        priorities: [
          { at: at(0), priority: first },
          ...priorities.toSorted((a, b) => a.at - b.at).filter(({ at: when }) => when > at(0)),
        ],
        pauses: edges.flatMap((start, i) => (i % 2 === 0 ? [{ start, end: edges[i + 1] ?? null }] : [])),
      });
    });

  it("what was settled stays as it was settled, however late one looks", () => {
    fc.assert(
      fc.property(any, fc.constantFrom(opening, change), instants, instants, (h, terms, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const before = read(h, early, terms);
        if (before.state === "met" || before.state === "missed") {
          const { endedAt: _, ...told } = before;
          const { endedAt: __, ...after } = read(h, late, terms) as typeof before;
          expect(after).toEqual(told);
        }
      }),
    );
  });

  it("what is settled is settled by then, and never before it was opened", () => {
    fc.assert(
      fc.property(any, fc.constantFrom(opening, change), instants, (h, terms, now) => {
        const reading = read(h, now, terms);
        if (reading.state === "met" || reading.state === "missed") {
          expect(reading.settledAt).toBeLessThanOrEqual(now);
          expect(reading.settledAt).toBeGreaterThanOrEqual(h.openedAt);
        }
      }),
    );
  });
});
