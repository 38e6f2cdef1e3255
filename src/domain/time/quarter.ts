/**
 * Calendar quarters as a place on earth lives them (sla-semantics 6): maintenance may be limited to so many windows in each.
 */
import type { Instant } from "./interval.ts";

/** The local calendar quarter that contains the instant: "2026-Q2". */
export function quarterOf(at: Instant, timeZone: string): string {
  const { year, month } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return `${year}-Q${Math.ceil(month / 3)}`;
}
