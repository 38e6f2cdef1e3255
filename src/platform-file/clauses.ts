/**
 * Turns what a contract says into its clauses: the policy it starts from and its own words laid over each other, defaults put in, names
 * resolved, and everything a lawyer would strike noted at its place.
 */
import { clauseFaults } from "../domain/sla/promise/clause-faults.ts";
import {
  type ClaimWindow,
  type ContractClauses,
  type Coverage,
  type CreditClause,
  type CreditModelClause,
  type HoursClause,
  literalClauses,
  type MaintenanceChecks,
  type RollUpClause,
} from "../domain/sla/promise/clauses.ts";
import type { SupportTerms } from "../domain/support/support-plan.ts";
import type { ResponseTarget } from "../domain/support/response-target.ts";
import type { SaidTarget } from "./agreement-words.ts";
import { creditTables } from "./credit-tables.ts";
import type { Note, Path } from "./mistakes.ts";
import { toCalendar } from "./described-calendar.ts";
import type { clauseSection } from "./described-clauses.ts";
import { guess } from "./nearest-word.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

export type SaidClauses = ValueOf<typeof clauseSection>;

/** What a contract is made among: everything it may name. */
export interface AgreementContext {
  note: Note;
  /** What holds where a contract says nothing. */
  platform: { targetPercent: string | null; timeZone: string; anchorDay: number };
  services: readonly string[];
  groups: readonly string[];
  calendars: readonly string[];
  customers: readonly string[];
}

/** The clauses; to be used only when no mistake was noted. */
export function toClauses(said: SaidClauses, path: Path, context: AgreementContext): ContractClauses {
  const clauses = buildClauses(said, path, context);
  clauseFaults(clauses).forEach((fault) => context.note(fault.rule, [...path, ...fault.path]));
  return clauses;
}

/** The same without asking whether the clauses fit together: for some that are laid over others. */
export function buildClauses(said: SaidClauses, path: Path, context: AgreementContext): ContractClauses {
  const { platform, note } = context;
  const literal = literalClauses({
    targetPercent: said.target === undefined ? platform.targetPercent : said.target,
    timeZone: said.time_zone ?? platform.timeZone,
    anchorDay: said.anchor_day ?? platform.anchorDay,
  });
  const hours = hoursReader(literal.timeZone, context);
  return {
    ...literal,
    covers: toCoverage(said.covers, [...path, "covers"], context),
    rollUp: toRollUp(said.roll_up, [...path, "roll_up"], context),
    serviceHours:
      said.service_hours === "always"
        ? null
        : hours(said.service_hours, [...path, "service_hours"], "Service hours"),
    maintenance: toMaintenance(said.maintenance, [...path, "maintenance"], hours),
    exclusions: [...new Set(said.exclusions ?? [])],
    unknown: said.unknown ?? literal.unknown,
    granularity: said.minutes ?? literal.granularity,
    minOutageMs: said.min_outage ?? literal.minOutageMs,
    degradedWeightPpm: said.degraded_weight ?? literal.degradedWeightPpm,
    outageFigure: said.outage_figure ?? literal.outageFigure,
    verdictRounding:
      said.verdict_rounding === undefined || said.verdict_rounding === "none"
        ? null
        : { decimals: said.verdict_rounding.decimals ?? 0, mode: said.verdict_rounding.mode ?? "half_up" },
    fee: said.fee ?? null,
    credit: toCredit(said.credit, [...path, "credit"], hours, note),
    correctionDays: said.correction_window ?? literal.correctionDays,
    support: toSupport(said.support, [...path, "support"], hours),
    categories: [...(said.categories ?? [])].map(([slug, category = {}]) => ({
      slug,
      title: category.title ?? titleFromSlug(slug),
      meaning: category.meaning ?? "",
      shows: category.shows ?? null,
    })),
    promises: {
      monitoring: said.promises?.monitoring ?? null,
      statusPage: said.promises?.status_page ?? false,
      references: said.promises?.references ?? false,
      openReports: said.promises?.open_reports ?? false,
      operationsReport: said.promises?.operations_report ?? null,
      standing: said.promises?.standing ?? "guarantee",
    },
  };
}

type SaidHours = Exclude<SaidClauses["service_hours"], undefined>;
type ReadHours = (said: SaidHours | undefined, path: Path, title: string) => HoursClause | null;

function hoursReader(timeZone: string, { calendars, note }: AgreementContext): ReadHours {
  return (said, path, title) => {
    if (said === undefined) {
      return null;
    }
    if (typeof said !== "string") {
      if (said.hours === undefined) {
        note('"hours" is missing', path, "key");
      }
      return { inline: toCalendar(said, { title, timeZone }, path, note) };
    }
    if (!calendars.includes(said)) {
      note(`there is no calendar "${said}"${unknownWords(said, calendars)}`, path);
    }
    return { calendar: said };
  };
}

