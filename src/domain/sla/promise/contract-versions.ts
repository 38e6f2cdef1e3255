/**
 * A contract through time: its particulars, and its clauses in versions with effective dates (sla-semantics 9). Append-only: what has been
 * in force is never rewritten; a later version takes over at the start of a cycle, or in the middle of one where that was chosen.
 */
import { cycleContaining, nextCycle } from "../../time/billing-cycle.ts";
import { isLocalDate } from "../../time/business-calendar.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { parseLocalTime, printLocalTime } from "../../time/local-time.ts";
import type { ContractClauses } from "./clauses.ts";
import { literalClauses } from "./clauses.ts";
import type { CustomerLanguage, NamedContact } from "./customer.ts";
import type { SendRule } from "./send-rule.ts";

/** Where a promise is written down. */
export interface PromiseSource {
  document: string;
  /** Which part of it; null: the whole. */
  clause: string | null;
  url: string | null;
}

/** What of a contract is no promise and may change at any time. */
export interface ContractParticulars {
  title: string;
  /** Slug of the customer. */
  customer: string;
  /** The ready-made policy its clauses started from; null: none. */
  policy: string | null;
  /** Exclusive; null: until further notice. */
  endsAt: Instant | null;
  /** Null: the customer's. */
  language: CustomerLanguage | null;
  /** Empty: the customer's. */
  recipients: string[];
  /** When its reports are sent to them. */
  send: SendRule;
  /** Whom the customer turns to when nothing else helps (policy rule 24). */
  escalationContact: NamedContact | null;
  sources: PromiseSource[];
}

export interface VersionDefinition {
  /** Inclusive; the first one's is the start of the contract. */
  effectiveAt: Instant;
  /** It may begin inside a cycle, which is then judged in parts (`mid_cycle: split`). */
  midCycle: boolean;
  /** Why it came, in words; "" for the first. */
  reason: string;
  clauses: ContractClauses;
}

/** A contract as it is wanted. */
export interface ContractDefinition {
  slug: string;
  particulars: ContractParticulars;
  /** At least one. */
  versions: VersionDefinition[];
}

/** A version as it was recorded. */
export interface RecordedVersion extends VersionDefinition {
  recordedAt: Instant;
  author: string;
  /** Edition of the holiday library at that time. */
  holidayEdition: string;
}

/** A rule that the versions break; `version` is its place in the list. */
export interface VersionFault {
  version: number;
  rule: string;
}

/** Why these versions cannot follow each other; none when they can. */
export function versionFaults(
  versions: readonly VersionDefinition[],
  endsAt: Instant | null,
): VersionFault[] {
  return versions.flatMap((version, i): VersionFault[] => {
    const { effectiveAt, midCycle, clauses } = version;
    const before = versions[i - 1];
    const on = localDate(effectiveAt, clauses.timeZone);
    if (endsAt !== null && effectiveAt >= endsAt) {
      const rule = `takes effect on ${on}, and the contract ends on ${localDate(endsAt, clauses.timeZone)}`;
      return [{ version: i, rule: i === 0 ? `must start before it ends: it ${rule}` : rule }];
    }
    if (before === undefined) {
      return [];
    }
    if (effectiveAt <= before.effectiveAt) {
      const other = localDate(before.effectiveAt, before.clauses.timeZone);
      return [
        { version: i, rule: `overlaps the version of ${other}: each takes effect after the one before it` },
      ];
    }
    const cycle = cycleContaining(effectiveAt, before.clauses);
    if (!midCycle && cycle.start !== effectiveAt) {
      const zone = before.clauses.timeZone;
      const next = nextCycle(cycle, before.clauses);
      const rule = `takes effect at the start of a cycle, ${localDate(cycle.start, zone)} or ${localDate(next.start, zone)}, not on ${on}; to judge that cycle in two parts, write mid_cycle: split`;
      return [{ version: i, rule }];
    }
    return [];
  });
}

/** What recording the wanted versions would do to those that stand. */
export interface VersionPlan {
  /** To be recorded: new ones, and coming ones with other terms than before. */
  record: VersionDefinition[];
  /** Coming ones that are no longer wanted, by when they would have taken effect. */
  withdraw: Instant[];
  /** History that would be rewritten. */
  faults: VersionFault[];
}

