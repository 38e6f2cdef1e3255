/**
 * When the harness itself came round to nothing. Its targets and lines answer nobody meanwhile: what seems down then is down, though no
 * target was told to be.
 */
import { timeoutMs } from "./platform.ts";

export interface Stall {
  from: number;
  until: number;
}

const beatMs = 50;
/** Long enough that a question which goes through a line and to a target, both of them here, may run out of time. */
const longMs = timeoutMs / 2;

/** Watches from now on; `end` gives every long stall, in order. */
export function watchStalls(): { end(): Stall[] } {
  const stalls: Stall[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last - beatMs >= longMs) {
      stalls.push({ from: last, until: now });
    }
    last = now;
  }, beatMs);
  return {
    end() {
      clearInterval(timer);
      return stalls;
    },
  };
}
