/**
 * The evaluation of one cycle of a contract: its terms and what was measured in, availability, verdict and credit out.
 */
import { judgeContract, type JudgedCycle } from "../domain/sla/settle/contract.ts";
import { difference } from "../domain/sla/figures/exact.ts";
import { percentFloor, percentHalfUp } from "../domain/sla/figures/ratio.ts";
import { cycleOf } from "../domain/time/billing-cycle.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { type AvailabilityInput, termsOf } from "./availability-input.ts";
import { creditJson } from "./credit.ts";
import { explainCycle } from "./explain.ts";
import { exactJson } from "./shapes.ts";
import type { Told } from "./told.ts";

export function evaluateAvailability(input: AvailabilityInput): Told {
  const terms = termsOf(input);
  const judged = judgeInput(input);
  const facts = {
    label: input.cycle,
    serviceIds: input.services.map(({ id }) => id),
    corrections: input.corrections.length,
    exclusions: input.exclusions.length,
  };
  return { result: cycleJson(judged), steps: explainCycle(facts, terms, judged) };
}

/** The cycle that an input is about, under its contract. */
export function judgeInput(input: AvailabilityInput): JudgedCycle {
  const terms = termsOf(input);
  const services = input.services.map(({ id, weight, segments }) => ({
    id,
    weight,
    segments,
    outages: [],
    observedFrom: null,
    corrections: input.corrections
      .filter(({ service }) => service === id)
      .map(({ start, end, state, recorded_at }) => ({ start, end, state, recordedAt: recorded_at })),
  }));
  const windows = input.maintenance_windows.map(({ services, announced_at, start, end }) => ({
    services,
    announcedAt: announced_at,
    start,
    end,
  }));
  const overlays = { windows, exclusions: input.exclusions };
  return judgeContract(terms, { services, overlays }, cycleOf(input.cycle, terms.commitment), input.as_of);
}

function cycleJson({ availability: cycle, credit }: JudgedCycle): Record<string, unknown> {
  const { period, eligibleMs, countedDownMs, budget } = cycle;
  const isMeasured = cycle.share !== null;
  return {
    period: {
      start: isoInstant(period.start),
      end: isoInstant(period.end),
      length_ms: period.end - period.start,
      full_cycle_ms: cycle.fullCycleMs,
    },
    provisional: cycle.provisional,
    eligible_ms: eligibleMs,
    raw_down_ms: exactJson(cycle.rawDownMs),
    excluded_down_ms: exactJson(cycle.excludedDownMs),
    unknown_ms: exactJson(cycle.unknownMs),
    counted_down_ms: exactJson(countedDownMs),
    availability_percent_floor6: isMeasured ? percentFloor(eligibleMs, countedDownMs, 6) : null,
    availability_percent_half_up6: isMeasured ? percentHalfUp(eligibleMs, countedDownMs, 6) : null,
    bounds_percent_floor6: cycle.bounds,
    windows: cycle.windows.map(({ verdict }) => verdict),
    budget_ms: budget === null ? null : budget.allowedMs,
    budget_remaining_ms: budget === null ? null : exactJson(difference(budget.allowedMs, countedDownMs)),
    ...(cycle.provisional ? { best_case_percent_floor6: cycle.bestCasePercent } : {}),
    verdict: cycle.verdict,
    sensitive_to_unknown: cycle.sensitiveToUnknown,
    credit: credit === null ? null : creditJson(credit),
  };
}