function toCoverage(
  said: SaidClauses["covers"],
  path: Path,
  { services, groups, note }: AgreementContext,
): Coverage {
  if (said === undefined || said === "*") {
    return "*";
  }
  const named = Array.isArray(said)
    ? { services: said, groups: [] }
    : { services: said.services ?? [], groups: said.groups ?? [] };
  const look = (kind: "service" | "group", names: readonly string[], known: readonly string[], where: Path) =>
    names.forEach((slug, i) => {
      if (!known.includes(slug)) {
        note(`there is no ${kind} "${slug}"${unknownWords(slug, known)}`, [...where, i]);
      } else if (names.indexOf(slug) !== i) {
        note(`"${slug}" stands here a second time`, [...where, i]);
      }
    });
  look("service", named.services, services, Array.isArray(said) ? path : [...path, "services"]);
  look("group", named.groups, groups, [...path, "groups"]);
  if (named.services.length + named.groups.length === 0) {
    note("must name a service or a group", path);
  }
  return named;
}

function toRollUp(
  said: SaidClauses["roll_up"],
  path: Path,
  { services, note }: AgreementContext,
): RollUpClause {
  if (said === undefined || typeof said === "string") {
    return { kind: said ?? "any_down" };
  }
  if (said.weights === undefined) {
    return { kind: "k_of_n", k: said.at_least ?? 1 };
  }
  for (const slug of [...said.weights.keys()].filter((one) => !services.includes(one))) {
    note(`there is no service "${slug}"${unknownWords(slug, services)}`, [...path, "weights", slug], "key");
  }
  return {
    kind: "weighted",
    weights: Object.fromEntries([...said.weights].map(([slug, weight = "0"]) => [slug, weight])),
  };
}

function toMaintenance(
  said: SaidClauses["maintenance"],
  path: Path,
  hours: ReadHours,
): ContractClauses["maintenance"] {
  const limits = (
    given: NonNullable<NonNullable<SaidClauses["maintenance"]>["checks"]>,
    where: Path,
  ): MaintenanceChecks => ({
    minNoticeMs: given.notice ?? null,
    maxWindowMs: given.longest ?? null,
    maxPerQuarter: given.per_quarter ?? null,
    outsideHoursOf: hours(given.outside_hours, [...where, "outside_hours"], "Working hours"),
  });
  const own = limits(said ?? {}, path);
  return {
    ...own,
    exclude: said?.exclude ?? false,
    minNoticeMs: own.minNoticeMs ?? 0,
    overCap: said?.longer ?? "truncate",
    denominator: said?.denominator ?? "keep",
    checks: said?.checks === undefined ? null : limits(said.checks, [...path, "checks"]),
  };
}

type SaidCredit = Exclude<NonNullable<SaidClauses["credit"]>, string>;

function toCredit(
  said: SaidClauses["credit"],
  path: Path,
  hours: ReadHours,
  note: Note,
): CreditClause | null {
  if (said === undefined || said === "none") {
    return null;
  }
  const { claim } = said;
  return {
    model: toModel(said, path, note),
    mode: said.mode ?? "on_claim",
    feeBasis: said.fee_basis ?? "contract",
    proration: said.proration ?? "by_time",
    rounding: said.rounding ?? "half_even",
    capPercent: said.cap ?? "100",
    rollingCap:
      said.rolling_cap?.amount === undefined
        ? null
        : { amount: said.rolling_cap.amount, months: said.rolling_cap.months ?? 12 },
    minimum: said.minimum ?? null,
    claim: claim === undefined ? null : toClaim(claim, [...path, "claim"], hours),
    clawback: said.clawback ?? false,
  };
}

function toModel(said: SaidCredit, path: Path, note: Note): CreditModelClause {
  const given = (["table", "bands", "proportional"] as const).filter((name) => said[name] !== undefined);
  given
    .slice(1)
    .forEach((name) =>
      note(`stands beside "${given[0]}"; a credit is reckoned in one way`, [...path, name], "key"),
    );
  if (given.length === 0) {
    note('one of "table", "bands" or "proportional" is missing', path, "key");
  }
  if (said.table !== undefined) {
    const tables = creditTables();
    const found = tables.find(({ name }) => name === said.table);
    if (found === undefined) {
      const names = tables.map(({ name }) => name);
      note(`there is no credit table "${said.table}"${unknownWords(said.table, names)}`, [...path, "table"]);
    }
    return { kind: "bands", bands: found?.bands ?? [{ below: "100", percent: "100" }] };
  }
  if (said.proportional !== undefined) {
    const { multiplier = "1", affected_ratio: affectedRatio = "1" } = said.proportional;
    return { kind: "proportional", multiplier, affectedRatio };
  }
  const bands = (said.bands ?? []).flatMap(({ below, percent }) =>
    below === undefined || percent === undefined ? [] : [{ below, percent }],
  );
  return { kind: "bands", bands: bands.length === 0 ? [{ below: "100", percent: "100" }] : bands };
}

