/**
 * Doubts that stand on a contract as long as they hold: promised but not monitored, a target finer than what is asked can tell, credits
 * that come to nothing. Computed live, because services change and the contract does not.
 */
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import { openTime } from "../../time/business-calendar.ts";
import type { BillingCycle } from "../../time/billing-cycle.ts";
import { cycleContaining, nextCycle } from "../../time/billing-cycle.ts";
import { printDuration } from "../../time/duration.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { measure } from "../../time/interval.ts";
import type { ContractClauses, HoursClause } from "./clauses.ts";
import { coveredServices } from "./clauses.ts";
import { compare, parseDecimal } from "../figures/exact.ts";
import { allowedDownMs, parseTarget } from "../figures/ratio.ts";

/** What is known of a service's checks. */
export interface WatchedService {
  slug: string;
  groupSlug: string | null;
  archived: boolean;
  /** Those in force. */
  checks: { slug: string; counts: boolean; intervalMs: number; locations: string[] }[];
}

export interface ContractWarning {
  code:
    | "not_monitored"
    | "service_gone"
    | "nothing_covered"
    | "platform_not_monitored"
    | "roll_up_out_of_reach"
    | "weight_missing"
    | "target_finer_than_measured"
    | "one_location"
    | "first_band_not_target"
    | "fee_zero"
    | "cap_below_band"
    | "removal_without_exclusion"
    | "denominator_partial"
    | "hours_never_open";
  /** Where in the contract, as files and the API write it. */
  path: (string | number)[];
  /** A sentence, with its arithmetic. */
  detail: string;
}

/** Everything doubtful about these clauses on this platform at an instant. */
export function contractWarnings(
  clauses: ContractClauses,
  services: readonly WatchedService[],
  now: Instant,
  calendarOf: (hours: HoursClause) => BusinessCalendar,
): ContractWarning[] {
  const standing = services.filter(({ archived }) => !archived);
  const covered = coveredServices(clauses.covers, standing);
  return [
    ...coverageWarnings(clauses, services, covered),
    ...targetWarnings(clauses, covered, now, calendarOf),
    ...creditWarnings(clauses),
    ...maintenanceWarnings(clauses),
  ];
}

function isMonitored({ checks }: WatchedService): boolean {
  return checks.some(({ counts }) => counts);
}

function coverageWarnings(
  { covers, promises, rollUp }: ContractClauses,
  services: readonly WatchedService[],
  covered: readonly WatchedService[],
): ContractWarning[] {
  const warnings: ContractWarning[] = [];
  const path = ["covers"];
  if (covers !== "*") {
    for (const slug of covers.services) {
      if (!services.some((one) => one.slug === slug && !one.archived)) {
        const detail = `Service "${slug}" is promised and is not on the platform any more.`;
        warnings.push({ code: "service_gone", path, detail });
      }
    }
  }
  if (covered.length === 0) {
    const detail = "No service of the platform is covered: every cycle will have no data.";
    warnings.push({ code: "nothing_covered", path, detail });
  }
  for (const service of covered.filter((one) => !isMonitored(one))) {
    const why = service.checks.length === 0 ? "it has no check" : "none of its checks counts";
    const detail = `Promised but not monitored: "${service.slug}", ${why}.`;
    warnings.push({ code: "not_monitored", path, detail });
  }
  if (promises.monitoring === "platform") {
    const others = services.filter((one) => !one.archived && !covered.includes(one) && !isMonitored(one));
    for (const { slug } of others) {
      const detail = `All services of the platform are promised to be monitored, and "${slug}" has no check that counts.`;
      warnings.push({ code: "platform_not_monitored", path: ["promises", "monitoring"], detail });
    }
  }
  if (rollUp.kind === "k_of_n" && rollUp.k > covered.length) {
    const detail = `It counts when at least ${rollUp.k} services are down, and ${covered.length} are covered: nothing can ever count.`;
    warnings.push({ code: "roll_up_out_of_reach", path: ["roll_up"], detail });
  }
  if (rollUp.kind === "weighted") {
    for (const { slug } of covered.filter((one) => rollUp.weights[one.slug] === undefined)) {
      const detail = `"${slug}" is covered and has no weight: it counts for nothing.`;
      warnings.push({ code: "weight_missing", path: ["roll_up", "weights"], detail });
    }
  }
  return warnings;
}

