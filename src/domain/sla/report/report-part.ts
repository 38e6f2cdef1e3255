/**
 * One version of a contract in a cycle, judged and told with everything it was judged by: the heart of a report (report.ts). Nothing is
 * computed here that the percentage does not come from.
 */
import { clip, type Interval, type IntervalSet, measure, subtract } from "../../time/interval.ts";
import { localDayOf } from "../../time/local-day.ts";
import { isoInstant } from "../../time/written-instant.ts";
import {
  type CycleAvailability,
  judgeCycle,
  type PercentBounds,
  type Verdict,
} from "../measure/availability.ts";
import { serviceHours } from "../measure/cycle-times.ts";
import type { Json } from "../figures/canonical-json.ts";
import { contractTermsOf, weightOf } from "../promise/clause-terms.ts";
import type { ContractClauses } from "../promise/clauses.ts";
import type { ContractEvidence, ContractTerms, JudgedCycle } from "../settle/contract.ts";
import { countedStretches, timeIn } from "../measure/downtime.ts";
import { type Exact, product, simplest, sum } from "../figures/exact.ts";
import type { WindowVerdict } from "../measure/exclusion.ts";
import { type CoveredService, type MeasuredTime, measureServices } from "../measure/measured-time.ts";
import { shareFloor } from "../figures/ratio.ts";
import {
  calendarsOf,
  type PartInputs,
  type ReportInputs,
  type ServiceInputs,
  type WindowInputs,
} from "./report-inputs.ts";
import {
  camelKeys,
  type ExactJson,
  exactText,
  snakeKeys,
  type Stretch,
  stretch,
  stretches,
} from "./report-values.ts";
import { creditFor, type CreditStep, creditStepsFor, type ServiceCredit } from "../settle/service-credit.ts";
import { subtractionOf } from "./subtraction.ts";

/** A step of money, by its name; amounts in minor units, exact ones whole or "n/d". */
export type CreditStepReport = { step: CreditStep["step"] } & { [field: string]: Json };

export interface CreditReport {
  currency: string;
  fee_basis_minor: number;
  band_percent: string | null;
  computed_minor: number;
  issued_minor: number;
  capped_by: ("cycle" | "rolling")[];
  steps: CreditStepReport[];
}

/** A local day of the cycle, for the bars. */
export interface DayReport {
  date: string;
  /** Denominator of the day before the unknown rule. */
  elapsed_ms: number;
  /** Rolled up, in three values, before exclusions. */
  down_ms: ExactJson;
  degraded_ms: ExactJson;
  unknown_ms: ExactJson;
  /** Time in which every covered service is excluded. */
  excluded_ms: number;
  counted_ms: ExactJson;
}

export interface PartReport {
  version: number;
  reason: string;
  starts_at: string | null;
  ends_at: string | null;
  /** `ContractClauses` with its keys in snake_case. */
  clauses: Json;
  services: string[];
  /** The cycle clipped to this version. */
  period: Stretch;
  provisional: boolean;
  /** From the cycle to its denominator, and from what was measured to what counts. */
  subtraction: Record<"eligible" | "downtime", { step: string; ms: ExactJson }[]>;
  eligible_ms: number;
  elapsed_ms: number;
  raw_down_ms: ExactJson;
  excluded_down_ms: ExactJson;
  unknown_ms: ExactJson;
  degraded_ms: ExactJson;
  counted_down_ms: ExactJson;
  percent: string | null;
  /** What was compared with the target, where the contract rounds; else null. */
  compared_percent: string | null;
  bounds: PercentBounds;
  edges: PercentBounds;
  coverage_percent: string | null;
  budget: {
    of_ms: number;
    allowed_ms: number;
    spent_ms: number;
    left_ms: number;
    burn_percent: string | null;
  } | null;
  best_case_percent: string | null;
  verdict: Verdict;
  sensitive_to_unknown: boolean;
  edges_decide: boolean;
  credit: CreditReport | null;
  /** Windows that touch a covered service, judged; by id of the report's windows. */
  windows: { id: string; verdict: WindowVerdict; excluded: Stretch[] }[];
  /** Approved exclusions by id, and whether this version allows their kind. */
  exclusions: { id: string; allowed: boolean }[];
  /** When it was down in eligible time, and what of that counts; one for all, or one a service where they are weighed. */
  downtime: { service: string | null; share: ExactJson; down: Stretch[]; counted: Stretch[] }[];
  days: DayReport[];
}

