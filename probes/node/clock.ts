/** The machine's own clock, as probes on Node use it. The only clock reading of a Node probe. */

import type { Clock } from "../clock.ts";

export const machineClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
