/**
 * What applying a definition would change in customers, contracts and calendars: the counterpart of platform-plan.ts for what is agreed.
 * Changed clauses are told in the contract's words.
 */
import {
  bySlug,
  comparePlanned,
  type PlanConflict,
  type PlannedChange,
  type PlatformPlan,
} from "../../status/platform-plan.ts";
import type { Maker, Standing } from "../../status/standing.ts";
import { type CalendarDefinition, rewrittenPast } from "../../time/calendar-definition.ts";
import type { Instant } from "../../time/interval.ts";
import { changedClauses, clausesInWords } from "./clause-words.ts";
import { type ContractClauses, hoursIn, literalClauses } from "./clauses.ts";
import {
  type ContractDefinition,
  type ContractParticulars,
  localDate,
  planVersions,
  type RecordedVersion,
  versionAt,
  type VersionPlan,
} from "./contract-versions.ts";
import type { CustomerDefinition } from "./customer.ts";

/** A calendar by its slug. */
export interface NamedCalendar extends CalendarDefinition {
  slug: string;
}

/** What a file, or a person, agrees on. */
export interface Agreements {
  calendars: NamedCalendar[];
  customers: CustomerDefinition[];
  contracts: ContractDefinition[];
}

export const noAgreements: Agreements = { calendars: [], customers: [], contracts: [] };

/** A contract as it stands. */
export interface StandingContract {
  particulars: ContractParticulars;
  /** In order of effect, those that count. */
  versions: RecordedVersion[];
  managedBy: Maker;
  archived: boolean;
}

/** Everything that stands, by slug. */
export interface StandingAgreements {
  calendars: Map<string, Standing<NamedCalendar>>;
  customers: Map<string, Standing<CustomerDefinition>>;
  contracts: Map<string, StandingContract>;
}

export interface AgreementPlan extends PlatformPlan {
  /** What to record of each contract that changes, by slug. */
  versions: Map<string, VersionPlan>;
}

/** Compares. Things made by people are never changed or archived; a promise that has been in force is never rewritten. */
export function planAgreements(
  standing: StandingAgreements,
  wanted: Agreements,
  now: Instant,
): AgreementPlan {
  const plan: AgreementPlan = { changes: [], unchanged: 0, conflicts: [], versions: new Map() };
  comparePlanned(plan, "calendar", standing.calendars, bySlug(wanted.calendars));
  comparePlanned(plan, "customer", standing.customers, bySlug(wanted.customers));
  const contracts = new Map(
    [...standing.contracts].map(([slug, { particulars, managedBy, archived }]) => [
      slug,
      { wanted: particulars, managedBy, archived },
    ]),
  );
  const particulars = new Map(wanted.contracts.map((contract) => [contract.slug, contract.particulars]));
  comparePlanned(plan, "contract", contracts, particulars);
  for (const contract of wanted.contracts) {
    const known = standing.contracts.get(contract.slug);
    if (known?.managedBy !== "people") {
      noteVersions(plan, contract, known, now);
    }
  }
  plan.conflicts.push(...rewrittenCalendars(standing, wanted.calendars, now), ...orphans(plan, standing));
  return plan;
}

/** Adds the changed clauses to the change of the contract, or makes it one. */
function noteVersions(
  plan: AgreementPlan,
  contract: ContractDefinition,
  known: StandingContract | undefined,
  now: Instant,
): void {
  const versions = planVersions(known?.versions ?? [], contract.versions, now);
  plan.conflicts.push(
    ...versions.faults.map(({ rule }): PlanConflict => ({ noun: "contract", slug: contract.slug, rule })),
  );
  const moved = movedEnd(contract, known, now);
  if (moved !== null) {
    plan.conflicts.push({ noun: "contract", slug: contract.slug, rule: moved });
  }
  if (versions.record.length + versions.withdraw.length === 0) {
    return;
  }
  plan.versions.set(contract.slug, versions);
  const fields = versionFields(versions, contract, known);
  const change = plan.changes.find(({ noun, slug }) => noun === "contract" && slug === contract.slug);
  if (change === undefined) {
    plan.unchanged--;
    plan.changes.push({ noun: "contract", slug: contract.slug, verb: "change", fields });
  } else {
    change.fields.push(...fields);
  }
}

/** Why its end may not move so; null when it may. Cycles that are over have been judged by it. */
function movedEnd(
  { particulars: { endsAt }, versions }: ContractDefinition,
  known: StandingContract | undefined,
  now: Instant,
): string | null {
  const before = known?.particulars.endsAt ?? null;
  const { timeZone } = versions[0]!.clauses;
  if (known === undefined || before === endsAt) {
    return null;
  }
  if (before !== null && before <= now) {
    return `it ended on ${localDate(before, timeZone)}: what comes after is a new contract`;
  }
  return endsAt !== null && endsAt <= now && versions[0]!.effectiveAt <= now
    ? `it cannot have ended on ${localDate(endsAt, timeZone)}, for it has been in force since`
    : null;
}

