/**
 * Runs one assignment under its deadline and always comes back with one observation: a table says which function asks
 * which kind, whatever it throws becomes a sample, and a fault of our own is a `probe_error`, never an outage of the target. What this
 * process missed of the time that the target has, the target gets: one that answers then may have done so in time, and one that does not
 * has not.
 */

import { createAttention } from "./attention.ts";
import type { Clock } from "./clock.ts";
import { failureOf, isProbesOwn, shorten } from "./failure.ts";
import { judgeLatency } from "./expectations.ts";
import type { Answer } from "./expectations.ts";
import type { Assignment, CheckKind, Observation, Phase, Target, Timings } from "./protocol.ts";

/** One asking in progress, as a probe function sees it. */
export interface Asking<T extends Target = Target> {
  assignment: Assignment;
  target: T;
  /** Wall time at which the asking began. */
  at: number;
  /** Filled while the asking goes on, so that a timeout still tells how far it came. `total` is set by the prober if left out. */
  timings: Timings;
  /** Ms, with fractions; only differences mean anything. */
  elapsed(): number;
  /** `elapsed()` at which the asking must be over. */
  deadline: number;
  /** What lets go of sockets at once; set by the probe function as soon as it holds something, called at the deadline. */
  cancel: () => void;
}

/** Asks one target. May throw anything; must stop when `cancel` is called. */
export type ProbeFunction<T extends Target> = (asking: Asking<T>) => Promise<Answer>;

/** Which function asks which kind. A kind that is missing cannot be asked from this platform. */
export type ProbeTable = { [K in CheckKind]?: ProbeFunction<Extract<Target, { kind: K }>> };

export type Prober = (assignment: Assignment) => Promise<Observation>;

/** A prober over a table of kinds. */
export function createProber(table: ProbeTable, clock: Clock): Prober {
  const elapsed = () => clock.elapsed();
  const attention = createAttention(clock);
  return function ask(assignment) {
    return new Promise((resolve) => {
      const began = elapsed();
      const asking: Asking = {
        assignment,
        target: assignment.target,
        at: clock.now(),
        timings: {},
        elapsed,
        deadline: began + assignment.timeoutMs,
        cancel: () => {},
      };
      const watching = attention.watch();
      let open = true;
      const settle = (answer: Answer) => {
        if (!open) {
          return;
        }
        open = false;
        callOff();
        watching.end();
        asking.timings.total ??= elapsed() - began;
        resolve(observe(asking, answer, watching.missedMs()));
      };
      const giveUp = () => {
        settle(failed("timeout", `no answer within ${assignment.timeoutMs} ms${reached(asking.timings)}`));
        try {
          asking.cancel();
        } catch {
          // The sample stands; what could not be let go of ends with its own socket.
        }
      };
      let missedMs = 0;
      let callOff = clock.after(assignment.timeoutMs, () => {
        missedMs = Math.min(watching.missedMs(), assignment.timeoutMs);
        if (missedMs === 0) {
          giveUp();
        } else {
          callOff = clock.after(missedMs, giveUp);
        }
      });
      const probe = table[assignment.target.kind] as ProbeFunction<Target> | undefined;
      if (probe === undefined) {
        settle(failed("probe_failed", `this probe cannot ask ${assignment.target.kind} checks`));
        return;
      }
      const answered = (answer: Answer) =>
        settle(missedMs > 0 && isGood(answer) ? overlooked(missedMs) : answer);
      start(probe, asking).then(answered, (error: unknown) => {
        const { reason, detail } = failureOf(error);
        settle(failed(reason, detail));
      });
    });
  };
}

/** Also turns what a probe function throws before its first await into a rejection. */
async function start(probe: ProbeFunction<Target>, asking: Asking): Promise<Answer> {
  return probe(asking);
}

function failed(reason: NonNullable<Answer["reason"]>, detail: string): Answer {
  return { outcome: isProbesOwn(reason) ? "probe_error" : "fail", reason, detail };
}

function isGood({ outcome }: Answer): boolean {
  return outcome === "ok" || outcome === "slow";
}

/** A good answer, after its time by the clock, though perhaps not by the target's. */
function overlooked(missedMs: number): Answer {
  return failed("probe_overloaded", `the probe came round to nothing for ${Math.round(missedMs)} ms`);
}

function observe(asking: Asking, answer: Answer, missedMs: number): Observation {
  const { assignment, at, timings } = asking;
  const judged = judgeLatency(answer, (timings.total ?? 0) - missedMs, assignment.slowAboveMs);
  const observation: Observation = { check: assignment.check, at, outcome: judged.outcome, timings };
  if (judged.reason !== undefined) {
    observation.reason = judged.reason;
  }
  if (judged.detail !== undefined && judged.detail !== "") {
    observation.detail = shorten(judged.detail);
  }
  return observation;
}

const doing: Partial<Record<Phase, string>> = {
  firstByte: "while reading the answer",
  tls: "after the TLS handshake",
  connect: "after connecting",
  lookup: "after the name lookup",
};

/** How far an asking had come, in words for the detail. */
function reached(timings: Timings): string {
  for (const phase of ["firstByte", "tls", "connect", "lookup"] as const) {
    if (timings[phase] !== undefined) {
      return `, ${doing[phase]}`;
    }
  }
  return "";
}