function toClaim(said: NonNullable<SaidCredit["claim"]>, path: Path, hours: ReadHours): ClaimWindow {
  if (said.days_after_cycle !== undefined) {
    return { kind: "days_after_cycle", days: said.days_after_cycle };
  }
  if (said.end_of_following_cycle !== undefined) {
    return { kind: "end_of_following_cycle", cycles: said.end_of_following_cycle };
  }
  const { days = 1, hours: calendar } = said.business_days_after_incident ?? {};
  const read = hours(calendar, [...path, "business_days_after_incident", "hours"], "Business days");
  return { kind: "business_days_after_incident", days, hours: read ?? { calendar: "" } };
}

function toSupport(
  said: SaidClauses["support"],
  path: Path,
  hours: ReadHours,
): SupportTerms<HoursClause> | null {
  if (said === undefined || said === "none") {
    return null;
  }
  const plans = [...(said.plans ?? [])].map(([slug, plan = {}]) => {
    const where = [...path, "plans", slug];
    const clock = plan.clock ?? (plan.hours === undefined ? "clock" : "working");
    const target = (one: SaidTarget | undefined): ResponseTarget | null =>
      one === undefined ? null : one.kind === "within" ? { ...one, clock: one.clock ?? clock } : one;
    const name = plan.title ?? titleFromSlug(slug);
    return {
      slug,
      title: name,
      hours: hours(plan.hours, [...where, "hours"], name),
      response: target(plan.response),
      resolution: target(plan.resolution),
      starts: plan.starts ?? null,
      includes: plan.includes === "none" ? null : (plan.includes ?? null),
      priorities: [...(plan.priorities ?? [])].map(([key, priority = {}]) => ({
        slug: key,
        title: priority.title ?? titleFromSlug(key),
        meaning: priority.meaning ?? "",
        shows: priority.shows ?? null,
        response: target(priority.response),
        resolution: target(priority.resolution),
      })),
    };
  });
  return {
    plans,
    plan: said.plan ?? plans[0]?.slug ?? "",
    timerFrom: said.timer_from ?? "opening",
    outsideHours: said.outside_hours ?? null,
    faultsWithoutPlan: said.faults_without_plan ?? false,
    escalation: (said.escalation ?? []).map((step) => ({
      to: step.to ?? "",
      afterMs: step.after ?? null,
      priorities: step.priorities ?? [],
    })),
  };
}

/** What was probably meant, or that there is nothing to mean. */
export function unknownWords(word: string, known: readonly string[]): string {
  return guess(word, known) || (known.length === 0 ? "; there are none" : "");
}

/** Keys whose values are replaced whole: half of one and half of another would mean neither. */
const wholeKeys = new Set(["roll_up", "claim", "weights", "covers"]);
const creditModels = ["table", "bands", "proportional"];

/** What was said over what had been said before: sections and tables by their keys, everything else replaced. */
export function overlay<T>(before: T, after: T, name = ""): T {
  if (before instanceof Map && after instanceof Map) {
    // Hours of the week belong together.
    return name === "hours" ? after : (overlayMaps(before, after) as T);
  }
  if (!isSection(before) || !isSection(after) || wholeKeys.has(name)) {
    return after === undefined ? before : after;
  }
  const base = Object.fromEntries(
    Object.entries(before).filter(
      ([key]) =>
        !(name === "credit" && creditModels.includes(key) && creditModels.some((model) => model in after)),
    ),
  );
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(after)) {
    merged[key] = key in base ? overlay(base[key], value, key) : value;
  }
  return merged as T;
}

function overlayMaps(
  before: ReadonlyMap<unknown, unknown>,
  after: ReadonlyMap<unknown, unknown>,
): Map<unknown, unknown> {
  const merged = new Map(before);
  after.forEach((value, key) => merged.set(key, before.has(key) ? overlay(before.get(key), value) : value));
  return merged;
}

/** A section, and not a deadline, which is one value. */
function isSection(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !("kind" in value)
  );
}
