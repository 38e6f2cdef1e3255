/**
 * Records what was agreed, after it was planned: calendars and customers before the contracts that name them. Over the API one thing at a
 * time is put; a file brings all of its own at once.
 */
import { holidayEdition } from "../calendars/holidays.ts";
import { changeOfFields } from "../domain/audit/recorded-change.ts";
import { Conflict, NotFound } from "../domain/errors.ts";
import {
  type AgreementPlan,
  type Agreements,
  contractsCountingBy,
  type NamedCalendar,
  noAgreements,
  planAgreements,
  rewrittenCalendars,
  type StandingAgreements,
  type StandingContract,
  calendarsOfSending,
} from "../domain/sla/promise/agreement-plan.ts";
import { hoursIn } from "../domain/sla/promise/clauses.ts";
import type { ContractDefinition } from "../domain/sla/promise/contract-versions.ts";
import type { CustomerDefinition } from "../domain/sla/promise/customer.ts";
import { bySlug, type PlatformPlan } from "../domain/status/platform-plan.ts";
import type { Standing } from "../domain/status/standing.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  archiveAgreed,
  keepWrittenContract,
  putCalendar,
  putContract,
  putCustomer,
  readAgreements,
  type Recording,
  recordVersions,
} from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { anyEdition, refuseLate } from "./edition.ts";

/** Brings what stands to what is wanted, as planned. */
export async function carryOutAgreements(
  tx: Database,
  { changes, versions }: AgreementPlan,
  wanted: Agreements,
  recording: Recording,
): Promise<void> {
  const slugsOf = (noun: "calendar" | "customer" | "contract", isArchived: boolean) =>
    changes
      .filter((change) => change.noun === noun && (change.verb === "archive") === isArchived)
      .map(({ slug }) => slug);
  const [calendars, customers] = [bySlug(wanted.calendars), bySlug(wanted.customers)];
  const contracts = bySlug(wanted.contracts);
  for (const slug of slugsOf("calendar", false)) {
    await putCalendar(tx, calendars.get(slug)!, recording);
  }
  for (const slug of slugsOf("customer", false)) {
    await putCustomer(tx, customers.get(slug)!, recording);
  }
  for (const slug of slugsOf("contract", false)) {
    await putContract(tx, slug, contracts.get(slug)!.particulars, recording);
    const plan = versions.get(slug);
    if (plan !== undefined) {
      await recordVersions(tx, slug, plan, recording);
    }
  }
  for (const noun of ["contract", "customer", "calendar"] as const) {
    await archiveAgreed(tx, noun, slugsOf(noun, true), recording.now);
  }
}

/** One thing that a person puts. */
export type Put =
  | { noun: "calendar"; wanted: NamedCalendar }
  | { noun: "customer"; wanted: CustomerDefinition }
  | { noun: "contract"; wanted: ContractDefinition; written: Record<string, unknown> };

/** How a thing is put. */
export interface Putting {
  /** Only says what would change. */
  dryRun?: boolean;
  /** Of what stood before whoever puts it (edition.ts); null: it is to be new; absent: whatever stands. */
  edition?: string | null;
}

/** What a thing says, all that its edition stands for. */
export function saidOf(known: Standing<object> | StandingContract): object {
  return "wanted" in known ? known.wanted : { ...known.particulars, versions: known.versions };
}

/**
 * Puts one thing as a person, or only says what that would change.
 *
 * @throws Conflict made_by_file when a file made it, calendar_exists and the like when it was to be new, promises_kept when history would be
 *   rewritten, version_changed
 */