function versionFields(
  { record, withdraw }: VersionPlan,
  contract: ContractDefinition,
  known: StandingContract | undefined,
): PlannedChange["fields"] {
  const fields = record.flatMap((version, i): PlannedChange["fields"] => {
    const on = localDate(version.effectiveAt, version.clauses.timeZone);
    const replaced = known?.versions.find(({ effectiveAt }) => effectiveAt === version.effectiveAt);
    const before =
      replaced ??
      record[i - 1] ??
      versionAt(contract.versions, version.effectiveAt - 1) ??
      known?.versions.at(-1);
    return before === undefined || (known === undefined && i === 0)
      ? saidClauses(version.clauses)
      : changedClauses(before.clauses, version.clauses).map(({ name, from, to }) => ({
          name: `from ${on}: ${name}`,
          from,
          to,
        }));
  });
  const withdrawn = withdraw.map((effectiveAt) => {
    const { clauses } = known!.versions.find((version) => version.effectiveAt === effectiveAt)!;
    return { name: `from ${localDate(effectiveAt, clauses.timeZone)}`, from: "a version", to: "withdrawn" };
  });
  return [...fields, ...withdrawn];
}

/** What a new contract promises, and every other clause in which it says more than the literal reading. */
function saidClauses(clauses: ContractClauses): PlannedChange["fields"] {
  const literal = clausesInWords(literalClauses(clauses));
  return Object.entries(clausesInWords(clauses))
    .filter(([name, to]) => name === "covers" || name === "target" || literal[name] !== to)
    .map(([name, to]) => ({ name, from: undefined, to }));
}

/** Calendars by which something has been counted: their past stays as it was. */
export function rewrittenCalendars(
  standing: StandingAgreements,
  wanted: readonly NamedCalendar[],
  now: Instant,
): PlanConflict[] {
  return wanted.flatMap((calendar): PlanConflict[] => {
    const known = standing.calendars.get(calendar.slug);
    const users = known === undefined ? [] : contractsCountingBy(calendar.slug, standing, now);
    const past = known && rewrittenPast(known.wanted, calendar, localDate(now, known.wanted.timeZone));
    return past && users.length > 0
      ? [
          {
            noun: "calendar",
            slug: calendar.slug,
            rule: `contract ${users.join(", ")} counts by it, and ${past}: write another calendar, and a version of the contract that names it`,
          },
        ]
      : [];
  });
}

/** Contracts of which a version has been in force that names the calendar. */
export function contractsCountingBy(
  calendar: string,
  { contracts }: StandingAgreements,
  now: Instant,
): string[] {
  return [...contracts]
    .filter(([, { versions }]) =>
      versions.some(
        ({ effectiveAt, clauses }) =>
          effectiveAt <= now &&
          hoursIn(clauses).some((hours) => "calendar" in hours && hours.calendar === calendar),
      ),
    )
    .map(([slug]) => slug);
}

/** The calendar by which reports of a contract are sent, if there is one. */
export function calendarsOfSending({ send }: Pick<ContractParticulars, "send">): string[] {
  return send.kind === "later" && send.calendar !== null ? [send.calendar] : [];
}

/** Customers and calendars that would go while a contract that stays needs them. */
function orphans({ changes }: AgreementPlan, standing: StandingAgreements): PlanConflict[] {
  const gone = new Set(
    changes.filter(({ verb }) => verb === "archive").map(({ noun, slug }) => `${noun} ${slug}`),
  );
  const staying = [...standing.contracts].filter(
    ([slug, { archived }]) => !archived && !gone.has(`contract ${slug}`),
  );
  const conflicts: PlanConflict[] = [];
  for (const [slug, { particulars, versions, managedBy }] of staying) {
    // What the file wants of its own contracts is checked where the file is read.
    if (managedBy !== "people") {
      continue;
    }
    if (gone.has(`customer ${particulars.customer}`)) {
      const rule = `contract ${slug} is made with it`;
      conflicts.push({ noun: "customer", slug: particulars.customer, rule });
    }
    const named = versions
      .flatMap(({ clauses }) => hoursIn(clauses))
      .flatMap((hours) => ("calendar" in hours ? [hours.calendar] : []));
    for (const calendar of new Set([...named, ...calendarsOfSending(particulars)])) {
      if (gone.has(`calendar ${calendar}`)) {
        conflicts.push({ noun: "calendar", slug: calendar, rule: `contract ${slug} counts by it` });
      }
    }
  }
  return conflicts;
}
