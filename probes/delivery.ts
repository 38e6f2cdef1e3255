/**
 * Brings samples to the server: collects them into batches, chains and signs these, and delivers them in order, one at a time,
 * until each is acknowledged. Nothing that was taken is dropped; what no longer fits is refused, counted and reported.
 */

import { digestOf, encodeBatch, signBatch } from "./batch.ts";
import type { Clock } from "./clock.ts";
import { protocolVersion } from "./protocol.ts";
import type { Observation, SignedBatch } from "./protocol.ts";

/** Where a chain stands: the last batch the server has, and the digest of its bytes. */
export interface ChainEnd {
  /** 0 = nothing was ever delivered. */
  sequence: number;
  /** 64 zeros with sequence 0. */
  previous: string;
}

/** A sealed batch that waits for its acknowledgement. */
export interface Spooled {
  sequence: number;
  samples: number;
  signed: SignedBatch;
}

/** Where sealed batches wait, oldest first. In memory here; a disk can keep them over a restart. */
export interface Spool {
  append(batch: Spooled): Promise<void>;
  oldest(): Spooled | undefined;
  /** Forgets everything up to and including a sequence. */
  releaseThrough(sequence: number): Promise<void>;
  /** Samples that wait. */
  samples(): number;
}

export type DeliveryProblem =
  | { kind: "delivery_failed"; attempts: number; message: string }
  | { kind: "delivery_resumed"; attempts: number }
  | { kind: "spool_full"; held: number }
  | { kind: "samples_refused"; refused: number }
  | { kind: "chain_mismatch"; expected: number; acknowledged: number };

export interface DeliveryOptions {
  probe: string;
  location: string;
  privateKey: CryptoKey;
  chain: ChainEnd;
  /** Resolves with the highest sequence the server has; taking the same batch twice must be harmless. */
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  clock: Clock;
  /** [0, 1), for the jitter of retries. */
  random: () => number;
  onProblem: (problem: DeliveryProblem) => void;
  spool?: Spool;
  /** Most samples held, collected and sealed together. */
  maxSamples?: number;
}

export interface DeliveryStatistics {
  /** Last sequence sealed, and last one acknowledged. */
  sequence: number;
  acknowledged: number;
  /** Samples not acknowledged yet. */
  held: number;
  /** Samples that were refused because nothing more could be held. */
  refused: number;
  delivered: number;
  attemptsFailed: number;
}

export interface Delivery {
  /** Takes one sample; false when it was refused. An urgent one is under way within 100 ms. */
  add(observation: Observation, urgent: boolean): boolean;
  /** How long an ordinary sample may wait for company. */
  setLinger(ms: number): void;
  statistics(): DeliveryStatistics;
  /** Delivers what is held; resolves when all is acknowledged (true) or `withinMs` have passed (false). Nothing is sent afterwards. */
  stop(withinMs: number): Promise<boolean>;
}

const batchSamples = 1_000;
const urgentWithinMs = 50;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** An attempt that has not ended by then counts as failed; delivering again is harmless. */
const attemptWithinMs = 30_000;

