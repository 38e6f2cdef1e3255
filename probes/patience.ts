/** How long to wait: for an answer, and between two attempts. Part of delivery.ts, used by sending.ts. */

import type { Clock } from "./clock.ts";

export interface Patience {
  /** The answer, or a failure when it has not come by then. */
  inTime<T>(answer: Promise<T>): Promise<T>;
  /** Waits before the next attempt, after so many that failed; at least as long as somebody asked for, within bounds. */
  pause(attempts: number, atLeastMs: number): Promise<void>;
  /** Ends the pause there may be. */
  hurry(): void;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** An attempt that has not ended by then counts as failed. */
const attemptWithinMs = 30_000;

export interface PatienceOptions {
  clock: Clock;
  random: () => number;
  /** The longest pause; 30 s unless told. */
  longestRetryMs?: number;
}

export function createPatience({
  clock,
  random,
  longestRetryMs: longest = longestRetryMs,
}: PatienceOptions): Patience {
  let endPause: (() => void) | null = null;

  /** Twice as long each time, and somewhere in the upper half of it, so that probes do not come back in step. */
  function retryAfter(attempts: number, atLeastMs: number): number {
    const doubled = Math.max(firstRetryMs * 2 ** Math.min(attempts - 1, 16), atLeastMs * 2);
    return Math.min(longest, doubled) * (0.5 + random() / 2);
  }

  return {
    async inTime(answer) {
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
    },
    pause: (attempts, atLeastMs) =>
      new Promise((resolve) => {
        const callOff = clock.after(retryAfter(attempts, atLeastMs), resolve);
        endPause = () => {
          callOff();
          resolve();
        };
      }),
    hurry: () => endPause?.(),
  };
}
