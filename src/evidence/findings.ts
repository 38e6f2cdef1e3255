/**
 * What a verification found, in words for people: faults, for which the evidence cannot be taken as it is, and gaps, which are honest and
 * count as unmeasured. Texts of the file are printed so that they cannot play tricks on a terminal.
 */

/** What was found at one place. */
export interface Finding {
  /** A word for the rule: `altered`, `missing`, `refused_samples`… */
  kind: string;
  /** The probe whose chain it is about; null: the file as a whole. */
  probe: string | null;
  /** The batches it is about; null: none in particular. */
  batches: { first: number; last: number } | null;
  words: string;
}

export interface Findings {
  /** The evidence cannot be taken as it is. */
  faults: Finding[];
  /** Nothing is wrong, but something was not seen. */
  gaps: Finding[];
  /** More faults than are listed. */
  untold: number;
  fault(finding: Finding): void;
  gap(finding: Finding): void;
}

/** So many of each are told; after as many again as this, nothing is to be gained by going on. */
const mostTold = 500;
const mostFaults = 20_000;

/** A file has so many faults that going through the rest would tell nothing. */
export class TooManyFaults extends Error {}

/** The file is no evidence, or not of a known version: nothing can be said of it. */
export class UnreadableEvidence extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableEvidence";
  }
}

export function openFindings(): Findings {
  const findings: Findings = {
    faults: [],
    gaps: [],
    untold: 0,
    fault(finding) {
      if (findings.faults.length < mostTold) {
        findings.faults.push(finding);
      } else if (++findings.untold >= mostFaults) {
        throw new TooManyFaults();
      }
    },
    gap(finding) {
      const last = findings.gaps.at(-1);
      if (last !== undefined && follows(last, finding)) {
        last.batches!.last = finding.batches!.last;
      } else if (findings.gaps.length < mostTold * 20) {
        findings.gaps.push(finding);
      }
    },
  };
  return findings;
}

/** Whether both say the same of batches that follow each other. */
function follows(before: Finding, after: Finding): boolean {
  return (
    before.kind === after.kind &&
    before.probe === after.probe &&
    before.words === after.words &&
    before.batches !== null &&
    after.batches !== null &&
    before.batches.last + 1 === after.batches.first
  );
}

/** "batch 7", "batches 7 to 9". */
export function batchWords({ first, last }: { first: number; last: number }): string {
  return first === last ? `batch ${first}` : `batches ${first} to ${last}`;
}

/** A text of the file, fit for a terminal: no control characters, not endless. */
export function plain(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "�");
}