/** Half of the shortest interval, within [250 ms, 10 s]. */
export function lingerFor(intervalsMs: readonly number[]): number {
  const shortest = intervalsMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  return Math.min(10_000, Math.max(250, shortest / 2));
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, deliver, onProblem, privateKey, probe, location } = options;
  const spool = options.spool ?? memorySpool();
  const maxSamples = options.maxSamples ?? 200_000;
  let chain = options.chain;
  let acknowledged = options.chain.sequence;
  let collected: Observation[] = [];
  let lingerMs = 10_000;
  let sealAt = Infinity;
  /** What is collected should be under way already, and waits only for the batches before it. */
  let overdue = false;
  let callOffSeal: (() => void) | null = null;
  let sealing: Promise<void> = Promise.resolve();
  let sealingSamples = 0;
  let sending = false;
  let wake: (() => void) | null = null;
  let stopping = false;
  let over = false;
  const count = { refused: 0, refusedNow: 0, delivered: 0, attemptsFailed: 0 };

  const held = () => collected.length + sealingSamples + spool.samples();

  function add(observation: Observation, urgent: boolean): boolean {
    if (over || held() >= maxSamples) {
      if (count.refusedNow === 0) {
        onProblem({ kind: "spool_full", held: held() });
      }
      count.refused++;
      count.refusedNow++;
      return false;
    }
    if (count.refusedNow > 0) {
      onProblem({ kind: "samples_refused", refused: count.refusedNow });
      count.refusedNow = 0;
    }
    collected.push(observation);
    if (collected.length >= batchSamples) {
      seal();
    } else {
      sealBefore(clock.elapsed() + (urgent ? urgentWithinMs : lingerMs));
    }
    return true;
  }

  function sealBefore(due: number): void {
    if (due >= sealAt) {
      return;
    }
    callOffSeal?.();
    sealAt = due;
    callOffSeal = clock.after(Math.max(0, due - clock.elapsed()), () => {
      // While an earlier batch still waits for a free line, sealing gains nothing: company makes batches smaller.
      if (spool.oldest() === undefined || stopping) {
        seal();
      } else {
        overdue = true;
      }
    });
  }

  /** Closes what was collected. One after the other: each batch names the digest of the one before. */
  function seal(): void {
    callOffSeal?.();
    sealAt = Infinity;
    overdue = false;
    if (collected.length === 0) {
      return;
    }
    const observations = collected;
    collected = [];
    sealingSamples += observations.length;
    sealing = sealing.then(async () => {
      const sequence = chain.sequence + 1;
      const header = { version: protocolVersion, probe, location, sequence, previous: chain.previous };
      const bytes = encodeBatch({ ...header, closedAt: clock.now() }, observations);
      const signed = await signBatch(bytes, privateKey);
      chain = { sequence, previous: await digestOf(bytes) };
      await spool.append({ sequence, samples: observations.length, signed });
      sealingSamples -= observations.length;
      void send();
    });
  }

  /** Delivers the oldest until the spool is empty. Only one runs at a time. */
  async function send(): Promise<void> {
    if (sending) {
      return;
    }
    sending = true;
    let attempts = 0;
    for (let batch = spool.oldest(); batch !== undefined && !over; batch = spool.oldest()) {
      const failure = await attempt(batch);
      if (failure === null) {
        if (attempts > 0) {
          onProblem({ kind: "delivery_resumed", attempts });
        }
        attempts = 0;
        if (overdue && spool.oldest() === undefined) {
          seal();
          await sealing;
        }
      } else if (!over) {
        attempts++;
        count.attemptsFailed++;
        onProblem({ kind: "delivery_failed", attempts, message: failure });
        await pause(retryAfter(attempts));
      }
    }
    sending = false;
  }

  /** One delivery: null when the server has the batch now, else what went wrong. */
  async function attempt(batch: Spooled): Promise<string | null> {
    let callOff = () => {};
    const late = new Promise<never>((_, reject) => {
      callOff = clock.after(attemptWithinMs, () =>
        reject(new Error(`no answer within ${attemptWithinMs} ms`)),
      );
    });
    try {
      const answer = await Promise.race([deliver(batch.signed), late]);
      if (answer.acknowledged < batch.sequence) {
        onProblem({ kind: "chain_mismatch", expected: batch.sequence, acknowledged: answer.acknowledged });
        return `batch ${batch.sequence} was answered with ${answer.acknowledged}`;
      }
      acknowledged = Math.max(acknowledged, Math.min(answer.acknowledged, chain.sequence));
      count.delivered += batch.samples;
      await spool.releaseThrough(acknowledged);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      callOff();
    }
  }

  /** Twice as long each time, and somewhere in the upper half of it, so that probes do not come back in step. */
  function retryAfter(attempts: number): number {
    const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1));
    return longest * (0.5 + options.random() / 2);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = clock.after(ms, resolve);
      wake = () => {
        callOff();
        resolve();
      };
    });
  }

  async function drained(): Promise<boolean> {
    while (held() > 0 && !over) {
      seal();
      await sealing;
      wake?.();
      await pausing(20);
    }
    return held() === 0;
  }

  function pausing(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve));
  }

  return {
    add,
    setLinger(ms) {
      lingerMs = ms;
    },
    statistics: () => ({
      sequence: chain.sequence,
      acknowledged,
      held: held(),
      refused: count.refused,
      delivered: count.delivered,
      attemptsFailed: count.attemptsFailed,
    }),
    async stop(withinMs) {
      stopping = true;
      const all = await Promise.race([drained(), pausing(withinMs).then(() => held() === 0)]);
      over = true;
      callOffSeal?.();
      wake?.();
      return all;
    },
  };
}

/** A spool that lives as long as the process. */
export function memorySpool(): Spool {
  const waiting: Spooled[] = [];
  let samples = 0;
  return {
    append(batch) {
      waiting.push(batch);
      samples += batch.samples;
      return Promise.resolve();
    },
    oldest: () => waiting[0],
    releaseThrough(sequence) {
      while (waiting.length > 0 && waiting[0]!.sequence <= sequence) {
        samples -= waiting.shift()!.samples;
      }
      return Promise.resolve();
    },
    samples: () => samples,
  };
}