/** Each edge of an outage is known to within an interval; together they must fit into what may be missed. */
function targetWarnings(
  clauses: ContractClauses,
  covered: readonly WatchedService[],
  now: Instant,
  calendarOf: (hours: HoursClause) => BusinessCalendar,
): ContractWarning[] {
  const { targetPercent, serviceHours } = clauses;
  const hours = serviceHours && calendarOf(serviceHours);
  const shortest = shortestCycle(clauses, now, hours);
  if (shortest.eligibleMs === 0) {
    const detail = `The service hours are never open in ${shortest.cycle.label}: that cycle will have no data.`;
    return [{ code: "hours_never_open", path: ["service_hours"], detail }];
  }
  if (targetPercent === null) {
    return [];
  }
  const budgetMs = allowedDownMs(shortest.eligibleMs, parseTarget(targetPercent));
  const warnings: ContractWarning[] = [];
  for (const { slug, checks } of covered) {
    const counting = checks.filter(({ counts }) => counts);
    const slowest = counting.reduce<(typeof counting)[number] | null>(
      (worst, check) => (worst === null || check.intervalMs > worst.intervalMs ? check : worst),
      null,
    );
    if (slowest === null) {
      continue;
    }
    const edgesMs = 2 * slowest.intervalMs;
    if (edgesMs > budgetMs) {
      const length = printDuration(shortest.eligibleMs);
      const detail =
        `"${slug}/${slowest.slug}" is asked every ${printDuration(slowest.intervalMs)}, so the two edges of one outage are known ` +
        `to within ${printDuration(edgesMs)}; ${targetPercent} % of the ${length} of ${shortest.cycle.label} leaves ${printDuration(budgetMs)}. ` +
        "Whether one outage kept the target cannot be told from what is measured: ask more often.";
      warnings.push({ code: "target_finer_than_measured", path: ["target"], detail });
    }
    if (counting.every(({ locations }) => locations.length === 1)) {
      const detail = `"${slug}" is asked from one location only: a failure there cannot be told from one of the service.`;
      warnings.push({ code: "one_location", path: ["covers"], detail });
    }
  }
  return warnings;
}

/** The one of the next twelve cycles with the least time to be available in. */
function shortestCycle(
  { timeZone, anchorDay }: ContractClauses,
  now: Instant,
  hours: BusinessCalendar | null,
): { cycle: BillingCycle; eligibleMs: number } {
  const rule = { timeZone, anchorDay };
  const eligible = (cycle: Interval) =>
    hours === null ? cycle.end - cycle.start : measure(openTime(hours, cycle));
  let cycle = cycleContaining(now, rule);
  let shortest = { cycle, eligibleMs: eligible(cycle) };
  for (let i = 1; i < 12; i++) {
    cycle = nextCycle(cycle, rule);
    const eligibleMs = eligible(cycle);
    if (eligibleMs < shortest.eligibleMs) {
      shortest = { cycle, eligibleMs };
    }
  }
  return shortest;
}

function creditWarnings({ credit, fee, targetPercent }: ContractClauses): ContractWarning[] {
  if (credit === null || fee === null) {
    return [];
  }
  const warnings: ContractWarning[] = [];
  if (fee.minor === 0) {
    const detail = "The fee is 0, so every credit is 0.";
    warnings.push({ code: "fee_zero", path: ["fee"], detail });
  }
  if (credit.model.kind === "bands") {
    const [first] = credit.model.bands;
    if (first !== undefined && targetPercent !== null && compareDecimals(first.below, targetPercent) !== 0) {
      const gap =
        compareDecimals(first.below, targetPercent) < 0
          ? `between ${first.below} % and the target of ${targetPercent} % the promise is broken and nothing is paid`
          : `from the target of ${targetPercent} % to ${first.below} % the promise is kept and nothing is paid`;
      const path = ["credit", "bands", 0, "below"];
      warnings.push({
        code: "first_band_not_target",
        path,
        detail: `The first band is not the target: ${gap}.`,
      });
    }
    const last = credit.model.bands.at(-1);
    if (
      last !== undefined &&
      credit.capPercent !== null &&
      compareDecimals(credit.capPercent, last.percent) < 0
    ) {
      const detail = `The highest band gives ${last.percent} % and the cap leaves ${credit.capPercent} % of it.`;
      warnings.push({ code: "cap_below_band", path: ["credit", "cap"], detail });
    }
  }
  return warnings;
}

function maintenanceWarnings({ maintenance, exclusions, covers }: ContractClauses): ContractWarning[] {
  if (maintenance.denominator !== "remove") {
    return [];
  }
  const path = ["maintenance", "denominator"];
  if (!maintenance.exclude && exclusions.length === 0) {
    const detail = "Excluded time leaves the denominator, and nothing is ever excluded.";
    return [{ code: "removal_without_exclusion", path, detail }];
  }
  return covers !== "*" && covers.services.length === 1 && covers.groups.length === 0
    ? []
    : [
        {
          code: "denominator_partial",
          path,
          detail:
            "Excluded time leaves the denominator: a window or exclusion of only some covered services will be refused at closing; each has to cover all of them.",
        },
      ];
}

function compareDecimals(a: string, b: string): number {
  return compare(parseDecimal(a)!, parseDecimal(b)!);
}
