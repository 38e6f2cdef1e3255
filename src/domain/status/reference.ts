/**
 * What people quote on the telephone: `INC-2026-0001`, `MNT-2026-0001`. Numbered from 1 in each UTC year, never used again.
 * Incidents, maintenance windows and proposals are named by it everywhere outside the database.
 */
import type { Instant } from "../time/interval.ts";

export const referencePrefixes = {
  incident: "INC",
  maintenance: "MNT",
  series: "SER",
  correction: "COR",
  exclusion: "EXC",
  revision: "REV",
  request: "REQ",
} as const;
export type ReferencePrefix = (typeof referencePrefixes)[keyof typeof referencePrefixes];

/** The start of all references of the year that contains the instant: `INC-2026-`. */
export function referenceSeries(prefix: ReferencePrefix, at: Instant): string {
  return `${prefix}-${new Date(at).getUTCFullYear()}-`;
}

/** The reference with this number in a series; four digits, more when they are needed. */
export function toReference(series: string, number: number): string {
  return `${series}${String(number).padStart(4, "0")}`;
}

/** The number at the end of a reference of the series. */
export function numberOfReference(reference: string): number {
  return Number(reference.slice(reference.lastIndexOf("-") + 1));
}
