/**
 * Parcels to the server: seals what waits as the next batch of the chain and sends it until it is acknowledged, one at a time, at full
 * speed while it is answered and with growing, jittered pauses while it is not. Part of delivery.ts: the second half.
 */

import type { Clock } from "./clock.ts";
import { parcelSamples } from "./collecting.ts";
import type { Holding } from "./holding.ts";
import { createPatience } from "./patience.ts";
import type { SignedBatch } from "./protocol.ts";
import { consequenceOf, messageOf } from "./refusals.ts";
import { endAfter, sealParcels } from "./sealing.ts";
import type { ChainEnd, SealingOptions } from "./sealing.ts";
import type { Outgoing } from "./spool.ts";

export type SendingProblem =
  | { kind: "delivery_failed"; attempts: number; message: string; code?: string }
  | { kind: "delivery_resumed"; attempts: number }
  | { kind: "chain_mismatch"; expected: number; acknowledged: number }
  | { kind: "chain_resealed"; refused: number; goesOnAfter: number }
  /** No server can take this batch: it is kept apart, and its samples count as refused. */
  | { kind: "batch_set_aside"; sequence: number; samples: number; message: string }
  | { kind: "probe_revoked"; message: string };

export interface SendingOptions extends SealingOptions {
  readChain: () => Promise<ChainEnd>;
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  clock: Clock;
  random: () => number;
  onProblem: (problem: SendingProblem) => void;
  longestRetryMs?: number;
  holding: Holding;
  /** What was on its way when the spool was last used. */
  outgoing: Outgoing | null;
  /** Nothing is on its way, and nothing waits. */
  onFree: () => void;
  onSetAside: (samples: number) => void;
}

export interface Sending {
  /** There is something to send, or to do between two batches. */
  wake(): void;
  /** Ends the pause before the next attempt. */
  hurry(): void;
  isBusy(): boolean;
  isRevoked(): boolean;
  /** Does it while no batch is being sent; `next` is the first sequence that was never sent. */
  betweenBatches<T>(work: (next: number) => Promise<T>): Promise<T>;
  statistics(): SendingStatistics;
  stop(): void;
}

export interface SendingStatistics {
  /** Last sequence sealed, and last one acknowledged; 0 until the chain was read. */
  sequence: number;
  acknowledged: number;
  delivered: number;
  attemptsFailed: number;
  /** For how long something has waited and nothing was taken; 0 = nothing waits. */
  untakenMs: number;
}

/** So many refusals of the same bytes, over some minutes, before a server is believed that it will never take them. */
const refusalsBelieved = 12;

