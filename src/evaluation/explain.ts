/**
 * The arithmetic in words that a customer can follow, step by step in the order of evaluation (sla-semantics 2). Every figure is the one
 * of the result.
 */
import type { CheckRules } from "../domain/monitoring/check.ts";
import type { Replay } from "../domain/monitoring/replay.ts";
import type { ContractTerms, JudgedCycle } from "../domain/sla/settle/contract.ts";
import { difference, type Exact, printDecimal, product, toFraction } from "../domain/sla/figures/exact.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import type { MinuteRule } from "../domain/sla/figures/minute-rule.ts";
import { shareFloor } from "../domain/sla/figures/ratio.ts";
import type { RollUpRule } from "../domain/sla/measure/roll-up.ts";
import {
  type CreditBasis,
  type CreditTerms,
  misplacedBand,
  type ServiceCredit,
} from "../domain/sla/settle/service-credit.ts";
import { printDuration } from "../domain/time/duration.ts";
import type { Interval } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { exactJson } from "./shapes.ts";

/** "105000 ms (1m45s)"; a fraction of a ms only as such. */
function ms(value: Exact): string {
  const plain = exactJson(value);
  const length = typeof plain === "number" ? Math.abs(plain) : 0;
  return length < 1_000 ? `${plain} ms` : `${plain} ms (${printDuration(length)})`;
}

/** What a cycle was judged from, as far as the result does not tell it. */
export interface CycleFacts {
  /** "2026-06". */
  label: string;
  serviceIds: readonly string[];
  corrections: number;
  exclusions: number;
}

/** The steps from a contract and its measurements to a verdict and a credit. */
export function explainCycle(
  facts: CycleFacts,
  terms: ContractTerms,
  { availability: cycle, credit }: JudgedCycle,
): string[] {
  const { commitment } = terms;
  const { period, budget } = cycle;
  const steps = [
    `Covered services: ${facts.serviceIds.join(", ")}.`,
    `The cycle ${facts.label} is ${ms(cycle.fullCycleMs)} long; the contract covers ${isoInstant(period.start)} to ${isoInstant(period.end)} of it, ` +
      `${ms(period.end - period.start)}.`,
    ...(cycle.provisional
      ? ["It still runs: time is counted so far, the budget is that of the whole cycle."]
      : []),
    ...(commitment.serviceHours === null
      ? []
      : [`Only service hours are eligible: ${ms(cycle.serviceHoursMs)} of it.`]),
    ...(facts.corrections === 0
      ? []
      : [
          `Corrections laid over what was measured, in the order in which they were recorded: ${facts.corrections}.`,
        ]),
    `${rollUpWords[commitment.rollUp.kind](commitment.rollUp)}: ${ms(cycle.rawDownMs)} down.`,
    ...cycle.windows.map(
      ({ window, verdict }) =>
        `Maintenance from ${isoInstant(window.start)} to ${isoInstant(window.end)}: ${windowWords[verdict]}.`,
    ),
    `Maintenance and ${facts.exclusions} approved exclusions take ${ms(cycle.excludedDownMs)} from the downtime.`,
    ...(cycle.elapsedMs === cycle.serviceHoursMs
      ? []
      : [`Excluded time leaves the denominator: ${ms(cycle.serviceHoursMs - cycle.elapsedMs)}.`]),
    `${ms(cycle.unknownMs)} were not measured and ${unknownWords[commitment.unknown]}.`,
    ...(commitment.minOutageMs === 0
      ? []
      : [`Outages shorter than ${ms(commitment.minOutageMs)} do not count.`]),
    commitment.granularity === "exact_ms"
      ? "Downtime is counted by the exact ms."
      : `Downtime is counted by minutes: ${minuteWords[commitment.granularity]}.`,
    ...(commitment.degradedWeightPpm === 0
      ? []
      : [
          `${ms(cycle.degradedMs)} of degraded service count with a weight of ${printDecimal(product(commitment.degradedWeightPpm, { numerator: 1n, denominator: 1_000_000n }), 6)}.`,
        ]),
    `Counted downtime: ${ms(cycle.countedDownMs)} of ${ms(cycle.eligibleMs)} eligible.`,
    cycle.percent === null
      ? "Nothing was measured, so there is no percentage."
      : `Availability: (${exactJson(cycle.eligibleMs)} - ${exactJson(cycle.countedDownMs)}) / ${cycle.eligibleMs} = ${cycle.percent} %, truncated.`,
    `If all unknown time had been down it would be ${cycle.bounds.low ?? "-"} %, if up ${cycle.bounds.high ?? "-"} %` +
      (cycle.sensitiveToUnknown ? "; the verdict depends on it." : "."),
    ...(commitment.verdictRounding === null || cycle.share === null
      ? []
      : [
          `The contract compares the percentage rounded to ${commitment.verdictRounding.decimals} decimals (${commitment.verdictRounding.mode}): ` +
            `${shareFloor(cycle.share, commitment.verdictRounding.decimals)} %.`,
        ]),
    ...(budget === null || commitment.target === null
      ? ["The contract promises no figure."]
      : [
          `A target of ${commitment.target.percent} % of ${ms(cycle.wholeEligibleMs)} allows ${ms(budget.allowedMs)}; ` +
            `${ms(difference(budget.allowedMs, cycle.countedDownMs))} are left.`,
        ]),
    ...(cycle.bestCasePercent === null
      ? []
      : [`If nothing more fails, the cycle ends at ${cycle.bestCasePercent} %.`]),
    `Verdict: ${verdictWords[cycle.verdict]}.`,
  ];
  if (credit === null || terms.credit === null) {
    return [...steps, "No credit is computed."];
  }
  if (cycle.verdict !== "breached") {
    return [...steps, "A credit is paid only when the commitment is broken: nothing is owed."];
  }
  const basis = {
    availability: cycle.share,
    downMs: cycle.countedDownMs,
    eligibleMs: cycle.eligibleMs,
    activeMs: period.end - period.start,
    fullCycleMs: cycle.fullCycleMs,
  };
  return [...steps, ...explainCredit(credit, terms.credit, basis)];
}