export function putAgreed(
  db: Database,
  put: Put,
  author: string,
  now: Instant,
  { dryRun = false, edition = anyEdition }: Putting = {},
): Promise<PlatformPlan> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "platform");
    const standing = await readAgreements(tx);
    const known = standing[`${put.noun}s`].get(put.wanted.slug);
    const stands = known?.archived === false;
    if (stands && edition === null) {
      throw new Conflict(`${put.noun}_exists`, `There is a ${put.noun} "${put.wanted.slug}" already.`, [
        { pointer: "/slug", detail: `is the name of a ${put.noun} already; choose another one` },
      ]);
    }
    if (stands && known.managedBy !== "people") {
      throw madeByFile(put.noun, put.wanted.slug);
    }
    if (edition !== null) {
      await refuseLate(edition, known && saidOf(known));
    }
    const wanted: Agreements = { ...noAgreements, [`${put.noun}s`]: [put.wanted] };
    const plan = planAgreements(alone(standing, put), wanted, now);
    const past = put.noun === "calendar" ? rewrittenCalendars(standing, [put.wanted], now) : [];
    const conflicts = [...plan.conflicts, ...past];
    if (conflicts.length > 0 && !dryRun) {
      throw new Conflict(
        "promises_kept",
        conflicts.map(({ rule, slug }) => rule ?? slug).join("; "),
        conflicts.map(({ rule, slug }) => ({ pointer: "", detail: rule ?? slug })),
      );
    }
    if (!dryRun) {
      await carryOutAgreements(tx, plan, wanted, { managedBy: "people", author, holidayEdition, now });
      if (put.noun === "contract") {
        await keepWrittenContract(tx, put.wanted.slug, put.written);
      }
      await appendAudit(
        tx,
        ...plan.changes.map(({ verb, fields }) => ({
          ...{ kind: put.noun, subject: put.wanted.slug, event: verbEvents[verb], author, recordedAt: now },
          ...changeOfFields(fields),
        })),
      );
    }
    return { changes: plan.changes, unchanged: plan.unchanged, conflicts };
  });
}

const verbEvents = { add: "added", change: "changed", revive: "revived", archive: "archived" } as const;

/** What stands under the one slug, as if nobody but the caller had made anything. */
function alone(standing: StandingAgreements, { noun, wanted }: Put): StandingAgreements {
  const only = <T extends { managedBy: string }>(things: ReadonlyMap<string, T>): Map<string, T> => {
    const known = things.get(wanted.slug);
    return new Map(known === undefined ? [] : [[wanted.slug, { ...known, managedBy: "file" }]]);
  };
  return {
    calendars: noun === "calendar" ? only(standing.calendars) : new Map(),
    customers: noun === "customer" ? only(standing.customers) : new Map(),
    contracts: noun === "contract" ? only(standing.contracts) : new Map(),
  };
}

/**
 * Archives one thing as a person.
 *
 * @throws NotFound, Conflict made_by_file, in_use
 */
export async function archiveAgreement(
  db: Database,
  noun: "calendar" | "customer" | "contract",
  slug: string,
  author: string,
  now: Instant,
): Promise<void> {
  await db.transaction(async (tx) => {
    await lockInTransaction(tx, "platform");
    const standing = await readAgreements(tx);
    const known = standing[`${noun}s`].get(slug);
    if (known === undefined || known.archived) {
      throw new NotFound(`${noun}_not_found`, `There is no ${noun} "${slug}".`);
    }
    if (known.managedBy !== "people") {
      throw madeByFile(noun, slug);
    }
    const users = usersOf(noun, slug, standing, now);
    if (users.length > 0) {
      throw new Conflict("in_use", `Contract ${users.join(", ")} needs it.`);
    }
    await archiveAgreed(tx, noun, [slug], now);
    await appendAudit(tx, {
      ...{ kind: noun, subject: slug, event: "archived", author, recordedAt: now },
      ...{ before: { archived: false }, after: { archived: true } },
    });
  });
}

/** Contracts that stand and name the thing. */
function usersOf(
  noun: "calendar" | "customer" | "contract",
  slug: string,
  standing: StandingAgreements,
  now: Instant,
): string[] {
  const standingOnes = [...standing.contracts].filter(([, { archived }]) => !archived);
  switch (noun) {
    case "contract":
      return [];
    case "customer":
      return standingOnes
        .filter(([, { particulars }]) => particulars.customer === slug)
        .map(([name]) => name);
    case "calendar": {
      const coming = standingOnes
        .filter(
          ([, { particulars, versions }]) =>
            calendarsOfSending(particulars).includes(slug) ||
            versions.some(({ clauses }) =>
              hoursIn(clauses).some((hours) => "calendar" in hours && hours.calendar === slug),
            ),
        )
        .map(([name]) => name);
      return [...new Set([...contractsCountingBy(slug, standing, now), ...coming])];
    }
  }
}

function madeByFile(noun: string, slug: string): Conflict {
  return new Conflict("made_by_file", `A platform file made the ${noun} "${slug}": change it there.`);
}