/** Compares the versions that stand, none for a new contract, with those that are wanted, in order. */
export function planVersions(
  standing: readonly VersionDefinition[],
  wanted: readonly VersionDefinition[],
  now: Instant,
): VersionPlan {
  const plan: VersionPlan = { record: [], withdraw: [], faults: [] };
  if (standing.length === 0) {
    return { ...plan, record: [...wanted] };
  }
  wanted.forEach((version, i) => {
    const known = standing.find(({ effectiveAt }) => effectiveAt === version.effectiveAt);
    if (known !== undefined && sameVersion(known, version)) {
      return;
    }
    if (version.effectiveAt > now) {
      plan.record.push(version);
      return;
    }
    const on = localDate(version.effectiveAt, version.clauses.timeZone);
    const next = localDate(nextStart(standing, now), version.clauses.timeZone);
    const rule =
      known === undefined
        ? `would take effect on ${on}, which is over: history is not rewritten; the next cycle starts on ${next}`
        : `the terms of ${on} have been in force and cannot be rewritten: write what changes as a version, effective ${next}`;
    plan.faults.push({ version: i, rule });
  });
  for (const { effectiveAt, clauses } of standing) {
    if (!wanted.some((version) => version.effectiveAt === effectiveAt)) {
      if (effectiveAt > now) {
        plan.withdraw.push(effectiveAt);
      } else {
        const on = localDate(effectiveAt, clauses.timeZone);
        const rule = `the terms of ${on} have been in force and cannot be taken out of the contract`;
        plan.faults.push({ version: 0, rule });
      }
    }
  }
  return plan;
}

/** When the next cycle begins under the version in force: the first instant at which a new one may take effect without a split. */
export function nextStart(versions: readonly VersionDefinition[], now: Instant): Instant {
  const inForce = versionAt(versions, now) ?? versions[0]!;
  return inForce.effectiveAt > now
    ? inForce.effectiveAt
    : nextCycle(cycleContaining(now, inForce.clauses), inForce.clauses).start;
}

/** The version in force at an instant; undefined: before the first. */
export function versionAt<V extends VersionDefinition>(versions: readonly V[], at: Instant): V | undefined {
  return versions.findLast(({ effectiveAt }) => effectiveAt <= at);
}

/**
 * The versions that hold in a part of a cycle, in order, with from when until when each does: one as a rule, several where the cycle is
 * split. `startsAt` and `endsAt` clip it, as the arithmetic wants them.
 */
export function versionsIn<V extends VersionDefinition>(
  { versions, endsAt }: { versions: readonly V[]; endsAt: Instant | null },
  cycle: Interval,
): { version: V; startsAt: Instant; endsAt: Instant | null }[] {
  return versions
    .map((version, i) => {
      const until = versions[i + 1]?.effectiveAt ?? endsAt;
      return {
        version,
        startsAt: version.effectiveAt,
        endsAt: until !== null && endsAt !== null ? Math.min(until, endsAt) : until,
      };
    })
    .filter(
      ({ startsAt, endsAt: until }) =>
        startsAt < cycle.end && (until === null || until > Math.max(cycle.start, startsAt)),
    );
}

/** Local midnight of a date "YYYY-MM-DD"; null: it is none. */
export function startOfDate(date: string, timeZone: string): Instant | null {
  return isLocalDate(date) ? parseLocalTime(`${date} 00:00`, timeZone) : null;
}

/** The local date of an instant, "YYYY-MM-DD". */
export function localDate(at: Instant, timeZone: string): string {
  return printLocalTime(at, timeZone).slice(0, 10);
}

/** Stored clauses of an older shape read as what they meant: a clause that was not known then says nothing. */
export function completeClauses(stored: ContractClauses): ContractClauses {
  const literal = literalClauses(stored);
  return {
    ...literal,
    ...stored,
    maintenance: { ...literal.maintenance, ...stored.maintenance },
    promises: { ...literal.promises, ...stored.promises },
  };
}

function sameVersion(a: VersionDefinition, b: VersionDefinition): boolean {
  const told = ({ midCycle, clauses }: VersionDefinition) => canonical({ midCycle, clauses });
  return told(a) === told(b);
}

/** JSON with keys in order: databases do not keep theirs. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