/** A part with what other sections need of it. */
export interface JudgedPart {
  report: PartReport;
  judged: JudgedCycle;
  terms: ContractTerms;
  evidence: ContractEvidence;
  hours: IntervalSet;
  /** Counted downtime by service slug; "" = of all together. */
  counted: Map<string, { share: Exact; counted: IntervalSet }>;
}

/** The clauses of a part as the arithmetic knows them. */
export function clausesOf({ clauses }: Pick<PartReport, "clauses">): ContractClauses {
  return camelKeys(clauses) as ContractClauses;
}

/** Judges the cycle under one version. */
export function judgePart(part: PartInputs, inputs: ReportInputs): JudgedPart {
  const { cycle, asOf } = inputs;
  const { clauses } = part;
  const { startsAt, endsAt } = part;
  const terms = contractTermsOf(clauses, { startsAt, endsAt }, calendarsOf(part), part.priorCreditsMinor);
  const { commitment } = terms;
  const evidence = evidenceOf(part, inputs);
  const { services, overlays } = evidence;
  const question = { cycle, startsAt, endsAt, asOf };
  const measured = measureServices(services, commitment, cycle.start, asOf ?? cycle.end, overlays);
  const judged = judgeCycle(measured, commitment, question);
  const credit = creditFor(judged, terms.credit);
  const wholeHours = serviceHours(commitment, judged.period);
  const hours = judged.provisional
    ? clip(wholeHours, { start: judged.period.start, end: Math.max(judged.period.start, asOf!) })
    : wholeHours;
  const elapsed =
    commitment.maintenance.denominator === "remove" ? subtract(hours, measured.excluded) : hours;
  const counting = countedStretches(measured.counted, elapsed, measured.excluded, commitment);
  const names = commitment.rollUp.kind === "weighted" ? part.services : [""];
  const subtraction = subtractionOf(judged, {
    services,
    overlays,
    measured,
    commitment,
    question,
    hours,
    elapsed,
  });
  const told = (steps: readonly { step: string; ms: Exact }[]) =>
    steps.map(({ step, ms }) => ({ step, ms: exactText(ms) }));
  const report: PartReport = {
    version: part.version,
    reason: part.reason,
    starts_at: isoInstant(startsAt),
    ends_at: isoInstant(endsAt),
    clauses: snakeKeys(clauses),
    services: part.services,
    period: stretch(judged.period),
    provisional: judged.provisional,
    subtraction: { eligible: told(subtraction.eligible), downtime: told(subtraction.downtime) },
    ...figures(judged),
    compared_percent:
      commitment.verdictRounding === null || judged.share === null
        ? null
        : shareFloor(judged.share, commitment.verdictRounding.decimals),
    credit: creditReport(judged, credit, terms),
    windows: judged.windows.map(({ window, verdict, excluded }) => ({
      id: (window as WindowInputs).id,
      verdict,
      excluded: stretches(excluded),
    })),
    exclusions: inputs.exclusions.map(({ id, kind }) => ({ id, allowed: clauses.exclusions.includes(kind) })),
    downtime: counting.map(({ share, down, counted }, i) => ({
      service: names[i] === "" ? null : names[i]!,
      share: exactText(share),
      down: stretches(down),
      counted: stretches(counted),
    })),
    days: daysOf(judged.period, commitment.timeZone, { elapsed, measured, counting }),
  };
  const counted = new Map(counting.map(({ share, counted }, i) => [names[i]!, { share, counted }]));
  return { report, judged: { availability: judged, credit }, terms, evidence, hours, counted };
}

