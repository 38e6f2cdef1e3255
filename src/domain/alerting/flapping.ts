/**
 * A trouble that comes and goes: from its third opening within half an hour on it is one alert, which stays until the trouble has been
 * gone for ten minutes. So people are called once for it, and told once that it is over.
 */
import type { Instant } from "../time/interval.ts";

export const flapWithinMs = 1_800_000;
export const flapOpenings = 3;
export const settledAfterMs = 600_000;

/**
 * Whether a trouble flaps that opens now.
 *
 * @param openings when it opened, this time too; what is longer ago does not count
 */
export function isFlapping(openings: readonly Instant[], now: Instant): boolean {
  return openings.filter((at) => now - at < flapWithinMs && at <= now).length >= flapOpenings;
}

/** Whether it is over for good. @param closedAt when it last ended, or that of its members */
export function hasSettled(flappingSince: Instant | null, closedAt: Instant, now: Instant): boolean {
  return flappingSince === null || now - closedAt >= settledAfterMs;
}
