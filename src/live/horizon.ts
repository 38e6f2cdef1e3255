/** How far back the page and the API look without asking the database: the running billing cycle and the 13 before it, whole. */
import { cycleContaining, previousCycle } from "../domain/time/billing-cycle.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";

const cyclesBack = 13;

/** Start of the oldest cycle that is held in memory: a cycle is told whole or not at all. */
export function horizonOf(now: Instant, settings: PlatformSettings): Instant {
  const rule = { timeZone: settings.timeZone, anchorDay: settings.commitment.anchorDay };
  let cycle = cycleContaining(now, rule);
  for (let i = 0; i < cyclesBack; i++) {
    cycle = previousCycle(cycle, rule);
  }
  return cycle.start;
}
