/**
 * How a contract, and what was measured for it, are written in an evaluation: the shape of each clause, and which of them cannot stand
 * side by side.
 */
import { z } from "zod";
import { readingStates } from "../domain/monitoring/timeline.ts";
import { contradictionIn, unknownRules, type Commitment } from "../domain/sla/measure/commitment.ts";
import { isContractEdge, type ContractTerms } from "../domain/sla/settle/contract.ts";
import { compare, parseDecimal, roundings, simplest } from "../domain/sla/figures/exact.ts";
import {
  isPartial,
  noMaintenanceExcluded,
  partialRemoval,
  type Scope,
} from "../domain/sla/measure/exclusion.ts";
import { granularities } from "../domain/sla/figures/minute-rule.ts";
import { overlapIn, segmentsOverlap, type RollUpRule } from "../domain/sla/measure/roll-up.ts";
import { creditTerms } from "./credit.ts";
import {
  anchorDay,
  calendar,
  cycleLabel,
  duration,
  decimal,
  instant,
  interval,
  list,
  notes,
  otherwise,
  refuseEmpty,
  target,
  timeZone,
  together,
} from "./shapes.ts";

const wholeMinute = instant.refine(isContractEdge, {
  message: "A contract starts and ends at whole minutes.",
  params: { code: "contract_edge" },
});

const maintenance = z
  .strictObject({
    exclude: otherwise(z.boolean(), false),
    min_notice_ms: otherwise(duration, 0),
    max_window_ms: duration.nullable().default(null),
    over_cap: otherwise(z.enum(["truncate", "reject"]), "truncate" as const),
    max_per_quarter: z.int().min(0).nullable().default(null),
    outside_hours_of: calendar.nullable().default(null),
    denominator: otherwise(z.enum(["keep", "remove"]), "keep" as const),
  })
  .transform((policy): Commitment["maintenance"] => ({
    exclude: policy.exclude,
    minNoticeMs: policy.min_notice_ms,
    maxWindowMs: policy.max_window_ms,
    overCap: policy.over_cap,
    maxPerQuarter: policy.max_per_quarter,
    outsideHoursOf: policy.outside_hours_of,
    denominator: policy.denominator,
  }));

const contract = z.strictObject({
  timezone: timeZone,
  cycle_anchor_day: otherwise(anchorDay, 1),
  starts_at: wholeMinute.nullable().default(null),
  ends_at: wholeMinute.nullable().default(null),
  target_percent: target.nullable(),
  rollup: otherwise(z.enum(["any_down", "all_down", "k_of_n", "weighted"]), "any_down" as const),
  k: z.int().nullable().default(null),
  degraded_weight_ppm: otherwise(z.int().min(0).max(1_000_000), 0),
  granularity: otherwise(z.enum(granularities), "exact_ms" as const),
  min_outage_ms: otherwise(duration, 0),
  unknown: otherwise(z.enum(unknownRules), "up" as const),
  maintenance: otherwise(maintenance, noMaintenanceExcluded),
  service_hours: calendar.nullable().default(null),
  verdict_rounding: z
    .strictObject({ decimals: z.int().min(0).max(9), mode: z.enum(roundings) })
    .nullable()
    .default(null),
  credit: creditTerms.nullable().default(null),
});

const segment = z
  .strictObject({ state: z.enum(readingStates), start: instant, end: instant.nullable() })
  .superRefine(together(refuseEmpty));

const service = z
  .strictObject({
    id: z.string(),
    weight: otherwise(
      decimal.transform((text) => simplest(parseDecimal(text)!)),
      1,
    ),
    segments: list(segment),
  })
  .superRefine(
    together(({ segments }, context) => {
      const late = overlapIn(segments.toSorted((a, b) => a.start - b.start));
      if (late !== null) {
        context.addIssue({
          code: "custom",
          path: ["segments", segments.indexOf(late as (typeof segments)[number])],
          message: segmentsOverlap,
          params: { code: "segments_overlap" },
        });
      }
    }),
  );

const scope = z.union([z.literal("*"), z.array(z.string())], {
  error: 'Services are "*" or a list of ids.',
});

const correction = z
  .strictObject({
    service: z.string(),
    start: instant,
    end: instant.nullable(),
    state: z.enum(readingStates),
    recorded_at: instant,
    ...notes("id", "reason", "author", "proposed_by", "approved_by", "evidence", "note"),
  })
  .superRefine(together(refuseEmpty));

const maintenanceWindow = z
  .strictObject({
    services: scope,
    announced_at: instant.nullable().default(null),
    ...interval,
    ...notes("id", "title", "reference", "author", "actual_start", "actual_end", "note"),
  })
  .superRefine(together(refuseEmpty));