const rollUpWords: Record<RollUpRule["kind"], (rule: RollUpRule) => string> = {
  any_down: () => "The contract is down when any covered service is",
  all_down: () => "The contract is down when all covered services are",
  k_of_n: (rule) =>
    `The contract is down when at least ${rule.kind === "k_of_n" ? rule.k : 1} covered services are`,
  weighted: () => "Each covered service's downtime counts by its weight",
};

const verdictWords = {
  met: "met, the promise was kept",
  breached: "breached, the promise was broken",
  on_track: "on track, the promise is kept so far",
  no_data: "no data, nothing was measured",
  no_target: "no target, nothing was promised",
};

const windowWords = {
  excluded: "excluded",
  policy_none: "not excluded, the contract excludes no maintenance",
  notice: "not excluded, announced too late or never",
  too_long: "not excluded, longer than the contract allows",
  quota: "not excluded, the windows of this quarter are used up",
};

const unknownWords = {
  up: "count as available",
  down: "count as downtime",
  remove: "leave the denominator",
};

const minuteWords: Record<MinuteRule, string> = {
  minute_any: "a minute with any downtime counts whole",
  minute_majority: "a minute with at least 30000 ms of downtime counts whole",
  minute_full: "only a minute that was down from end to end counts",
};

/** The steps from an availability to money. */
export function explainCredit(credit: ServiceCredit, terms: CreditTerms, basis: CreditBasis): string[] {
  const money = (minor: number) => `${printAmount(minor, terms.currency)} ${terms.currency}`;
  const { model, proration, rounding } = terms;
  const share = model.kind === "bands" ? null : toFraction(product(model.multiplier, model.affectedRatio));
  return [
    proration === "none"
      ? `The fee is ${money(credit.feeBasisMinor)}.`
      : `The fee of ${money(terms.feeMinor)} for ${ms(basis.activeMs)} of ${ms(basis.fullCycleMs)} is ${money(credit.feeBasisMinor)} (${rounding}).`,
    share === null
      ? `At ${shareFloor(basis.availability!, 6)} % the lowest threshold above gives ${credit.bandPercent} % of it.`
      : `It is multiplied with ${printDecimal(share, 6)} and with ${ms(basis.downMs)} / ${ms(basis.eligibleMs)}.`,
    ...(model.kind === "bands" && misplacedBand(model.bands) !== null
      ? ["The bands are unusual: as a rule their thresholds fall and their percents rise."]
      : []),
    ...credit.cappedBy.map(
      (cap) => `The ${cap === "cycle" ? "cap of the cycle" : "cap of the rolling term"} limits it.`,
    ),
    `The credit comes to ${money(credit.computedMinor)} (${rounding}).`,
    ...(terms.minCreditMinor === null
      ? []
      : [
          `Only what is greater than ${money(terms.minCreditMinor)} is issued: ${money(credit.issuedMinor)}.`,
        ]),
  ];
}

/** The steps from rounds to readings. */
export function explainSamples(replay: Replay, rules: CheckRules, observation: Interval): string[] {
  return [
    `From ${isoInstant(observation.start)} to ${isoInstant(observation.end)}, a round fails when ${rules.quorumFail} or more locations fail, and says ` +
      `nothing when fewer than ${rules.minReporting} report (${replay.inconclusiveRounds} did).`,
    `${rules.confirmDown} failing rounds in a row make it down and ${rules.confirmUp} good ones up again, both from the first of them on; ` +
      `${replay.unconfirmedFailRounds} failing rounds were never confirmed.`,
    `A reading holds ${rules.staleAfterMs} ms without a round, then nobody knows.`,
    ...replay.segments.map(
      ({ start, end, state }) => `${isoInstant(start)} to ${isoInstant(end)}: ${state}, ${end - start} ms.`,
    ),
  ];
}
