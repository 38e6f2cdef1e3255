/**
 * Brings samples to the server: collects them into parcels, holds these in the spool, and sends them as batches in chain order, until
 * each is acknowledged. Nothing that was taken is dropped; what no longer fits is refused, counted and reported.
 */

import type { Clock } from "./clock.ts";
import type { ClockSkew } from "./clock-skew.ts";
import { createCollecting } from "./collecting.ts";
import type { CollectingProblem } from "./collecting.ts";
import { createHolding } from "./holding.ts";
import type { HoldingProblem } from "./holding.ts";
import type { Observation, SignedBatch } from "./protocol.ts";
import type { ChainEnd, SigningKey } from "./sealing.ts";
import { createSending } from "./sending.ts";
import type { SendingProblem, SendingStatistics } from "./sending.ts";
import { memorySpool } from "./spool.ts";
import type { Spool } from "./spool.ts";

export type DeliveryProblem = CollectingProblem | HoldingProblem | SendingProblem;

export interface DeliveryOptions {
  probe: string;
  location: string;
  privateKey: SigningKey;
  /** Where the server's record of this probe ends: asked before the first batch is sealed, and whenever one is refused over it. */
  readChain: () => Promise<ChainEnd>;
  /**
   * Resolves with the highest sequence the server has; taking the same batch twice must be harmless. Rejects with an error whose
   * `code` says what follows (refusals.ts); `retryAfterMs` asks for a longer pause.
   */
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  clock: Clock;
  /** How far the clock is from the server's; absent where both are the same. */
  skew?: ClockSkew;
  /** [0, 1), for the jitter of retries. */
  random: () => number;
  onProblem: (problem: DeliveryProblem) => void;
  /** Default: memory. What it holds from before goes first. */
  spool?: Spool;
  /** The longest pause between two attempts; 30 s unless told. */
  longestRetryMs?: number;
  /** Most samples held, collected and in the spool together; 200,000 unless told. */
  maxSamples?: number;
  /** Most samples outside the spool, while it does not take them; 20,000 unless told. */
  maxSamplesInMemory?: number;
}

export interface DeliveryStatistics extends SendingStatistics {
  /** Samples not acknowledged yet, and `at` of the oldest; null = none. */
  held: number;
  oldestHeldAt: number | null;
  /** Samples that were refused because nothing more could be held, or set aside because nobody takes them. */
  refused: number;
  /** The server takes nothing of this probe any more. */
  revoked: boolean;
}

export interface Delivery {
  /** Takes one sample; false when it was refused. An urgent one is under way within 100 ms. */
  add(observation: Observation, urgent: boolean): boolean;
  /** How long an ordinary sample may wait for company. */
  setLinger(ms: number): void;
  /** Does something that must not happen while a batch is being sent; `next` is the first sequence that was never sent. */
  betweenBatches<T>(work: (next: number) => Promise<T>): Promise<T>;
  statistics(): DeliveryStatistics;
  /** Delivers what is held; resolves when all is acknowledged (true) or `withinMs` have passed (false). Nothing is sent afterwards. */
  stop(withinMs: number): Promise<boolean>;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, skew, onProblem } = options;
  const spool = options.spool ?? memorySpool();
  const maxSamples = options.maxSamples ?? 200_000;
  const maxSamplesInMemory =
    options.maxSamplesInMemory ?? (options.spool === undefined ? maxSamples : 20_000);
  const holding = createHolding({ spool, clock, onProblem, onHeld: () => sending.wake() });
  const held = () => collecting.samples() + holding.samples();
  const collecting = createCollecting({
    clock,
    ...(skew === undefined ? {} : { skew }),
    nextId: () => holding.nextId(),
    hold: (parcel) => holding.hold(parcel),
    hasRoom: (collected) =>
      collected + holding.samples() < maxSamples &&
      collected + holding.samplesInMemory() < maxSamplesInMemory,
    isBehind: () => sending.isBusy(),
    held,
    onProblem,
  });
  const sending = createSending({
    ...options,
    holding,
    outgoing: spool.outgoing(),
    onFree: () => collecting.lineIsFree(),
    onSetAside: (samples) => collecting.countRefused(samples),
  });
  if (spool.samples() > 0) {
    sending.wake();
  }

  async function drained(isOver: () => boolean): Promise<void> {
    collecting.close();
    await holding.settled();
    sending.hurry();
    while (held() > 0 && !isOver() && !sending.isRevoked()) {
      await pausing(20);
    }
  }

  function pausing(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve));
  }

  return {
    add: (observation, urgent) => collecting.add(observation, urgent),
    setLinger: (ms) => collecting.setLinger(ms),
    betweenBatches: (work) => sending.betweenBatches(work),
    statistics: () => ({
      ...sending.statistics(),
      held: held(),
      oldestHeldAt: holding.oldestAt() ?? collecting.oldestAt(),
      refused: collecting.refused(),
      revoked: sending.isRevoked(),
    }),
    async stop(withinMs) {
      let over = false;
      await Promise.race([drained(() => over), pausing(withinMs)]);
      over = true;
      collecting.stop();
      sending.stop();
      await holding.settled();
      holding.stop();
      return held() === 0;
    },
  };
}
