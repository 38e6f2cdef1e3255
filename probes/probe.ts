/**
 * A probe at work: rounds ask, the prober answers, delivery brings the samples home. The same on every platform; what differs
 * (kinds, clock, the way to the server) comes in.
 */

import type { Clock } from "./clock.ts";
import { createDelivery, lingerFor } from "./delivery.ts";
import type { ChainEnd, DeliveryProblem, DeliveryStatistics, Spool } from "./delivery.ts";
import { createProber } from "./prober.ts";
import type { ProbeTable } from "./prober.ts";
import type { Assignment, Observation, Outcome, SignedBatch } from "./protocol.ts";
import { createRounds } from "./rounds.ts";
import type { RoundsStatistics } from "./rounds.ts";

export interface ProbeOptions {
  probe: string;
  location: string;
  privateKey: CryptoKey;
  chain: ChainEnd;
  assignments: readonly Assignment[];
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  onProblem: (problem: DeliveryProblem) => void;
  kinds: ProbeTable;
  clock: Clock;
  random: () => number;
  concurrency?: number;
  spool?: Spool;
}

export interface ProbeStatistics extends RoundsStatistics {
  delivery: DeliveryStatistics;
}

export interface Probe {
  setAssignments(list: readonly Assignment[]): void;
  askSoon(check: number): void;
  statistics(): ProbeStatistics;
  /** Lets running askings end for a moment, then delivers what there is. True when all of it was acknowledged. */
  stop(withinMs: number): Promise<boolean>;
}

export function startProbe(options: ProbeOptions): Probe {
  const { clock } = options;
  const delivery = createDelivery(options);
  const lastOutcome = new Map<number, Outcome>();
  const prober = createProber(options.kinds, clock);
  const rounds = createRounds({
    clock,
    ask: prober,
    observed: (observation, dense) => delivery.add(observation, isUrgent(observation, dense)),
    concurrency: options.concurrency ?? 4_096,
  });

  function isUrgent({ check, outcome }: Observation, dense: boolean): boolean {
    const changed = lastOutcome.get(check) !== outcome;
    lastOutcome.set(check, outcome);
    return changed || dense;
  }

  function setAssignments(list: readonly Assignment[]): void {
    delivery.setLinger(lingerFor(list.map(({ intervalMs }) => intervalMs)));
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
    askSoon: (check) => rounds.askSoon(check),
    statistics: () => ({ ...rounds.statistics(), delivery: delivery.statistics() }),
    async stop(withinMs) {
      const until = clock.elapsed() + withinMs;
      await rounds.stop(Math.min(500, withinMs / 4));
      return delivery.stop(Math.max(0, until - clock.elapsed()));
    },
  };
}
