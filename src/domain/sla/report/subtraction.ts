/**
 * The subtraction that a report prints, from the length of the cycle to the downtime that counts, one step a clause (sla-semantics 2).
 * Every step is measured by the functions that the percentage comes from, and the last one is that percentage's downtime.
 */
import { measure } from "../../time/interval.ts";
import type { CycleAvailability } from "../measure/availability.ts";
import type { CycleQuestion } from "../measure/cycle-times.ts";
import type { Commitment } from "../measure/commitment.ts";
import { countedStretches, timeIn } from "../measure/downtime.ts";
import type { IntervalSet } from "../../time/interval.ts";
import { difference, type Exact, simplest, sum } from "../figures/exact.ts";
import type { Overlays } from "../measure/exclusion.ts";
import {
  type CoveredService,
  measureServices,
  type MeasuredTime,
  type RolledUp,
} from "../measure/measured-time.ts";

/** From the cycle to the denominator, in this order. */
export const eligibleSteps = [
  "cycle",
  "outside_contract",
  "not_elapsed",
  "outside_service_hours",
  "excluded_removed",
  "unknown_removed",
  "eligible",
] as const;
/** From what was measured to what counts, in this order. */
export const downtimeSteps = [
  "measured",
  "corrections",
  "exclusions",
  "unknown_as_down",
  "short_outages",
  "minute_rule",
  "degraded_share",
  "counted",
] as const;

/** What a step adds; the first is where it starts, the last what it comes to. */
export interface SubtractionStep<Name extends string> {
  step: Name;
  ms: Exact;
}

export interface Subtraction {
  eligible: SubtractionStep<(typeof eligibleSteps)[number]>[];
  downtime: SubtractionStep<(typeof downtimeSteps)[number]>[];
}

/** What a cycle was judged from. */
export interface JudgedFrom {
  services: readonly CoveredService[];
  overlays: Overlays;
  measured: MeasuredTime;
  commitment: Commitment;
  question: CycleQuestion;
  /** Service hours so far, and what of them is left when excluded time leaves. */
  hours: IntervalSet;
  elapsed: IntervalSet;
}

/** Every step of a judged cycle; those that change nothing have 0. */
export function subtractionOf(cycle: CycleAvailability, from: JudgedFrom): Subtraction {
  return { eligible: eligibleOf(cycle, from), downtime: downtimeOf(cycle, from) };
}

function eligibleOf(
  { period, provisional, fullCycleMs, serviceHoursMs, elapsedMs, eligibleMs }: CycleAvailability,
  { question }: JudgedFrom,
): Subtraction["eligible"] {
  const periodMs = period.end - period.start;
  const soFarMs = provisional ? Math.max(0, (question.asOf ?? period.end) - period.start) : periodMs;
  return [
    { step: "cycle", ms: fullCycleMs },
    { step: "outside_contract", ms: periodMs - fullCycleMs },
    { step: "not_elapsed", ms: soFarMs - periodMs },
    { step: "outside_service_hours", ms: serviceHoursMs - soFarMs },
    { step: "excluded_removed", ms: elapsedMs - serviceHoursMs },
    { step: "unknown_removed", ms: eligibleMs - elapsedMs },
    { step: "eligible", ms: eligibleMs },
  ];
}

function downtimeOf(cycle: CycleAvailability, from: JudgedFrom): Subtraction["downtime"] {
  const { measured, commitment, hours, elapsed } = from;
  const whole = commitment.minOutageMs === 0 ? measured : remeasured(from, { minOutageMs: 0 });
  const stretches = countedStretches(measured.counted, elapsed, measured.excluded, commitment);
  const stages: [(typeof downtimeSteps)[number], Exact][] = [
    ["measured", uncorrectedMs(from)],
    ["corrections", cycle.rawDownMs],
    ["exclusions", timeIn("down", measured.left, hours)],
    ["unknown_as_down", downMs(whole.counted, from)],
    ["short_outages", downMs(measured.counted, from)],
    ["minute_rule", total(stretches.map(({ share, counted }) => [share, measure(counted)]))],
    ["degraded_share", cycle.countedDownMs],
  ];
  return [
    ...stages.map(([step, ms], i) => ({
      step,
      ms: i === 0 ? ms : simplest(difference(ms, stages[i - 1]![1])),
    })),
    { step: "counted", ms: cycle.countedDownMs },
  ];
}

function uncorrectedMs({ services, overlays, commitment, question, hours, measured }: JudgedFrom): Exact {
  if (services.every(({ corrections = [] }) => corrections.length === 0)) {
    return timeIn("down", measured.raw, hours);
  }
  const asMeasured = services.map((service) => ({ ...service, corrections: [] }));
  const { start, end } = question.cycle;
  const { raw } = measureServices(asMeasured, commitment, start, question.asOf ?? end, overlays);
  return timeIn("down", raw, hours);
}

function remeasured(
  { services, overlays, commitment, question }: JudgedFrom,
  change: Partial<Commitment>,
): MeasuredTime {
  const { start, end } = question.cycle;
  return measureServices(services, { ...commitment, ...change }, start, question.asOf ?? end, overlays);
}

/** Downtime in eligible time, by the ms. */
function downMs(rolledUp: RolledUp, { measured, commitment, elapsed }: JudgedFrom): Exact {
  const stretches = countedStretches(rolledUp, elapsed, measured.excluded, commitment);
  return total(stretches.map(({ share, down }) => [share, measure(down)]));
}

function total(parts: readonly [Exact, number][]): Exact {
  return parts.reduce<Exact>(
    (all, [share, ms]) => simplest(sum(all, share === 1 ? ms : { ...weighed(share, ms) })),
    0,
  );
}

function weighed(share: Exact, ms: number) {
  const { numerator, denominator } =
    typeof share === "number" ? { numerator: BigInt(share), denominator: 1n } : share;
  return { numerator: numerator * BigInt(ms), denominator };
}
