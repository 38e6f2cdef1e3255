/**
 * Service credits (sla-semantics 11): the money owed for a cycle that broke its commitment, from bands or in proportion to the downtime,
 * capped, and rounded to minor units twice: the prorated fee, then the credit.
 */
import { InvalidInput } from "../../errors.ts";
import type { CycleAvailability } from "../measure/availability.ts";
import type { Exact, Fraction, Rounding } from "../figures/exact.ts";
import { compare, parseDecimal, product, quotient, round, simplest } from "../figures/exact.ts";
import { parsePercent } from "../figures/ratio.ts";

/** Below this availability, this part of the fee. Decimal percents, as written. */
export interface CreditBand {
  below: string;
  percent: string;
}

/** Bands; or the fee times a multiplier, the ratio of users affected, and the share of time that was down. */
export type CreditModel =
  | { kind: "bands"; bands: readonly CreditBand[] }
  | { kind: "proportional"; multiplier: Fraction; affectedRatio: Fraction };

export interface CreditTerms {
  model: CreditModel;
  /** Net fee of a whole cycle, of the contract or of the affected service. */
  feeMinor: number;
  /** ISO 4217. */
  currency: string;
  /** by_time: a cycle that the contract covers in part costs the same part of the fee. */
  proration: "none" | "by_time";
  rounding: Rounding;
  /** Most of the fee basis that a cycle gives back, percent; null: no such cap. */
  capPercent: Fraction | null;
  /** Most that a rolling term gives back, and what it has given already; null: no such cap. */
  rollingCapMinor: number | null;
  priorCreditsMinor: number;
  /** Only a credit that is greater is issued; null: any. */
  minCreditMinor: number | null;
}

/** What a credit is computed from. */
export interface CreditBasis {
  /** Null: nobody says; only for the proportional model. */
  availability: Fraction | null;
  downMs: Exact;
  /** > 0 for the proportional model. */
  eligibleMs: number;
  /** Length of the cycle while the contract ran, and whole; > 0 where the fee is prorated. */
  activeMs: number;
  fullCycleMs: number;
}

export interface ServiceCredit {
  /** The fee of this cycle. */
  feeBasisMinor: number;
  /** "0" when no band applies, null for the proportional model. */
  bandPercent: string | null;
  /** After caps and rounding, before the minimum. */
  computedMinor: number;
  /** After the minimum. */
  issuedMinor: number;
  /** Caps that took something, in the order in which they were applied. */
  cappedBy: ("cycle" | "rolling")[];
  currency: string;
}

/** One step from the fee to what is issued, with every rounding; amounts in minor units, exact where they are not yet rounded. */
export type CreditStep =
  | { step: "fee"; minor: number }
  | { step: "proration"; activeMs: number; fullCycleMs: number; exact: Exact; minor: number }
  /** Null: no threshold is above the availability. */
  | { step: "band"; below: string | null; percent: string; exact: Exact }
  | {
      step: "proportional";
      multiplier: Exact;
      affectedRatio: Exact;
      downMs: Exact;
      eligibleMs: number;
      exact: Exact;
    }
  | { step: "cap"; cap: "cycle" | "rolling"; exact: Exact }
  | { step: "rounding"; rounding: Rounding; exact: Exact; minor: number }
  | { step: "minimum"; aboveMinor: number; minor: number };

/** The credit for a judged cycle: null while it runs, without data, or without terms; 0 unless the commitment is broken. */
export function creditFor(cycle: CycleAvailability, terms: CreditTerms | null): ServiceCredit | null {
  if (terms === null || cycle.provisional || cycle.share === null) {
    return null;
  }
  const basis = basisOf(cycle);
  return cycle.verdict === "breached" ? serviceCredit(terms, basis) : noCredit(terms, basis);
}

function basisOf(cycle: CycleAvailability): CreditBasis {
  return {
    availability: cycle.share,
    downMs: cycle.countedDownMs,
    eligibleMs: cycle.eligibleMs,
    activeMs: cycle.period.end - cycle.period.start,
    fullCycleMs: cycle.fullCycleMs,
  };
}

/** How the credit of a judged cycle comes about, step by step; null where there is none, only the fee where nothing is owed. */
export function creditStepsFor(cycle: CycleAvailability, terms: CreditTerms | null): CreditStep[] | null {
  const credit = creditFor(cycle, terms);
  if (credit === null || terms === null) {
    return null;
  }
  const steps: CreditStep[] = [];
  if (cycle.verdict === "breached") {
    serviceCredit(terms, basisOf(cycle), steps);
  } else {
    noCredit(terms, basisOf(cycle), steps);
  }
  return steps;
}

/**
 * The credit that these terms give for such availability, whatever the verdict.
 *
 * @param steps takes down how it came about
 */
