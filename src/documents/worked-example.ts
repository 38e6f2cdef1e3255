/**
 * A contract worked through: what some minutes of downtime would come to under it, computed by the very functions that judge its cycles.
 * The promise in words ends with it (told-clauses.ts).
 */
import type { CoveredService } from "../domain/sla/measure/measured-time.ts";
import { serviceHours } from "../domain/sla/measure/cycle-times.ts";
import { allowedDownMs, availableShare, parseTarget } from "../domain/sla/figures/ratio.ts";
import { type CalendarOf, contractTermsOf, weightOf } from "../domain/sla/promise/clause-terms.ts";
import type { ContractClauses } from "../domain/sla/promise/clauses.ts";
import { type ContractTerms, judgeContract } from "../domain/sla/settle/contract.ts";
import { serviceCredit } from "../domain/sla/settle/service-credit.ts";
import { cycleContaining } from "../domain/time/billing-cycle.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { measure } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import type { ReportLanguage } from "./report-language.ts";

export interface WorkedExample {
  /** How long the cycle is, what five minutes in it come to, and how much is allowed. */
  sentences: string[];
  /** Of credit bands: from which downtime on which part of the fee is given back. */
  bands: { downtime: string; below: string; percent: string; amount: string }[];
}

const fiveMinutesMs = 5 * 60_000;

/**
 * The example in the cycle that contains an instant; null: nothing of that cycle is open for long enough.
 *
 * @param services slugs of those that are covered
 */
export function workedExample(
  clauses: ContractClauses,
  services: readonly string[],
  calendarOf: CalendarOf,
  at: Instant,
  language: ReportLanguage,
): WorkedExample | null {
  const terms = contractTermsOf(clauses, { startsAt: null, endsAt: null }, calendarOf);
  const cycle = cycleContaining(at, clauses);
  const hours = serviceHours(terms.commitment, cycle);
  const lengthMs = Math.max(fiveMinutesMs, clauses.minOutageMs);
  const open = hours.find(({ start, end }) => end - start >= lengthMs);
  if (open === undefined) {
    return null;
  }
  const outage = { start: open.start, end: open.start + lengthMs };
  const covered = (services.length === 0 ? ["-"] : services).map((slug) => downIn(outage, slug, clauses));
  const evidence = { services: covered, overlays: { windows: [], exclusions: [] } };
  const { availability, credit } = judgeContract(terms, evidence, cycle, null);
  const eligibleMs = measure(hours);
  const date = (instant: Instant) => language.date(isoInstant(instant), clauses.timeZone);
  const sentences = [
    language.say("example.cycle", {
      from: date(cycle.start),
      to: date(cycle.end),
      length: language.duration(cycle.end - cycle.start),
      eligible: language.duration(eligibleMs),
    }),
    language.say("example.down", {
      down: language.duration(lengthMs),
      percent: language.percent(availability.percent),
      verdict: language.say(`example.verdict.${availability.verdict}`),
    }),
    ...(credit === null
      ? []
      : [language.say("example.credit", { amount: language.money(credit.issuedMinor, credit.currency) })]),
    ...(terms.commitment.target === null
      ? []
      : [
          language.say("example.allowed", {
            ms: language.duration(allowedDownMs(eligibleMs, terms.commitment.target)),
          }),
        ]),
  ];
  return { sentences, bands: bandsOf(terms, eligibleMs, cycle, language) };
}

function downIn(outage: Interval, slug: string, clauses: ContractClauses): CoveredService {
  return {
    id: slug,
    weight: weightOf(clauses, slug),
    segments: [{ ...outage, state: "down" }],
    outages: [],
    observedFrom: null,
  };
}

/** Each band with the downtime from which it applies, and what it gives: computed just beyond its threshold. */
function bandsOf(
  { credit }: ContractTerms,
  eligibleMs: number,
  cycle: Interval,
  language: ReportLanguage,
): WorkedExample["bands"] {
  if (credit?.model.kind !== "bands") {
    return [];
  }
  const fullCycleMs = cycle.end - cycle.start;
  return credit.model.bands.map(({ below, percent }) => {
    const allowedMs = allowedDownMs(eligibleMs, parseTarget(below));
    const downMs = allowedMs + 1;
    const availability = availableShare(eligibleMs, downMs);
    const basis = { availability, downMs, eligibleMs, activeMs: fullCycleMs, fullCycleMs };
    const { issuedMinor, currency } = serviceCredit(credit, basis);
    return {
      downtime: language.say("example.more", { ms: language.duration(allowedMs) }),
      below: language.percent(below),
      percent: language.percent(percent),
      amount: language.money(issuedMinor, currency),
    };
  });
}
