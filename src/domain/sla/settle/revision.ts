/**
 * Revisions (sla-semantics 12): what each restatement of a closed cycle changes in the money that was credited. What was paid stays paid
 * unless the contract allows to take it back.
 */

/** none: a lower credit takes nothing back; full: it does. */
export const clawbacks = ["none", "full"] as const;
export type Clawback = (typeof clawbacks)[number];

export interface RevisionCredit {
  /** From 1. */
  revision: number;
  /** The revision it replaces; null for the first. */
  supersedes: number | null;
  /** Its own credit; none counts as 0. */
  creditMinor: number;
  /** Its credit less what stands credited so far. */
  deltaMinor: number;
  /** What is paid, or taken back, for it. */
  adjustmentMinor: number;
  /** What stands credited after it. */
  netCreditedMinor: number;
}

/** The credits of a cycle's revisions in order, each null where there is none (provisional, no data, no terms). */
export function settleRevisions(credits: readonly (number | null)[], clawback: Clawback): RevisionCredit[] {
  let netCreditedMinor = 0;
  return credits.map((credit, i) => {
    const creditMinor = credit ?? 0;
    const deltaMinor = creditMinor - netCreditedMinor;
    const adjustmentMinor = clawback === "none" ? Math.max(0, deltaMinor) : deltaMinor;
    netCreditedMinor += adjustmentMinor;
    return {
      revision: i + 1,
      supersedes: i === 0 ? null : i,
      creditMinor,
      deltaMinor,
      adjustmentMinor,
      netCreditedMinor,
    };
  });
}