export function serviceCredit(
  terms: CreditTerms,
  basis: CreditBasis,
  steps: CreditStep[] = [],
): ServiceCredit {
  const credit = noCredit(terms, basis, steps);
  const { model } = terms;
  let amount: Fraction;
  if (model.kind === "bands") {
    const band = bandFor(model.bands, basis.availability);
    credit.bandPercent = band?.percent ?? "0";
    amount = product(credit.feeBasisMinor, percentShare(credit.bandPercent));
    steps.push({
      step: "band",
      below: band?.below ?? null,
      percent: credit.bandPercent,
      exact: simplest(amount),
    });
  } else {
    const { multiplier, affectedRatio } = model;
    const downShare = quotient(basis.downMs, basis.eligibleMs);
    amount = product(credit.feeBasisMinor, multiplier, affectedRatio, downShare);
    const { downMs, eligibleMs } = basis;
    const exact = simplest(amount);
    steps.push({ step: "proportional", multiplier, affectedRatio, downMs, eligibleMs, exact });
  }
  for (const { name, limit } of capsOf(terms, credit.feeBasisMinor)) {
    if (compare(amount, limit) > 0) {
      amount = limit;
      credit.cappedBy.push(name);
      steps.push({ step: "cap", cap: name, exact: simplest(limit) });
    }
  }
  const { rounding, minCreditMinor } = terms;
  credit.computedMinor = toMinor(amount, rounding);
  steps.push({ step: "rounding", rounding, exact: simplest(amount), minor: credit.computedMinor });
  const isEnough = minCreditMinor === null || credit.computedMinor > minCreditMinor;
  credit.issuedMinor = isEnough ? credit.computedMinor : 0;
  if (minCreditMinor !== null) {
    steps.push({ step: "minimum", aboveMinor: minCreditMinor, minor: credit.issuedMinor });
  }
  return credit;
}

/** A promise that was kept, or none: the fee stands, nothing is owed. */
function noCredit(
  terms: CreditTerms,
  { activeMs, fullCycleMs }: CreditBasis,
  steps: CreditStep[] = [],
): ServiceCredit {
  steps.push({ step: "fee", minor: terms.feeMinor });
  let fee = terms.feeMinor;
  if (terms.proration === "by_time") {
    const exact = product(terms.feeMinor, quotient(activeMs, fullCycleMs));
    fee = toMinor(exact, terms.rounding);
    steps.push({ step: "proration", activeMs, fullCycleMs, exact: simplest(exact), minor: fee });
  }
  return {
    feeBasisMinor: fee,
    bandPercent: terms.model.kind === "bands" ? "0" : null,
    computedMinor: 0,
    issuedMinor: 0,
    cappedBy: [],
    currency: terms.currency,
  };
}

/** The band of the lowest threshold that is strictly above the availability. */
function bandFor(bands: readonly CreditBand[], availability: Fraction | null): CreditBand | undefined {
  if (availability === null) {
    throw new InvalidInput("availability_missing", "Credit bands need to know the availability.");
  }
  return bands
    .filter(({ below }) => compare(percentShare(below), availability) > 0)
    .reduce<CreditBand | undefined>(
      (lowest, band) =>
        lowest === undefined || compare(percentShare(band.below), percentShare(lowest.below)) < 0
          ? band
          : lowest,
      undefined,
    );
}

/** Caps in the order in which they apply; before rounding. */
function capsOf(terms: CreditTerms, feeBasisMinor: number): { name: "cycle" | "rolling"; limit: Fraction }[] {
  const { capPercent, rollingCapMinor, priorCreditsMinor } = terms;
  const leftMinor = rollingCapMinor === null ? 0 : Math.max(0, rollingCapMinor - priorCreditsMinor);
  return [
    ...(capPercent === null
      ? []
      : [{ name: "cycle" as const, limit: quotient(product(feeBasisMinor, capPercent), 100) }]),
    ...(rollingCapMinor === null ? [] : [{ name: "rolling" as const, limit: product(leftMinor) }]),
  ];
}

function toMinor(amount: Fraction, rounding: Rounding): number {
  const minor = Number(round(amount, rounding));
  if (!Number.isSafeInteger(minor)) {
    throw new InvalidInput("amount_too_large", "There is no such amount of money.");
  }
  return minor;
}

function percentShare(percent: string): Fraction {
  return parsePercent(percent)!;
}

/** The first band that a lawyer would strike: thresholds have to fall and percents to rise, strictly; null: all of them stand. */
export function misplacedBand(bands: readonly CreditBand[]): number | null {
  const wrong = bands.findIndex((band, i) => {
    const before = bands[i - 1];
    return (
      before !== undefined &&
      (compare(percentShare(band.below), percentShare(before.below)) >= 0 ||
        compare(parseDecimal(band.percent)!, parseDecimal(before.percent)!) <= 0)
    );
  });
  return wrong === -1 ? null : wrong;
}
