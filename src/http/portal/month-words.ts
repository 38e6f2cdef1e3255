/** Months of a contract in words, ready to be read: the one that runs, and those that are over. For the portal and the pages of customers. */

/** A month of a contract as a line. */
export interface MonthRow {
  label: string;
  name: string;
  short: string;
  /** Null: nothing was reported of it yet. */
  address: string | null;
  percent: string;
  verdict: string;
  verdictWord: string;
  credit: string;
}

/** A running month of a contract, ready to be read. */
export interface RunningMonth {
  contract: string;
  address: string;
  /** Of the preview of its report. */
  monthAddress: string;
  name: string;
  /** "from 1 to 31 July 2026" where it does not begin on the first; else "". */
  target: string;
  /** "99.992 %", cut; "–" while nothing is measured. */
  percent: string;
  /** What is left of the downtime that is allowed; null: none is promised, or nothing measured. */
  budget: { left: string; allowed: string; isOver: boolean; usedShare: number } | null;
  /** The best it can still come to; "": nothing to say. */
  best: string;
  verdict: string;
  verdictWord: string;
  /** How certain that is, in sentences. */
  doubts: string[];
}
