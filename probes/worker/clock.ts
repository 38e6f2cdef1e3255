/** A Worker's own clock. It stands still while code runs and goes on with whatever comes in, which is when an asking ends. */

import type { Clock } from "../clock.ts";

export const workerClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
