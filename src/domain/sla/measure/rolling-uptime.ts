/**
 * The uptime of the last so many days of one service, for badges: the same arithmetic as a cycle's, over a period that moves along. No
 * promise is judged by it.
 */
import type { Instant } from "../../time/interval.ts";
import { availability } from "./availability.ts";
import type { Commitment } from "./commitment.ts";
import type { WatchedService } from "./monthly-uptime.ts";

const dayMs = 86_400_000;

/**
 * Truncated at 6 decimals; null where nothing was measured in these days. Time before the first observation is no part of the period: it
 * counts neither as up nor as down.
 */
export function rollingUptime(
  service: WatchedService,
  days: number,
  commitment: Commitment,
  now: Instant,
): string | null {
  const { observedFrom } = service;
  if (observedFrom === null || observedFrom === undefined) {
    return null;
  }
  return availability([service], commitment, {
    cycle: { start: now - days * dayMs, end: now },
    startsAt: observedFrom,
    endsAt: service.archivedAt,
    asOf: null,
  }).percent;
}
