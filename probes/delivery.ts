/**
 * Brings samples to the server: collects them into batches, chains and signs these, and delivers them in order, one at a time,
 * until each is acknowledged. Nothing that was taken is dropped; what no longer fits is refused, counted and reported.
 */

import { decodeBatch, digestOf, encodeBatch, signBatch } from "./batch.ts";
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
  /** Everything that waits, oldest first. */
  waiting(): readonly Spooled[];
  /** Puts other batches in the place of everything that waits: all of them or none. */
  replace(batches: readonly Spooled[]): Promise<void>;
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
  | { kind: "chain_mismatch"; expected: number; acknowledged: number }
  | { kind: "chain_resealed"; refused: number; goesOnAfter: number };

export interface DeliveryOptions {
  probe: string;
  location: string;
  privateKey: CryptoKey;
  /** Where the server's record of this probe ends: asked before the first batch is sealed, and whenever one is refused over it. */
  readChain: () => Promise<ChainEnd>;
  /**
   * Resolves with the highest sequence the server has; taking the same batch twice must be harmless. Rejects with an error whose
   * `code` is one of `chainRefusals` when the server holds another chain than ours.
   */
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  clock: Clock;
  /** [0, 1), for the jitter of retries. */
  random: () => number;
  onProblem: (problem: DeliveryProblem) => void;
  spool?: Spool;
  /** The longest pause between two attempts; 30 s unless told. */
  longestRetryMs?: number;
  /** Most samples held, collected and sealed together. */
  maxSamples?: number;
}

export interface DeliveryStatistics {
  /** Last sequence sealed, and last one acknowledged; 0 until the chain was read. */
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

/** Codes of refusals that say: what came before is not what the batch says. */
export const chainRefusals: readonly unknown[] = ["sequence_gap", "broken_chain", "forked_chain"];

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
  let chain: ChainEnd | null = null;
  let acknowledged = 0;
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
      const end = chain ?? (await firstChainEnd());
      if (end === null) {
        return;
      }
      await spool.append(await sealed(observations, end));
      sealingSamples -= observations.length;
      void send();
    });
  }

  async function sealed(observations: readonly Observation[], end: ChainEnd): Promise<Spooled> {
    const sequence = end.sequence + 1;
    const header = { version: protocolVersion, probe, location, sequence, previous: end.previous };
    const bytes = encodeBatch({ ...header, closedAt: clock.now() }, observations);
    const signed = await signBatch(bytes, privateKey);
    chain = { sequence, previous: await digestOf(bytes) };
    return { sequence, samples: observations.length, signed };
  }

  /** Asks the server until it answers; null when delivery was stopped meanwhile. */
  async function firstChainEnd(): Promise<ChainEnd | null> {
    for (let attempts = 0; !over;) {
      try {
        chain = await inTime(options.readChain());
        acknowledged = chain.sequence;
        if (attempts > 0) {
          onProblem({ kind: "delivery_resumed", attempts });
        }
        return chain;
      } catch (error) {
        onProblem({ kind: "delivery_failed", attempts: ++attempts, message: messageOf(error) });
        await pause(retryAfter(attempts));
      }
    }
    return null;
  }

  /**
   * Seals everything that waits anew, behind what the server has: it went on without us, or lost what it had. Only what was never
   * acknowledged waits, so nothing is told twice.
   */
  async function reseal(refused: number): Promise<boolean> {
    let done = false;
    sealing = sealing.then(async () => {
      try {
        chain = await inTime(options.readChain());
      } catch {
        return;
      }
      acknowledged = chain.sequence;
      onProblem({ kind: "chain_resealed", refused, goesOnAfter: chain.sequence });
      const fresh: Spooled[] = [];
      for (const { signed } of spool.waiting()) {
        fresh.push(await sealed(decodeBatch(signed.bytes).observations, chain));
      }
      await spool.replace(fresh);
      done = true;
    });
    await sealing;
    return done;
  }

  /** Delivers the oldest until the spool is empty. Only one runs at a time. */
  async function send(): Promise<void> {
    if (sending) {
      return;
    }
    sending = true;
    let attempts = 0;
    let mayReseal = true;
    for (let batch = spool.oldest(); batch !== undefined && !over; batch = spool.oldest()) {
      const failure = await attempt(batch);
      if (failure === null) {
        if (attempts > 0) {
          onProblem({ kind: "delivery_resumed", attempts });
        }
        attempts = 0;
        mayReseal = true;
        if (overdue && spool.oldest() === undefined) {
          seal();
          await sealing;
        }
      } else if (failure.chainRefused && mayReseal && !over && (await reseal(batch.sequence))) {
        // Refused once more, it waits like any other failure before the chain is read again.
        mayReseal = false;
      } else if (!over) {
        attempts++;
        count.attemptsFailed++;
        onProblem({ kind: "delivery_failed", attempts, message: failure.message });
        await pause(retryAfter(attempts));
        mayReseal = true;
      }
    }
    sending = false;
  }

  /** One delivery: null when the server has the batch now, else what went wrong. */
  async function attempt(batch: Spooled): Promise<{ message: string; chainRefused: boolean } | null> {
    try {
      const answer = await inTime(deliver(batch.signed));
      if (answer.acknowledged < batch.sequence) {
        onProblem({ kind: "chain_mismatch", expected: batch.sequence, acknowledged: answer.acknowledged });
        const message = `batch ${batch.sequence} was answered with ${answer.acknowledged}`;
        return { message, chainRefused: false };
      }
      acknowledged = Math.max(acknowledged, Math.min(answer.acknowledged, chain?.sequence ?? 0));
      count.delivered += batch.samples;
      await spool.releaseThrough(acknowledged);
      return null;
    } catch (error) {
      const { code } = error as { code?: unknown };
      return { message: messageOf(error), chainRefused: chainRefusals.includes(code) };
    }
  }

  /** The answer, or a failure when it has not come by then. */
  async function inTime<T>(answer: Promise<T>): Promise<T> {
    let callOff = () => {};
    const late = new Promise<never>((_, reject) => {
      callOff = clock.after(attemptWithinMs, () =>
        reject(new Error(`no answer within ${attemptWithinMs} ms`)),
      );
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      callOff();
    }
  }

  /** Twice as long each time, and somewhere in the upper half of it, so that probes do not come back in step. */
  function retryAfter(attempts: number): number {
    const longest = Math.min(options.longestRetryMs ?? longestRetryMs, firstRetryMs * 2 ** (attempts - 1));
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
      sequence: chain?.sequence ?? 0,
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
  let waiting: Spooled[] = [];
  let samples = 0;
  return {
    append(batch) {
      waiting.push(batch);
      samples += batch.samples;
      return Promise.resolve();
    },
    oldest: () => waiting[0],
    waiting: () => waiting,
    replace(batches) {
      waiting = [...batches];
      samples = waiting.reduce((sum, batch) => sum + batch.samples, 0);
      return Promise.resolve();
    },
    releaseThrough(sequence) {
      while (waiting.length > 0 && waiting[0]!.sequence <= sequence) {
        samples -= waiting.shift()!.samples;
      }
      return Promise.resolve();
    },
    samples: () => samples,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