function figures(judged: CycleAvailability) {
  const { budget, wholeEligibleMs } = judged;
  return {
    eligible_ms: judged.eligibleMs,
    elapsed_ms: judged.elapsedMs,
    raw_down_ms: exactText(judged.rawDownMs),
    excluded_down_ms: exactText(judged.excludedDownMs),
    unknown_ms: exactText(judged.unknownMs),
    degraded_ms: exactText(judged.degradedMs),
    counted_down_ms: exactText(judged.countedDownMs),
    percent: judged.percent,
    bounds: judged.bounds,
    edges: judged.edges,
    coverage_percent: judged.coveragePercent,
    budget: budget && {
      of_ms: wholeEligibleMs,
      allowed_ms: budget.allowedMs,
      spent_ms: budget.spentMs,
      left_ms: budget.leftMs,
      burn_percent: budget.burnPercent,
    },
    best_case_percent: judged.bestCasePercent,
    verdict: judged.verdict,
    sensitive_to_unknown: judged.sensitiveToUnknown,
    edges_decide: judged.edgesDecide,
  };
}

/** What was measured of the covered services; time before anything was observed is unknown. */
function evidenceOf(part: PartInputs, inputs: ReportInputs): ContractEvidence {
  const { measuredOver, cycle, corrections, windows, exclusions } = inputs;
  const from = Math.min(measuredOver.start, cycle.start);
  const services = part.services.map((slug): CoveredService => {
    const service = serviceOf(slug, inputs);
    const unobservedUntil = service.observedFrom ?? Math.max(measuredOver.end, cycle.end);
    const since = service.segments
      .filter(({ end }) => end === null || end > unobservedUntil)
      .map((segment) => ({ ...segment, start: Math.max(segment.start, unobservedUntil) }));
    return {
      id: slug,
      weight: weightOf(part.clauses, slug),
      segments:
        unobservedUntil > from ? [{ start: from, end: unobservedUntil, state: "unknown" }, ...since] : since,
      outages: service.outages,
      observedFrom: service.observedFrom,
      corrections: corrections.filter((correction) => correction.service === slug),
    };
  });
  const allowed = exclusions.filter(({ kind }) => part.clauses.exclusions.includes(kind));
  return { services, overlays: { windows, exclusions: allowed } };
}

/** The service as it was measured; one that is not there was never observed. */
function serviceOf(slug: string, { services }: ReportInputs): ServiceInputs {
  return (
    services.find((service) => service.slug === slug) ?? {
      slug,
      title: slug,
      observedFrom: null,
      segments: [],
      outages: [],
      locations: [],
    }
  );
}

function creditReport(
  judged: CycleAvailability,
  credit: ServiceCredit | null,
  terms: ContractTerms,
): CreditReport | null {
  const steps = creditStepsFor(judged, terms.credit);
  if (credit === null || steps === null) {
    return null;
  }
  return {
    currency: credit.currency,
    fee_basis_minor: credit.feeBasisMinor,
    band_percent: credit.bandPercent,
    computed_minor: credit.computedMinor,
    issued_minor: credit.issuedMinor,
    capped_by: credit.cappedBy,
    steps: steps.map((step) => {
      const told = Object.entries(step).map(([key, value]) => [
        key,
        typeof value === "object" && value !== null ? exactText(value) : value,
      ]);
      return snakeKeys(Object.fromEntries(told)) as CreditStepReport;
    }),
  };
}

interface DayTimes {
  elapsed: IntervalSet;
  measured: MeasuredTime;
  counting: readonly { share: Exact; counted: IntervalSet }[];
}

function daysOf(period: Interval, timeZone: string, times: DayTimes): DayReport[] {
  const days: DayReport[] = [];
  for (let at = period.start; at < period.end;) {
    const day = localDayOf(at, timeZone);
    at = day.end;
    const elapsed = clip(times.elapsed, day);
    const counted = times.counting.reduce<Exact>(
      (all, { share, counted: set }) => simplest(sum(all, product(share, measure(clip(set, day))))),
      0,
    );
    days.push({
      date: day.date,
      elapsed_ms: measure(elapsed),
      down_ms: exactText(timeIn("down", times.measured.raw, elapsed)),
      degraded_ms: exactText(timeIn("degraded", times.measured.raw, elapsed)),
      unknown_ms: exactText(timeIn("unknown", times.measured.left, elapsed)),
      excluded_ms: measure(clip(times.measured.excluded, day)),
      counted_ms: exactText(counted),
    });
  }
  return days;
}
