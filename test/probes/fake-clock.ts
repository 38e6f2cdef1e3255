/** A clock that only moves when a test says so. */

import type { Clock } from "../../probes/clock.ts";

export interface FakeClock extends Clock {
  /** Lets time pass, stopping at every timer on the way so that what it sets off can set timers in turn. */
  advance(ms: number): Promise<void>;
  /** Time goes on, and the process comes round to nothing: timers that are due run late, at the next advance. */
  stall(ms: number): void;
}

/** Wall time is elapsed time after an epoch of its own. */
export function fakeClock(epoch = 1_780_000_000_000): FakeClock {
  let elapsed = 0;
  let timers: { due: number; run: () => void }[] = [];
  return {
    now: () => epoch + Math.floor(elapsed),
    elapsed: () => elapsed,
    after(ms, run) {
      const timer = { due: elapsed + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        await settled();
        const next = timers.reduce<(typeof timers)[number] | undefined>(
          (least, timer) => (least === undefined || timer.due < least.due ? timer : least),
          undefined,
        );
        if (next === undefined || next.due > end) {
          break;
        }
        elapsed = Math.max(elapsed, next.due);
        timers = timers.filter((other) => other !== next);
        next.run();
      }
      elapsed = Math.max(elapsed, end);
    },
    stall(ms) {
      elapsed += ms;
    },
  };
}

/** Lets promises that are ready run to their end. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
}

/** Waits for what happens outside the fake clock, such as a signature. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Error("it did not come to that");
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
