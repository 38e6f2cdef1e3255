/**
 * What account managers are told of a month once its cycles have settled: what was closed, which promises were broken and by how much,
 * what is owed in which currency, and what still waits for a person. Facts alone; documents/month-letter.ts finds the words.
 */
import type { Verdict } from "../sla/measure/availability.ts";

/** Why a contract's month is not final. */
export const openReasons = [
  "settle_time",
  "explanation",
  "proposal",
  "decision",
  "ready",
  "refused",
] as const;
export type OpenReason = (typeof openReasons)[number];

/** A contract of the month that is final. */
export interface ClosedContract {
  slug: string;
  title: string;
  customer: string;
  revision: number;
  verdict: Verdict;
  /** Decimal strings; null: nothing was measured, or nothing is promised. */
  percent: string | null;
  targetPercent: string | null;
  /** Downtime beyond what was allowed, in ms; null: none is beyond it. */
  overMs: number | null;
  /** What stands credited after all revisions; null: no credit is computed. */
  creditMinor: number | null;
  currency: string | null;
  /** How many its report goes to; 0: nobody is named; null: the contract wants none. */
  recipients: number | null;
}

/** A contract of the month that is not. */
export interface OpenContract {
  slug: string;
  title: string;
  customer: string;
  /** Each once, with how often. */
  reasons: { reason: OpenReason; count: number }[];
}

export interface MonthSummary {
  /** "2026-06". */
  label: string;
  platform: string;
  timeZone: string;
  isFinal: boolean;
  closed: ClosedContract[];
  open: OpenContract[];
}

/** Sums by currency, in order of the alphabet. */
export function creditsOwed(
  closed: readonly Pick<ClosedContract, "creditMinor" | "currency">[],
): { currency: string; minor: number; contracts: number }[] {
  const owed = new Map<string, { minor: number; contracts: number }>();
  for (const { creditMinor, currency } of closed) {
    if (creditMinor !== null && creditMinor !== 0 && currency !== null) {
      const { minor, contracts } = owed.get(currency) ?? { minor: 0, contracts: 0 };
      owed.set(currency, { minor: minor + creditMinor, contracts: contracts + 1 });
    }
  }
  return [...owed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sums]) => ({ currency, ...sums }));
}
