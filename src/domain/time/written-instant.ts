/** How an instant and a day are written for machines and in evidence: RFC 3339 in UTC. Readers get them in words of their language and zone. */
import type { Instant } from "./interval.ts";

/** "2026-12-01T22:00:00.000Z"; what has no instant stays null. */
export function isoInstant(at: Instant): string;
export function isoInstant(at: Instant | null): string | null;
export function isoInstant(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** "20261201T220000Z", as calendars have it (RFC 5545, 3.3.5); ms are cut off. */
export function basicInstant(at: Instant): string {
  return `${isoInstant(at).slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** The UTC day that an instant lies in: "2026-12-01". */
export function isoDay(at: Instant): string {
  return isoInstant(at).slice(0, 10);
}
