/** When a job is late. */

import { describe, expect, it } from "vitest";
import { checkInProbe, judgeCheckIn } from "../../../probes/node/check-in.ts";
import type { Calls } from "../../../probes/node/check-in.ts";
import { createProber } from "../../../probes/prober.ts";
import type { CheckInTarget } from "../../../probes/protocol.ts";
import { fakeClock } from "../fake-clock.ts";

const hour = 3_600_000;
const minute = 60_000;
const called = Date.UTC(2026, 2, 10, 2, 0);
const hourly: CheckInTarget = { kind: "check-in", periodMs: hour, graceMs: 5 * minute, lastCallAt: called };

describe("a job with a period", () => {
  it.each([
    ["right after its call", 0, "ok", undefined],
    ["when the next is due", hour, "ok", undefined],
    ["at the end of the grace", hour + 5 * minute, "ok", undefined],
    ["one ms after the grace", hour + 5 * minute + 1, "fail", "check_in_late"],
  ])("%s", (_, after, outcome, reason) => {
    const answer = judgeCheckIn(hourly, { at: called, result: "ok" }, called, called + after);
    expect([answer.outcome, answer.reason]).toEqual([outcome, reason]);
  });

  it("a reported failure counts until the next call", () => {
    expect(judgeCheckIn(hourly, { at: called, result: "fail" }, called, called + 1)).toMatchObject({
      outcome: "fail",
      reason: "check_in_failed",
    });
  });

  it("before it has ever called it says nothing, until it is late", () => {
    const never = { ...hourly, lastCallAt: null };
    expect(judgeCheckIn(never, null, called, called + hour)).toMatchObject({
      outcome: "probe_error",
      reason: "not_asked_yet",
    });
    expect(judgeCheckIn(never, null, called, called + hour + 6 * minute)).toMatchObject({
      outcome: "fail",
      reason: "check_in_late",
      detail: "has never called, 6 min late, 5 min allowed",
    });
  });
});

describe("a job by cron, across a change of the clocks", () => {
  const nightly: CheckInTarget = {
    kind: "check-in",
    cron: { expression: "30 3 * * *", timeZone: "Europe/Copenhagen" },
    graceMs: 10 * minute,
    lastCallAt: null,
  };
  // 28 March 2026, 03:30 in Copenhagen is 02:30Z; a day later, on summer time, it is 01:30Z.
  const last = { at: Date.UTC(2026, 2, 28, 2, 30, 5), result: "ok" as const };
  it.each([
    ["2026-03-29T01:40:00.000Z", "ok"],
    ["2026-03-29T01:40:00.001Z", "fail"],
  ])("at %s it is %s", (instant, outcome) => {
    expect(judgeCheckIn(nightly, last, last.at, Date.parse(instant)).outcome).toBe(outcome);
  });
});

it("calls heard while the probe runs replace what the assignment knew", async () => {
  const calls: Calls = new Map();
  const clock = fakeClock(called + 3 * hour);
  const ask = createProber({ "check-in": checkInProbe(calls) }, clock);
  const assignment = {
    check: 4,
    key: "beacon/backup",
    intervalMs: 30_000,
    timeoutMs: 1_000,
    slowAboveMs: null,
    family: "any" as const,
    confirmDown: 1,
    confirmUp: 1,
    target: hourly,
  };
  expect(await ask(assignment)).toMatchObject({ outcome: "fail", reason: "check_in_late" });
  calls.set(4, { at: clock.now(), result: "ok" });
  expect((await ask(assignment)).outcome).toBe("ok");
  calls.set(4, { at: clock.now(), result: "fail" });
  expect((await ask(assignment)).reason).toBe("check_in_failed");
});
