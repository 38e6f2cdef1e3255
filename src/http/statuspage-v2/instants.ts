/** How instants stand in answers of the Statuspage API. */
import type { Instant } from "../../domain/time/interval.ts";

/** "2026-06-10T10:00:00.000Z". */
export function isoMs(at: Instant): string {
  return new Date(at).toISOString();
}

/** "2026-06-10", in UTC. */
export function isoDay(at: Instant): string {
  return isoMs(at).slice(0, 10);
}
