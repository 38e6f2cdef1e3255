import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planWindow } from "../../../src/domain/status/maintenance-plan.ts";
import {
  advanceWindow,
  cancelWindow,
  clockAuthor,
  endWindow,
  isOfClock,
  isUnderWay,
  maintenanceStateAt,
  type MaintenanceWindow,
  overrunMs,
  startWindow,
  verifyWindow,
} from "../../../src/domain/status/maintenance-window.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;
const start = now + 24 * hour;
const end = start + 2 * hour;
const scheduled = planWindow(
  {
    title: "New disks",
    message: "We replace disks.",
    serviceSlugs: ["beacon"],
    plannedStart: start,
    plannedEnd: end,
  },
  { reference: "MNT-2026-0001", author: "Lisbon desk" },
  now,
);

describe("by the clock", () => {
  it.each([
    ["before its planned start", start - 1, "scheduled"],
    ["at its planned start", start, "in_progress"],
    ["just before its planned end", end - 1, "in_progress"],
    ["at its planned end", end, "completed"],
  ])("%s", (_, at, state) => {
    expect(maintenanceStateAt(scheduled, at)).toBe(state);
    expect(advanceWindow(scheduled, at).state).toBe(state);
  });

  it("begins and ends at the planned instants, however late the clock is asked", () => {
    const late = advanceWindow(scheduled, end + 5 * hour);
    expect(late).toMatchObject({ actualStart: start, actualEnd: end });
    expect(late.updates.map(({ state, author, at }) => [state, author, at])).toEqual([
      ["scheduled", "Lisbon desk", now],
      ["in_progress", "clock", start],
      ["completed", "clock", end],
    ]);
    expect(overrunMs(late, end + 5 * hour)).toBe(0);
  });

  it("comes to the same in one step or in many", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: now, max: end + hour }), { minLength: 1 }), (instants) => {
        const sorted = instants.toSorted((a, b) => a - b);
        const stepped = sorted.reduce<MaintenanceWindow>(advanceWindow, scheduled);
        expect(stepped).toEqual(advanceWindow(scheduled, sorted.at(-1)!));
      }),
    );
  });

  it("of its own says only what the state says; what it announces of a series are words of people", () => {
    const announced = {
      ...scheduled,
      updates: scheduled.updates.map((one) => ({ ...one, author: clockAuthor })),
    };
    const over = advanceWindow(announced, announced.plannedEnd);
    expect(over.updates.map((update) => [update.state, isOfClock(update)])).toEqual([
      ["scheduled", false],
      ["in_progress", true],
      ["completed", true],
    ]);
  });

  it("leaves a window alone when nothing is due", () => {
    expect(advanceWindow(scheduled, start - 1)).toBe(scheduled);
  });
});

describe("by people", () => {
  it("a window that a person started runs over until a person ends it", () => {
    const started = startWindow(scheduled, "We begin early.", "Osaka desk", start - hour);
    expect(started.actualStart).toBe(start - hour);
    expect(maintenanceStateAt(started, end + hour)).toBe("in_progress");
    expect(overrunMs(started, end + hour)).toBe(hour);
    const ended = endWindow(started, "Done.", "Osaka desk", end + hour);
    expect(ended).toMatchObject({ state: "completed", actualEnd: end + hour });
    expect(overrunMs(ended, end + 9 * hour)).toBe(hour);
  });

  it("verifying waits for people, and may show that the work goes on", () => {
    const running = advanceWindow(scheduled, start);
    const verifying = verifyWindow(running, "Checking.", "Osaka desk", end - 1);
    expect(isUnderWay(verifying, end + 1)).toBe(true);
    const again = startWindow(verifying, "One more disk.", "Osaka desk", end + 1);
    expect(again).toMatchObject({ state: "in_progress", actualStart: start });
  });

  it("is cancelled only before it begins", () => {
    expect(cancelWindow(scheduled, "Not today.", "Osaka desk", start - 1).state).toBe("cancelled");
    expect(() => cancelWindow(scheduled, "Not today.", "Osaka desk", start)).toThrow(
      "MNT-2026-0001 is in progress; it cannot be cancelled.",
    );
  });

  it.each([
    [
      "ended before it begins",
      () => endWindow(scheduled, "m", "a", now),
      "is still scheduled; it cannot be ended",
    ],
    ["verified before it begins", () => verifyWindow(scheduled, "m", "a", now), "it cannot be verified"],
    [
      "started when it is over",
      () => startWindow(scheduled, "m", "a", end),
      "is completed; it cannot be started",
    ],
    [
      "started when it is cancelled",
      () => startWindow(cancelWindow(scheduled, "m", "a", now), "m", "a", now),
      "is cancelled; it cannot be started",
    ],
  ])("cannot be %s", (_, act, words) => {
    expect(act).toThrow(words);
  });
});