export function createSending(options: SendingOptions): Sending {
  const { clock, holding, onProblem } = options;
  const patience = createPatience(options);
  let chain: ChainEnd | null = null;
  let current = options.outgoing;
  let acknowledged = 0;
  let running = false;
  let wakened = false;
  let revoked = false;
  let over = false;
  let attempts = 0;
  let unacceptable = 0;
  /** Parcels up to this one are sealed one by one: together they were refused as malformed. */
  let aloneThrough = 0;
  let waitingSince = clock.elapsed();
  let between: (() => Promise<void>)[] = [];
  const count = { delivered: 0, attemptsFailed: 0 };

  async function run(): Promise<void> {
    wakened = true;
    if (running || over || revoked) {
      return;
    }
    running = true;
    if (current === null) {
      waitingSince = clock.elapsed();
    }
    let mayReseal = true;
    while (!over && !revoked) {
      let refused: unknown;
      try {
        wakened = false;
        await doBetween();
        const batch = current ?? (await sealNext());
        if (batch === null) {
          if (wakened) {
            continue;
          }
          break;
        }
        await send(batch);
        mayReseal = true;
        continue;
      } catch (error) {
        refused = error;
      }
      try {
        if (await mended(refused, mayReseal)) {
          mayReseal = false;
          continue;
        }
      } catch (error) {
        refused = error;
      }
      await failed(refused);
      mayReseal = true;
    }
    running = false;
  }

  async function doBetween(): Promise<void> {
    for (let work = between.shift(); work !== undefined; work = between.shift()) {
      await work();
    }
  }

  /** The next batch of what waits, remembered before it is sent; null when nothing waits. */
  async function sealNext(skewNow = false): Promise<Outgoing | null> {
    options.onFree();
    const parcels = await holding.oldest(parcelSamples);
    if (parcels.length === 0) {
      return null;
    }
    const end = await chainEnd();
    const few = parcels[0]!.id <= aloneThrough ? parcels.slice(0, 1) : parcels;
    const batch = await sealParcels(few, end, options, skewNow);
    await holding.putOutgoing(batch);
    current = batch;
    return batch;
  }

  async function chainEnd(): Promise<ChainEnd> {
    if (chain === null) {
      chain = await patience.inTime(options.readChain());
      acknowledged = chain.sequence;
    }
    return chain;
  }

  async function send(batch: Outgoing): Promise<void> {
    const answer = await patience.inTime(options.deliver(batch.signed));
    if (answer.acknowledged < batch.sequence) {
      onProblem({ kind: "chain_mismatch", expected: batch.sequence, acknowledged: answer.acknowledged });
      throw new Error(`batch ${batch.sequence} was answered with ${answer.acknowledged}`);
    }
    await holding.release(batch.through);
    current = null;
    // A server that has more than we sent: where the chain goes on is asked before the next batch.
    chain = answer.acknowledged === batch.sequence ? await endAfter(batch.sequence, batch.signed) : null;
    acknowledged = answer.acknowledged;
    count.delivered += batch.samples;
    waitingSince = clock.elapsed();
    unacceptable = 0;
    if (attempts > 0) {
      onProblem({ kind: "delivery_resumed", attempts });
      attempts = 0;
    }
  }

  /** Whether what was refused was changed so that it may be taken now. */
  async function mended(refused: unknown, mayReseal: boolean): Promise<boolean> {
    const consequence = consequenceOf(refused);
    if (consequence === "revoked") {
      revoked = true;
      onProblem({ kind: "probe_revoked", message: messageOf(refused) });
      return true;
    }
    if (current === null || over) {
      return false;
    }
    if (consequence === "unacceptable") {
      return narrowed(current, refused);
    }
    if ((consequence === "chain" || consequence === "clock") && mayReseal) {
      await reseal(current, consequence === "clock");
      return true;
    }
    return false;
  }

  /** What came before is not what the batch says: the server went on without us, or lost what it had. Nothing of it was acknowledged. */
  async function reseal(batch: Outgoing, skewNow: boolean): Promise<void> {
    chain = await patience.inTime(options.readChain());
    acknowledged = chain.sequence;
    await sealNext(skewNow);
    onProblem({ kind: "chain_resealed", refused: batch.sequence, goesOnAfter: chain.sequence });
  }

  /** A batch that breaks a rule of the server: fewer parcels at a time; then, after patience, without the one that nobody takes. */
  async function narrowed(batch: Outgoing, refused: unknown): Promise<boolean> {
    if (batch.through > batch.from) {
      aloneThrough = Math.max(aloneThrough, batch.through);
      await reseal(batch, false);
      return true;
    }
    if (++unacceptable < refusalsBelieved) {
      return false;
    }
    const message = messageOf(refused);
    await holding.setAside(batch, message);
    await holding.release(batch.through);
    current = null;
    unacceptable = 0;
    options.onSetAside(batch.samples);
    onProblem({ kind: "batch_set_aside", sequence: batch.sequence, samples: batch.samples, message });
    return true;
  }

  async function failed(error: unknown): Promise<void> {
    if (over) {
      return;
    }
    attempts++;
    count.attemptsFailed++;
    const { code, retryAfterMs } = error as { code?: unknown; retryAfterMs?: unknown };
    onProblem({
      kind: "delivery_failed",
      attempts,
      message: messageOf(error),
      ...(typeof code === "string" ? { code } : {}),
    });
    await patience.pause(attempts, typeof retryAfterMs === "number" ? retryAfterMs : 0);
  }

  return {
    wake: () => void run(),
    hurry: () => patience.hurry(),
    isBusy: () => running,
    isRevoked: () => revoked,
    betweenBatches(work) {
      return new Promise((resolve, reject) => {
        if (over || revoked) {
          reject(new Error("nothing is delivered any more"));
          return;
        }
        between.push(() =>
          chainEnd()
            .then((end) => work((current?.sequence ?? end.sequence) + 1))
            .then(resolve, reject),
        );
        patience.hurry();
        void run();
      });
    },
    statistics: () => ({
      sequence: current?.sequence ?? chain?.sequence ?? 0,
      acknowledged,
      ...count,
      untakenMs: running && holding.samples() > 0 ? clock.elapsed() - waitingSince : 0,
    }),
    stop() {
      over = true;
      patience.hurry();
    },
  };
}
