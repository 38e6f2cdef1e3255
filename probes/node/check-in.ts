/**
 * A job that calls us, turned into samples: at each asking, is its call late, and did it say it failed. Nothing is sent anywhere;
 * what is known of the last call comes from the server.
 */

import { Cron } from "croner";
import { fail, ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import type { CheckInTarget } from "../protocol.ts";
import type { ProbeFunction } from "../prober.ts";

/** The last call of a job. */
export interface Call {
  at: number;
  result: "ok" | "fail";
}

/** Calls by the number of the check, as they come in while the probe runs. */
export type Calls = Map<number, Call>;

/** Probe function of the kind `check-in` over the calls heard so far. */
export function checkInProbe(calls: Calls): ProbeFunction<CheckInTarget> {
  /** Since when this probe has been waiting for a check that has never called. */
  const waitingSince = new Map<number, number>();
  return ({ assignment: { check }, target, at, timings }) => {
    timings.total = 0;
    const call = lastCall(target, calls.get(check));
    if (call === null && !waitingSince.has(check)) {
      waitingSince.set(check, at);
    }
    return Promise.resolve(judgeCheckIn(target, call, waitingSince.get(check) ?? at, at));
  };
}

/** The later one of what the assignment knows and what came in since. */
function lastCall(target: CheckInTarget, heard: Call | undefined): Call | null {
  const told: Call | null =
    target.lastCallAt === null ? null : { at: target.lastCallAt, result: target.lastCallResult ?? "ok" };
  return heard !== undefined && (told === null || heard.at >= told.at) ? heard : told;
}

/**
 * Late when more than the grace has passed since the call was due; exactly at its end it is not late yet. A call that reported
 * failure stands until the next call or until it is late.
 */
export function judgeCheckIn(
  target: CheckInTarget,
  call: Call | null,
  waitingSince: number,
  now: number,
): Answer {
  const due = dueAfter(target, call?.at ?? waitingSince);
  if (now > due + target.graceMs) {
    const late = `${duration(now - due)} late, ${duration(target.graceMs)} allowed`;
    return fail("check_in_late", call === null ? `has never called, ${late}` : late);
  }
  if (call === null) {
    return { outcome: "probe_error", reason: "not_asked_yet", detail: "waiting for the first call" };
  }
  return call.result === "ok" ? ok : fail("check_in_failed", "the job reported a failure");
}

/** When the call after one at `at` is due. A cron expression that never comes again is never due. */
function dueAfter({ periodMs, cron }: CheckInTarget, at: number): number {
  if (cron === undefined) {
    return at + (periodMs ?? 0);
  }
  const next = new Cron(cron.expression, { timezone: cron.timeZone, paused: true }).nextRun(new Date(at));
  return next?.getTime() ?? Infinity;
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 2
    ? `${Math.round(ms / 1_000)} s`
    : minutes < 120
      ? `${minutes} min`
      : `${Math.floor(minutes / 60)} h`;
}
