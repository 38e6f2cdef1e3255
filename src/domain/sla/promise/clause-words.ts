/**
 * Clauses in plain words, one line a clause, so that a person who signs, or who looks at what a file would change, reads what is promised
 * and not how it is stored.
 */
import { targetInWords } from "../../support/response-target.ts";
import { calendarInWords } from "../../time/calendar-definition.ts";
import { printDuration } from "../../time/duration.ts";
import type {
  ClaimWindow,
  ContractClauses,
  Coverage,
  CreditClause,
  HoursClause,
  MaintenanceClause,
  Money,
  RollUpClause,
} from "./clauses.ts";
import { printAmount } from "../figures/money.ts";

const unknownWords = {
  up: "counts as available",
  down: "counts as downtime",
  remove: "leaves the denominator",
};

const minuteWords = {
  exact_ms: "to the millisecond",
  minute_any: "every minute that is touched counts whole",
  minute_majority: "every minute that was down for at least half of it counts whole",
  minute_full: "only minutes that were down throughout count",
};

const figureWords = {
  lower: "from the first failure to the last",
  observed: "from the first failure to the first success after it",
  upper: "from the last success before it to the first after it",
};

/** What every clause says, by the name under which files and the API write it. */
export function clausesInWords(clauses: ContractClauses): Record<string, string> {
  const { maintenance, credit, support, categories, promises, verdictRounding } = clauses;
  return {
    covers: coverageInWords(clauses.covers),
    roll_up: rollUpInWords(clauses.rollUp),
    target: clauses.targetPercent === null ? "none" : `at least ${clauses.targetPercent} %`,
    time_zone: clauses.timeZone,
    anchor_day: `cycles begin on day ${clauses.anchorDay}`,
    service_hours: clauses.serviceHours === null ? "around the clock" : hoursInWords(clauses.serviceHours),
    maintenance: maintenanceInWords(maintenance),
    exclusions:
      clauses.exclusions.length === 0
        ? "none"
        : clauses.exclusions.map((kind) => kind.replaceAll("_", " ")).join(", "),
    unknown: `unmeasured time ${unknownWords[clauses.unknown]}`,
    minutes: minuteWords[clauses.granularity],
    min_outage:
      clauses.minOutageMs === 0
        ? "outages of any length count"
        : `from ${printDuration(clauses.minOutageMs)} on`,
    degraded_weight: `${percentOfPpm(clauses.degradedWeightPpm)} % of degraded time counts as downtime`,
    outage_figure: figureWords[clauses.outageFigure],
    verdict_rounding:
      verdictRounding === null
        ? "the exact percentage is compared"
        : `rounded to ${verdictRounding.decimals} decimals, ${verdictRounding.mode.replace("_", " ")}, before it is compared`,
    fee: clauses.fee === null ? "none agreed" : `${moneyInWords(clauses.fee)} a cycle, net`,
    credit: credit === null ? "none" : creditInWords(credit),
    correction_window: `${clauses.correctionDays} days`,
    support: support === null ? "none" : supportInWords(support),
    categories:
      categories.length === 0
        ? "none defined"
        : categories
            .map(({ title, shows }) => `${title} (${shows?.replaceAll("_", " ") ?? "no change of status"})`)
            .join("; "),
    promises: promisesInWords(promises),
  };
}

/** The clauses in which two versions differ, each as it was and as it is. */
export function changedClauses(
  from: ContractClauses,
  to: ContractClauses,
): { name: string; from: string; to: string }[] {
  const [before, after] = [clausesInWords(from), clausesInWords(to)];
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, from: before[name]!, to: after[name]! }));
}

function coverageInWords(covers: Coverage): string {
  if (covers === "*") {
    return "all services";
  }
  const groups = covers.groups.map((slug) => `group ${slug}`);
  return [...covers.services, ...groups].join(", ") || "nothing";
}

function rollUpInWords(rule: RollUpClause): string {
  switch (rule.kind) {
    case "any_down":
      return "down when any covered service is down";
    case "all_down":
      return "down when all covered services are down";
    case "k_of_n":
      return `down when at least ${rule.k} covered services are down`;
    case "weighted":
      return `downtime weighted: ${Object.entries(rule.weights)
        .map(([slug, weight]) => `${slug} ${weight}`)
        .join(", ")}`;
  }
}

function hoursInWords(hours: HoursClause): string {
  return "calendar" in hours ? `calendar ${hours.calendar}` : calendarInWords(hours.inline);
}