const exclusion = z
  .strictObject({
    services: scope,
    ...interval,
    ...notes("id", "kind", "reason", "clause", "evidence", "author"),
    ...notes("proposed_by", "approved_by", "approved_at", "recorded_at", "note"),
  })
  .superRefine(together(refuseEmpty));

export const availabilityInput = z
  .strictObject({
    contract,
    cycle: cycleLabel,
    services: z.array(service).min(1, "A commitment covers at least one service."),
    corrections: list(correction),
    maintenance_windows: list(maintenanceWindow),
    exclusions: list(exclusion),
    as_of: instant.nullable().default(null),
  })
  .superRefine(
    together((input, context) => {
      for (const { code, path, message } of contradictions(input)) {
        context.addIssue({ code: "custom", path, message, params: { code } });
      }
    }),
  );

export type AvailabilityInput = z.infer<typeof availabilityInput>;

/** The contract as the domain knows it. */
export function termsOf({ contract }: Pick<AvailabilityInput, "contract">): ContractTerms {
  return {
    startsAt: contract.starts_at,
    endsAt: contract.ends_at,
    commitment: {
      timeZone: contract.timezone,
      anchorDay: contract.cycle_anchor_day,
      target: contract.target_percent,
      rollUp: ruleOf(contract),
      unknown: contract.unknown,
      granularity: contract.granularity,
      minOutageMs: contract.min_outage_ms,
      degradedWeightPpm: contract.degraded_weight_ppm,
      outageFigure: "observed",
      serviceHours: contract.service_hours,
      maintenance: contract.maintenance,
      verdictRounding: contract.verdict_rounding,
    },
    credit: contract.credit,
  };
}

function ruleOf({ rollup, k }: AvailabilityInput["contract"]): RollUpRule {
  return rollup === "k_of_n" ? { kind: "k_of_n", k: k ?? 0 } : { kind: rollup };
}

/** Nobody plans so much, and nobody waits for the answer. */
const mostCalendarDays = 40_000;

/** Days that have to be looked up to keep windows out of hours. */
function calendarDays({ contract, maintenance_windows }: AvailabilityInput): number {
  return contract.maintenance.outsideHoursOf === null
    ? 0
    : maintenance_windows.reduce((days, { start, end }) => days + Math.ceil((end - start) / 86_400_000), 0);
}

/** How the clauses spell their names here. */
const spelling = { granularity: "granularity", minOutageMs: "min_outage_ms", unknown: "unknown" } as const;

/** What is well-formed by itself and cannot stand beside the rest. */
function contradictions(input: AvailabilityInput): { code: string; path: PropertyKey[]; message: string }[] {
  const { contract, services, maintenance_windows, exclusions } = input;
  const found: { code: string; path: PropertyKey[]; message: string }[] = [];
  const refuse = (code: string, path: PropertyKey[], message: string) => found.push({ code, path, message });
  const ids = services.map(({ id }) => id);
  ids.forEach((id, i) => {
    if (ids.indexOf(id) < i) {
      refuse("service_twice", ["services", i, "id"], `The service "${id}" is listed twice.`);
    }
  });
  if (calendarDays(input) > mostCalendarDays) {
    refuse(
      "windows_too_long",
      ["maintenance_windows"],
      `A calendar cuts windows of at most ${mostCalendarDays} days in all.`,
    );
  }
  const { rollup, k, starts_at, ends_at } = contract;
  if (rollup === "k_of_n" && (k === null || k < 1 || k > ids.length)) {
    refuse(
      "roll_up_k",
      ["contract", "k"],
      `Of ${ids.length} covered services, k is at least 1 and at most all.`,
    );
  }
  if (rollup === "weighted" && services.every(({ weight }) => compare(weight, 0) === 0)) {
    refuse("weights_zero", ["services", 0, "weight"], "Some service has to weigh more than 0.");
  }
  const clash = contradictionIn(termsOf(input).commitment);
  if (clash !== null) {
    refuse("weighted_terms", ["contract", spelling[clash.clause]], clash.detail);
  }
  if (starts_at !== null && ends_at !== null && ends_at < starts_at) {
    refuse("interval_empty", ["contract", "ends_at"], "A contract ends after it starts.");
  }
  if (contract.maintenance.denominator === "remove") {
    const refusePartial = (list: string, some: readonly { services: Scope }[]) =>
      some.forEach((one, i) => {
        if (isPartial(one.services, ids)) {
          refuse("removal_partial", [list, i, "services"], partialRemoval);
        }
      });
    refusePartial("maintenance_windows", maintenance_windows);
    refusePartial("exclusions", exclusions);
  }
  return found;
}
