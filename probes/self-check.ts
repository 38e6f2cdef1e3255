/**
 * Is it the target, or our own network? Before a failure is told that a lost network could have caused, the probe asks reference targets
 * that nobody here owns. When all of these fail too, the sample says nothing of its target: it becomes `probe_error`, `network_lost`.
 * Good samples are never touched. Stands between prober.ts and rounds.ts.
 */

import type { Clock } from "./clock.ts";
import { shorten } from "./failure.ts";
import type { Prober } from "./prober.ts";
import type { FailureReason, Observation, Target } from "./protocol.ts";

export interface SelfCheckOptions {
  ask: Prober;
  clock: Clock;
  /** The network is lost, since then by the probe's clock, or is back (null). */
  onChange?: (lostSince: number | null) => void;
}

export interface SelfCheck {
  /** Targets that nobody here owns; none = every sample is told as it is. */
  setTargets(targets: readonly Target[]): void;
  /** The sample as it is to be told: at once, or when a self-check that began after it has ended. */
  judge(observation: Observation): Promise<Observation>;
  /** By the probe's clock; null = the network is there. */
  lostSince(): number | null;
  stop(): void;
}

/** Failures that no answer of the target stands behind: nothing came, or what came may have been somebody on the way. */
const couldBeNetwork: ReadonlySet<FailureReason> = new Set<FailureReason>([
  "name_not_found",
  "name_lookup_failed",
  "connection_refused",
  "connection_reset",
  "connection_closed",
  "network_unreachable",
  "timeout",
  "tls_failed",
  "certificate_untrusted",
  "certificate_name_mismatch",
  "protocol_error",
]);

/** A self-check has an answer within this … */
const withinMs = 2_000;
/** … asks its targets one after the other so closely, as long as none has answered … */
const nextTargetAfterMs = 250;
/** … and begins no sooner than this after the one before, so that somebody else's outage does not become load for the reference targets. */
const everyMs = 1_000;
/** While the network is lost: whether it is back is asked so often, also when no check is due. */
const lostEveryMs = 5_000;

export function createSelfCheck({ ask, clock, onChange = () => {} }: SelfCheckOptions): SelfCheck {
  let targets: readonly Target[] = [];
  let first = 0;
  let lostSince: number | null = null;
  let beganLast = -Infinity;
  let running = false;
  /** Samples that wait for the next self-check to end. */
  let waiting: ((isLost: boolean) => void)[] = [];
  /** Samples that the running one serves. */
  let served: typeof waiting = [];
  let callOff: (() => void) | null = null;
  let over = false;

  async function judge(observation: Observation): Promise<Observation> {
    const { outcome, reason } = observation;
    if (outcome !== "fail" || targets.length === 0 || over || !couldBeNetwork.has(reason!)) {
      return observation;
    }
    const isLost = await new Promise<boolean>((resolve) => {
      waiting.push(resolve);
      schedule(0);
    });
    return isLost ? asLost(observation) : observation;
  }

  function schedule(soonestMs: number): void {
    if (running || callOff !== null || over) {
      return;
    }
    const wait = Math.max(soonestMs, beganLast + everyMs - clock.elapsed());
    if (wait <= 0) {
      void run();
      return;
    }
    callOff = clock.after(wait, () => {
      callOff = null;
      void run();
    });
  }

  async function run(): Promise<void> {
    running = true;
    beganLast = clock.elapsed();
    const began = clock.now();
    served = waiting;
    waiting = [];
    const isLost = targets.length > 0 && !(await anyAnswers(targets));
    running = false;
    setLost(isLost ? (lostSince ?? began) : null);
    served.forEach((resolve) => resolve(isLost));
    if (waiting.length > 0) {
      schedule(0);
    } else if (lostSince !== null) {
      schedule(lostEveryMs);
    }
  }

  /** Asks one after the other, beginning with another one each time, until one has answered. */
  function anyAnswers(among: readonly Target[]): Promise<boolean> {
    first = (first + 1) % among.length;
    return new Promise((resolve) => {
      let failed = 0;
      const timers = among.map((_, i) =>
        clock.after(i * nextTargetAfterMs, () => {
          const target = among[(first + i) % among.length]!;
          void ask(asking(target)).then(({ outcome, reason }) => {
            const isThere = outcome === "ok" || outcome === "slow" || answered(outcome, reason);
            if (isThere || ++failed === among.length) {
              settle(isThere);
            }
          });
        }),
      );
      timers.push(clock.after(withinMs, () => settle(false)));
      function settle(isThere: boolean): void {
        timers.forEach((end) => end());
        resolve(isThere);
      }
    });
  }

  function setLost(since: number | null): void {
    if (since !== lostSince) {
      lostSince = since;
      onChange(since);
    }
  }

  return {
    setTargets(list) {
      targets = list;
    },
    judge,
    lostSince: () => lostSince,
    stop() {
      over = true;
      callOff?.();
      // What cannot be found out any more is told by what was known last.
      [...served, ...waiting].forEach((resolve) => resolve(lostSince !== null));
      waiting = [];
    },
  };
}

/** It answered, and not as it should: that is its own affair, the network is there. */
function answered(outcome: Observation["outcome"], reason: FailureReason | undefined): boolean {
  return outcome === "fail" && reason !== undefined && !couldBeNetwork.has(reason);
}

function asking(target: Target) {
  return {
    check: 0,
    key: "self-check",
    intervalMs: everyMs,
    timeoutMs: withinMs,
    slowAboveMs: null,
    family: "any" as const,
    confirmDown: 1,
    confirmUp: 1,
    target,
  };
}

function asLost(observation: Observation): Observation {
  const { reason, detail } = observation;
  const seen = detail === undefined ? reason : `${reason}, ${detail}`;
  return {
    ...observation,
    outcome: "probe_error",
    reason: "network_lost",
    detail: shorten(`no reference target answered either; seen was: ${seen}`),
  };
}
