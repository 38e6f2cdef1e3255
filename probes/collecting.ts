/**
 * Samples keep each other company for a moment, because a batch of many is smaller than many batches; then they are closed into a
 * parcel. Part of delivery.ts: the first half, from a sample to a parcel that is held.
 *
 * What is collected and not closed yet is all that a killed process loses where the spool is a disk: samples of at most 10 s, and of at
 * most 1 s while something is changing, even when no server answers.
 */

import type { Clock } from "./clock.ts";
import type { ClockSkew } from "./clock-skew.ts";
import type { Observation } from "./protocol.ts";
import { closeParcel } from "./sealing.ts";
import type { Parcel } from "./spool.ts";

export type CollectingProblem =
  /** Nothing more can be held: what is new is refused until there is room. */
  { kind: "spool_full"; held: number } | { kind: "samples_refused"; refused: number };

export interface CollectingOptions {
  clock: Clock;
  skew?: ClockSkew;
  nextId: () => number;
  hold: (parcel: Parcel) => void;
  /** Whether another sample can be held, besides the ones collected. */
  hasRoom: (collected: number) => boolean;
  /** Whether a parcel that is closed now has to wait: then more company costs nothing. */
  isBehind: () => boolean;
  /** Samples held altogether, for words. */
  held: () => number;
  onProblem: (problem: CollectingProblem) => void;
}

export interface Collecting {
  add(observation: Observation, urgent: boolean): boolean;
  setLinger(ms: number): void;
  /** The line is free: what should have been under way already is closed. */
  lineIsFree(): void;
  /** Closes what there is. */
  close(): void;
  /** Samples of others that were given up: the next parcel tells it. */
  countRefused(samples: number): void;
  samples(): number;
  refused(): number;
  oldestAt(): number | null;
  stop(): void;
}

/** Samples that make a parcel, however short they waited; and about as many make a batch. */
export const parcelSamples = 1_000;
const urgentWithinMs = 50;
const urgentWithinMsBehind = 1_000;

/** An asking that began before the clock was set may end so long afterwards. */
const longestAskingMs = 60_000;

/** Half of the shortest interval, within [250 ms, 10 s]. */
export function lingerFor(intervalsMs: readonly number[]): number {
  const shortest = intervalsMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  return Math.min(10_000, Math.max(250, shortest / 2));
}

export function createCollecting(options: CollectingOptions): Collecting {
  const { clock, skew, onProblem } = options;
  let collected: Observation[] = [];
  let lingerMs = 10_000;
  let firstAdded = 0;
  /** When what is collected is closed if the line is free; and when it is closed in any case. */
  let dueAt = Infinity;
  let latestAt = Infinity;
  let callOff: (() => void) | null = null;
  let over = false;
  const refused = { all: 0, now: 0, untold: 0 };

  function add(observation: Observation, urgent: boolean): boolean {
    // After the end, an asking that was still running tells nobody.
    if (over) {
      return false;
    }
    if (!options.hasRoom(collected.length)) {
      if (refused.now === 0) {
        onProblem({ kind: "spool_full", held: options.held() });
      }
      refused.now++;
      countRefused(1);
      return false;
    }
    if (refused.now > 0) {
      onProblem({ kind: "samples_refused", refused: refused.now });
      refused.now = 0;
    }
    // Samples by another clock go into another parcel.
    if (skew?.look() === true) {
      close();
    }
    const now = clock.elapsed();
    if (collected.length === 0) {
      firstAdded = now;
    }
    collected.push(observation);
    if (collected.length >= parcelSamples) {
      close();
    } else {
      closeBefore(
        now + (urgent ? urgentWithinMs : lingerMs),
        now + (urgent ? urgentWithinMsBehind : lingerMs),
      );
    }
    return true;
  }

  function closeBefore(due: number, latest: number): void {
    if (due >= dueAt && latest >= latestAt) {
      return;
    }
    dueAt = Math.min(dueAt, due);
    latestAt = Math.min(latestAt, latest);
    setTimer();
  }

  function setTimer(): void {
    callOff?.();
    const now = clock.elapsed();
    callOff = clock.after(Math.max(0, (dueAt > now ? dueAt : latestAt) - now), () => {
      callOff = null;
      if (options.isBehind() && clock.elapsed() < latestAt) {
        setTimer();
      } else {
        close();
      }
    });
  }

  function close(): void {
    callOff?.();
    callOff = null;
    dueAt = latestAt = Infinity;
    if (collected.length === 0) {
      return;
    }
    const observations = collected;
    collected = [];
    const closing = {
      closedAt: clock.now(),
      skewMs: skew?.worst(firstAdded - longestAskingMs) ?? null,
      refused: refused.untold,
    };
    refused.untold = 0;
    options.hold(closeParcel(options.nextId(), observations, closing));
  }

  function countRefused(samples: number): void {
    refused.all += samples;
    refused.untold += samples;
  }

  return {
    add,
    close,
    countRefused,
    setLinger(ms) {
      lingerMs = ms;
    },
    lineIsFree() {
      if (clock.elapsed() >= dueAt) {
        close();
      }
    },
    samples: () => collected.length,
    refused: () => refused.all,
    oldestAt: () => collected.reduce<number | null>((least, { at }) => Math.min(least ?? at, at), null),
    stop() {
      over = true;
      callOff?.();
    },
  };
}
