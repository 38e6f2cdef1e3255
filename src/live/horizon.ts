/** How far back a running server tells without asking the database, in whole billing cycles: a cycle is told whole or not at all. */
import { cycleContaining, previousCycle } from "../domain/time/billing-cycle.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";

/** Incidents and maintenance windows: the running cycle and the 13 before it. */
export const wordsCycles = 13;

/**
 * What was measured: five years and the running cycle, as long as evidence is kept. It is change points only, so a year of a service costs
 * what happened in it.
 */
export const measuredCycles = 60;

/** Start of the cycle that lies so many cycles before the running one. */
export function horizonOf(now: Instant, settings: PlatformSettings, cyclesBack: number): Instant {
  const rule = { timeZone: settings.timeZone, anchorDay: settings.commitment.anchorDay };
  let cycle = cycleContaining(now, rule);
  for (let i = 0; i < cyclesBack; i++) {
    cycle = previousCycle(cycle, rule);
  }
  return cycle.start;
}
