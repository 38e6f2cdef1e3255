/**
 * How long this process came round to nothing: a machine without a free processor, a garbage collection, code that ran on. Whoever waits
 * for an answer meanwhile cannot tell whether it came in time. Part of prober.ts.
 */

import type { Clock } from "./clock.ts";

export interface Attention {
  /**
   * Begins to watch, for as long as somebody does.
   *
   * @returns what was missed since, ms; and the end of watching
   */
  watch(): { missedMs(): number; end(): void };
}

/** How often it is looked whether the process comes round. */
const beatMs = 100;
/** So late a timer may be on any machine without anything being missed. */
const usualMs = 20;

export function createAttention(clock: Clock): Attention {
  let watchers = 0;
  let missed = 0;
  let due = 0;
  let callOff = () => {};

  function late(): number {
    const ms = clock.elapsed() - due;
    return ms > usualMs ? ms : 0;
  }

  function beat(): void {
    due = clock.elapsed() + beatMs;
    callOff = clock.after(beatMs, () => {
      missed += late();
      beat();
    });
  }

  return {
    watch() {
      if (watchers++ === 0) {
        beat();
      }
      const before = missed + late();
      let watches = true;
      return {
        missedMs: () => missed + late() - before,
        end() {
          if (watches) {
            watches = false;
            if (--watchers === 0) {
              callOff();
            }
          }
        },
      };
    },
  };
}
