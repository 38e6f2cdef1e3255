/**
 * A probe at work: rounds ask, the prober answers, delivery brings the samples home. The same on every platform; what differs
 * (kinds, clock, the way to the server) comes in.
 */

import type { Clock } from "./clock.ts";
import type { ClockSkew } from "./clock-skew.ts";
import { lingerFor } from "./collecting.ts";
import { createDelivery } from "./delivery.ts";
import type { DeliveryProblem, DeliveryStatistics } from "./delivery.ts";
import { createProber } from "./prober.ts";
import type { ProbeTable } from "./prober.ts";
import type { Assignment, Observation, Outcome, SignedBatch, Target } from "./protocol.ts";
import { createRounds } from "./rounds.ts";
import type { RoundsStatistics } from "./rounds.ts";
import type { ChainEnd, SigningKey } from "./sealing.ts";
import { createSelfCheck } from "./self-check.ts";
import type { Spool } from "./spool.ts";

export interface ProbeOptions {
  probe: string;
  location: string;
  privateKey: SigningKey;
  readChain: () => Promise<ChainEnd>;
  assignments: readonly Assignment[];
  /** Targets that nobody here owns, to tell a lost network from a target that is down; default: none. */
  selfCheck?: readonly Target[];
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  onProblem: (problem: DeliveryProblem) => void;
  kinds: ProbeTable;
  clock: Clock;
  /** How far the clock is from the server's; absent where both are the same. */
  skew?: ClockSkew;
  random: () => number;
  concurrency?: number;
  spool?: Spool;
  longestRetryMs?: number;
  maxSamples?: number;
  maxSamplesInMemory?: number;
  /** The probe's own network is lost, since then by its clock; or is back (null). */
  onNetwork?: (lostSince: number | null) => void;
}

export interface ProbeStatistics extends RoundsStatistics {
  delivery: DeliveryStatistics;
  /** By the probe's clock; null = it is there. */
  networkLostSince: number | null;
}

export interface Probe {
  setAssignments(list: readonly Assignment[]): void;
  setSelfCheck(targets: readonly Target[]): void;
  askSoon(check: number): void;
  /** Does something that must not happen while a batch is being sent (delivery.ts). */
  betweenBatches<T>(work: (next: number) => Promise<T>): Promise<T>;
  statistics(): ProbeStatistics;
  /** Lets running askings end for a moment, then delivers what there is. True when all of it was acknowledged. */
  stop(withinMs: number): Promise<boolean>;
}

/** For so long after assignments have come, samples wait so little for company: somebody is looking whether it works. */
const firstLingerForMs = 15_000;
const firstLingerMs = 1_000;

export function startProbe(options: ProbeOptions): Probe {
  const { clock } = options;
  const delivery = createDelivery(options);
  let callOffLinger = () => {};
  const lastOutcome = new Map<number, Outcome>();
  const prober = createProber(options.kinds, clock);
  const selfCheck = createSelfCheck({
    ask: prober,
    clock,
    ...(options.onNetwork === undefined ? {} : { onChange: options.onNetwork }),
  });
  selfCheck.setTargets(options.selfCheck ?? []);
  const rounds = createRounds({
    clock,
    ask: async (assignment) => selfCheck.judge(await prober(assignment)),
    observed: (observation, dense) => delivery.add(observation, isUrgent(observation, dense)),
    concurrency: options.concurrency ?? 4_096,
  });

  /** News is urgent. That a check just heard of is fine is none: at a start it would mean a batch for every few checks. */
  function isUrgent({ check, outcome }: Observation, dense: boolean): boolean {
    const last = lastOutcome.get(check) ?? "ok";
    lastOutcome.set(check, outcome);
    return dense || last !== outcome;
  }

  function setAssignments(list: readonly Assignment[]): void {
    const linger = lingerFor(list.map(({ intervalMs }) => intervalMs));
    delivery.setLinger(Math.min(linger, firstLingerMs));
    callOffLinger();
    callOffLinger = clock.after(firstLingerForMs, () => delivery.setLinger(linger));
    rounds.setAssignments(list);
    const kept = new Set(list.map(({ check }) => check));
    for (const check of lastOutcome.keys()) {
      if (!kept.has(check)) {
        lastOutcome.delete(check);
      }
    }
  }

  setAssignments(options.assignments);
  return {
    setAssignments,
    setSelfCheck: (targets) => selfCheck.setTargets(targets),
    askSoon: (check) => rounds.askSoon(check),
    betweenBatches: (work) => delivery.betweenBatches(work),
    statistics: () => ({
      ...rounds.statistics(),
      delivery: delivery.statistics(),
      networkLostSince: selfCheck.lostSince(),
    }),
    async stop(withinMs) {
      callOffLinger();
      selfCheck.stop();
      const until = clock.elapsed() + withinMs;
      await rounds.stop(Math.min(500, withinMs / 4));
      return delivery.stop(Math.max(0, until - clock.elapsed()));
    },
  };
}