function maintenanceInWords({ checks, ...policy }: MaintenanceClause): string {
  const limits = (rules: {
    minNoticeMs: number | null;
    maxWindowMs: number | null;
    maxPerQuarter: number | null;
    outsideHoursOf: HoursClause | null;
  }) => [
    ...(rules.minNoticeMs ? [`announced at least ${printDuration(rules.minNoticeMs)} ahead`] : []),
    ...(rules.maxWindowMs === null ? [] : [`at most ${printDuration(rules.maxWindowMs)} long`]),
    ...(rules.maxPerQuarter === null ? [] : [`at most ${rules.maxPerQuarter} a quarter`]),
    ...(rules.outsideHoursOf === null ? [] : [`outside of ${hoursInWords(rules.outsideHoursOf)}`]),
  ];
  const excluded = policy.exclude
    ? [
        "excluded",
        ...limits(policy),
        ...(policy.maxWindowMs === null
          ? []
          : [policy.overCap === "reject" ? "longer ones count whole" : "the rest of longer ones counts"]),
        policy.denominator === "remove" ? "leaves the denominator" : "stays in the denominator",
      ].join(", ")
    : "counts like any other time";
  return checks === null
    ? excluded
    : `${excluded}; windows are to be ${limits(checks).join(", ") || "anything"}`;
}

function creditInWords(credit: CreditClause): string {
  const { model, capPercent, rollingCap, minimum, claim } = credit;
  return [
    model.kind === "bands"
      ? model.bands.map(({ below, percent }) => `below ${below} % → ${percent} %`).join(", ")
      : `the fee of the downtime × ${model.multiplier}${model.affectedRatio === "1" ? "" : ` × ${model.affectedRatio} affected`}`,
    `of the fee of the ${credit.feeBasis === "contract" ? "contract" : "affected service"}`,
    ...(credit.proration === "by_time" ? ["fee prorated by time"] : []),
    ...(capPercent === null ? [] : [`at most ${capPercent} %`]),
    ...(rollingCap === null
      ? []
      : [`at most ${moneyInWords(rollingCap.amount)} in ${rollingCap.months} months`]),
    ...(minimum === null ? [] : [`only above ${moneyInWords(minimum)}`]),
    `rounded ${credit.rounding.replace("_", " ")}`,
    credit.mode === "automatic"
      ? "paid without a claim"
      : `on claim${claim === null ? "" : ` ${claimInWords(claim)}`}`,
    ...(credit.clawback ? ["may be taken back by a revision"] : []),
  ].join("; ");
}

function claimInWords(claim: ClaimWindow): string {
  switch (claim.kind) {
    case "days_after_cycle":
      return `within ${claim.days} days after the cycle`;
    case "end_of_following_cycle":
      return `until the end of following cycle number ${claim.cycles}`;
    case "business_days_after_incident":
      return `within ${claim.days} business days after the incident`;
  }
}

function supportInWords({
  plans,
  plan,
  timerFrom,
  outsideHours,
  escalation,
  faultsWithoutPlan,
}: NonNullable<ContractClauses["support"]>): string {
  const inWords = plans.map((one) => {
    const promises = [
      ...(one.hours === null ? [] : [hoursInWords(one.hours)]),
      ...(one.response === null ? [] : [`answered ${targetInWords(one.response)}`]),
      ...(one.resolution === null ? [] : [`solved ${targetInWords(one.resolution)}`]),
      ...one.priorities.map(({ title, response, resolution }) =>
        [
          title,
          response && `answered ${targetInWords(response)}`,
          resolution && `solved ${targetInWords(resolution)}`,
        ]
          .filter((part) => part !== null)
          .join(" "),
      ),
      ...(one.starts === null ? [] : [`starts as ${one.starts}`]),
      ...(one.includes === null ? [] : [`and what ${one.includes} promises, whichever is sooner`]),
    ];
    return `${one.title}: ${promises.join(", ")}`;
  });
  return [
    `plan ${plan}`,
    ...inWords,
    timerFrom === "opening" ? "times count from the opening" : "times count from a change of priority",
    ...(outsideHours === null ? [] : [`outside of hours: ${outsideHours}`]),
    ...escalation.map(
      ({ to, afterMs }) => `escalated to ${to}${afterMs === null ? "" : ` after ${printDuration(afterMs)}`}`,
    ),
    ...(faultsWithoutPlan ? ["faults are worked on without a plan too"] : []),
  ].join("; ");
}

function promisesInWords(promises: ContractClauses["promises"]): string {
  return [
    promises.standing === "guarantee" ? "guaranteed" : "best efforts",
    ...(promises.monitoring === null
      ? []
      : [
          promises.monitoring === "platform"
            ? "every service is monitored and alerted on"
            : "every covered service is monitored",
        ]),
    ...(promises.statusPage ? ["a status page at any time"] : []),
    ...(promises.references ? ["a reference for every enquiry"] : []),
    ...(promises.openReports ? ["anyone may report a fault"] : []),
    ...(promises.operationsReport === null ? [] : [`a ${promises.operationsReport} report to management`]),
  ].join(", ");
}

function moneyInWords({ minor, currency }: Money): string {
  return `${printAmount(minor, currency)} ${currency}`;
}

function percentOfPpm(ppm: number): string {
  return String(ppm / 10_000);
}
