/**
 * What is agreed, as it stands and as it stood: customers, calendars and contracts with their versions, the archived ones too; and the
 * writes that record it. Revisions of calendars and versions of contracts are only ever added.
 */
import { and, asc, desc, eq, getTableColumns, inArray, isNull, max } from "drizzle-orm";
import type {
  NamedCalendar,
  StandingAgreements,
  StandingContract,
} from "../domain/sla/promise/agreement-plan.ts";
import {
  completeClauses,
  type ContractParticulars,
  type RecordedVersion,
  type VersionPlan,
} from "../domain/sla/promise/contract-versions.ts";
import type { Coverage } from "../domain/sla/promise/clauses.ts";
import type { WatchedService } from "../domain/sla/promise/contract-warnings.ts";
import type { CustomerDefinition } from "../domain/sla/promise/customer.ts";
import type { Standing } from "../domain/status/standing.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isCovered } from "./covered-services.ts";
import { type Database, isAmong, isNamed } from "./database.ts";
import { calendarRevisions, calendars, contracts, contractVersions, customers } from "./tables/agreements.ts";
import { type ManagedBy } from "./tables/columns.ts";
import { serviceGroups, services } from "./tables/watched.ts";
import { listCheckIds, listWatchedChecks } from "./watched-checks.ts";

/** Who records something, and by which holidays it counts then. */
export interface Recording {
  managedBy: ManagedBy;
  author: string;
  holidayEdition: string;
  now: Instant;
}

/** Everything that stands. */
export async function readAgreements(db: Database): Promise<StandingAgreements> {
  return {
    calendars: await readCalendars(db),
    customers: await readCustomers(db),
    contracts: await readContracts(db),
  };
}

/** Calendars by slug, each as it was last recorded. */
export async function readCalendars(db: Database): Promise<Map<string, Standing<NamedCalendar>>> {
  const rows = await db
    .selectDistinctOn([calendars.slug], {
      slug: calendars.slug,
      managedBy: calendars.managedBy,
      archivedAt: calendars.archivedAt,
      definition: calendarRevisions.definition,
    })
    .from(calendars)
    .innerJoin(calendarRevisions, eq(calendarRevisions.calendarId, calendars.id))
    .orderBy(asc(calendars.slug), desc(calendarRevisions.revision));
  return new Map(
    rows.map(({ slug, managedBy, archivedAt, definition }) => [
      slug,
      { wanted: { slug, ...definition }, managedBy, archived: archivedAt !== null },
    ]),
  );
}

/** Everything a calendar has said, the latest first. */
export async function listCalendarRevisions(
  db: Database,
  slug: string,
): Promise<Omit<typeof calendarRevisions.$inferSelect, "calendarId">[]> {
  const { calendarId: _, ...columns } = getTableColumns(calendarRevisions);
  return db
    .select(columns)
    .from(calendarRevisions)
    .innerJoin(calendars, eq(calendars.id, calendarRevisions.calendarId))
    .where(eq(calendars.slug, slug))
    .orderBy(desc(calendarRevisions.revision));
}

/** Customers by slug: all, or these. */
export async function readCustomers(
  db: Database,
  slugs?: readonly string[],
): Promise<Map<string, Standing<CustomerDefinition>>> {
  const rows = await db
    .select()
    .from(customers)
    .where(slugs === undefined ? undefined : isNamed(customers.slug, slugs))
    .orderBy(asc(customers.slug));
  return new Map(
    rows.map(({ slug, definition, managedBy, archivedAt }) => [
      slug,
      { wanted: { slug, ...definition }, managedBy, archived: archivedAt !== null },
    ]),
  );
}

/** The number of a customer that is not archived. */
export async function findCustomerId(db: Database, slug: string): Promise<number | undefined> {
  const [row] = await db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.slug, slug), isNull(customers.archivedAt)));
  return row?.id;
}

/** Contracts by slug with the versions that count: all, those of one customer, or these; of a withdrawn version nothing. */
export async function readContracts(
  db: Database,
  among: { customer?: string; slugs?: readonly string[] } = {},
): Promise<Map<string, StandingContract>> {
  const { customer, slugs } = among;
  const rows = await db
    .select({
      id: contracts.id,
      slug: contracts.slug,
      customer: customers.slug,
      particulars: contracts.particulars,
      managedBy: contracts.managedBy,
      archivedAt: contracts.archivedAt,
    })
    .from(contracts)
    .innerJoin(customers, eq(customers.id, contracts.customerId))
    .where(
      and(
        customer === undefined ? undefined : eq(customers.slug, customer),
        slugs === undefined ? undefined : isNamed(contracts.slug, slugs),
      ),
    )
    .orderBy(asc(contracts.slug));
  const isPart = customer !== undefined || slugs !== undefined;
  const ids = rows.map(({ id }) => id);
  const versions = Map.groupBy(
    await db
      .selectDistinctOn([contractVersions.contractId, contractVersions.effectiveAt])
      .from(contractVersions)
      .where(isPart ? isAmong(contractVersions.contractId, ids) : undefined)
      .orderBy(
        asc(contractVersions.contractId),
        asc(contractVersions.effectiveAt),
        desc(contractVersions.revision),
      ),
    ({ contractId }) => contractId,
  );
  return new Map(
    rows.map(({ id, slug, customer, particulars, managedBy, archivedAt }) => [
      slug,
      {
        // One that says nothing of sending was recorded before there was a choice.
        particulars: { ...particulars, send: particulars.send ?? { kind: "on_issue" }, customer },
        versions: (versions.get(id) ?? []).flatMap(toVersion),
        managedBy,
        archived: archivedAt !== null,
      },
    ]),
  );
}

type VersionRow = typeof contractVersions.$inferSelect;

function toVersion({ clauses, contractId: _, revision: __, ...version }: VersionRow): RecordedVersion[] {
  return clauses === null ? [] : [{ ...version, clauses: completeClauses(clauses) }];
}

/** What people put of a contract, in the words of the API; null: a file says it, or there is none. */
export async function readWrittenContract(
  db: Database,
  slug: string,
): Promise<Record<string, unknown> | null> {
  const [row] = await db
    .select({ written: contracts.written })
    .from(contracts)
    .where(eq(contracts.slug, slug));
  return row?.written ?? null;
}

/** Keeps what people put of a contract, where its terms stay the same. */
export async function keepWrittenContract(
  tx: Database,
  slug: string,
  written: Record<string, unknown>,
): Promise<void> {
  await tx.update(contracts).set({ written }).where(eq(contracts.slug, slug));
}

/** Every version that was ever recorded for a contract, replaced and withdrawn ones too (`clauses` null), in order of recording. */
export async function listRecordedVersions(
  db: Database,
  slug: string,
): Promise<(Omit<VersionRow, "contractId"> & { contractId: number })[]> {
  const rows = await db
    .select({ version: contractVersions })
    .from(contractVersions)
    .innerJoin(contracts, eq(contracts.id, contractVersions.contractId))
    .where(eq(contracts.slug, slug))
    .orderBy(
      asc(contractVersions.recordedAt),
      asc(contractVersions.effectiveAt),
      asc(contractVersions.revision),
    );
  return rows.map(({ version }) => version);
}

/** Puts a customer, also one that was archived. */
export async function putCustomer(
  tx: Database,
  { slug, ...definition }: CustomerDefinition,
  { managedBy, now }: Recording,
): Promise<void> {
  await tx
    .insert(customers)
    .values({ slug, definition, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: customers.slug, set: { definition, managedBy, archivedAt: null } });
}

/** Puts a calendar; what it said before stays recorded. */
export async function putCalendar(
  tx: Database,
  { slug, ...definition }: NamedCalendar,
  { managedBy, author, holidayEdition, now }: Recording,
): Promise<void> {
  const [row] = await tx
    .insert(calendars)
    .values({ slug, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: calendars.slug, set: { managedBy, archivedAt: null } })
    .returning({ id: calendars.id });
  const [last] = await tx
    .select({ revision: max(calendarRevisions.revision) })
    .from(calendarRevisions)
    .where(eq(calendarRevisions.calendarId, row!.id));
  const revision = (last?.revision ?? 0) + 1;
  await tx
    .insert(calendarRevisions)
    .values({ calendarId: row!.id, revision, recordedAt: now, author, definition, holidayEdition });
}

/** Puts a contract without its versions; its customer stands already. */
export async function putContract(
  tx: Database,
  slug: string,
  { customer, ...particulars }: ContractParticulars,
  { managedBy, now }: Recording,
): Promise<void> {
  const [made] = await tx.select({ id: customers.id }).from(customers).where(eq(customers.slug, customer));
  const customerId = made!.id;
  await tx
    .insert(contracts)
    .values({ slug, customerId, particulars, managedBy, createdAt: now })
    .onConflictDoUpdate({
      target: contracts.slug,
      set: { customerId, particulars, written: null, managedBy, archivedAt: null },
    });
}

/** Records versions of a contract, and that others are withdrawn. */
export async function recordVersions(
  tx: Database,
  slug: string,
  { record, withdraw }: Pick<VersionPlan, "record" | "withdraw">,
  { author, holidayEdition, now }: Recording,
): Promise<void> {
  const [contract] = await tx.select({ id: contracts.id }).from(contracts).where(eq(contracts.slug, slug));
  const contractId = contract!.id;
  const effective = [...record.map(({ effectiveAt }) => effectiveAt), ...withdraw];
  if (effective.length === 0) {
    return;
  }
  const lasts = await tx
    .select({ effectiveAt: contractVersions.effectiveAt, revision: max(contractVersions.revision) })
    .from(contractVersions)
    .where(and(eq(contractVersions.contractId, contractId), inArray(contractVersions.effectiveAt, effective)))
    .groupBy(contractVersions.effectiveAt);
  const next = (effectiveAt: Instant) =>
    (lasts.find((last) => last.effectiveAt === effectiveAt)?.revision ?? 0) + 1;
  const shared = { contractId, recordedAt: now, author, holidayEdition };
  await tx.insert(contractVersions).values([
    ...record.map((version) => ({ ...shared, ...version, revision: next(version.effectiveAt) })),
    ...withdraw.map((effectiveAt) => ({
      ...shared,
      effectiveAt,
      revision: next(effectiveAt),
      reason: "withdrawn",
      midCycle: false,
      clauses: null,
    })),
  ]);
}

/** Archives things: they are listed no more, and their history stays. */
export async function archiveAgreed(
  tx: Database,
  noun: "calendar" | "customer" | "contract",
  slugs: readonly string[],
  now: Instant,
): Promise<void> {
  if (slugs.length > 0) {
    const table = { calendar: calendars, customer: customers, contract: contracts }[noun];
    await tx
      .update(table)
      .set({ archivedAt: now })
      .where(and(inArray(table.slug, [...slugs]), isNull(table.archivedAt)));
  }
}

/** The services of the platform that a clause covers, or all, with their checks in force, as contracts look at them; in the order of the page. */
export async function listWatchedServices(db: Database, covers: Coverage = "*"): Promise<WatchedService[]> {
  const rows = await db
    .select({ slug: services.slug, groupSlug: serviceGroups.slug, archivedAt: services.archivedAt })
    .from(services)
    .leftJoin(serviceGroups, eq(serviceGroups.id, services.groupId))
    .where(isCovered(covers))
    .orderBy(asc(services.position), asc(services.slug));
  const slugs = rows.map(({ slug }) => slug);
  const checkIds = covers === "*" ? undefined : await listCheckIds(db, slugs);
  const checks = Map.groupBy(
    (await listWatchedChecks(db, checkIds)).filter(({ archivedAt }) => archivedAt === null),
    ({ serviceSlug }) => serviceSlug,
  );
  return rows.map(({ slug, groupSlug, archivedAt }) => ({
    slug,
    groupSlug,
    archived: archivedAt !== null,
    checks: (checks.get(slug) ?? []).map((check) => {
      const { counts, intervalMs, locations } = check.revisions.at(-1)!.definition;
      return { slug: check.slug, counts, intervalMs, locations };
    }),
  }));
}

/** Groups that stand, by slug. */
export async function listGroupSlugs(db: Database): Promise<string[]> {
  const rows = await db
    .select({ slug: serviceGroups.slug })
    .from(serviceGroups)
    .where(isNull(serviceGroups.archivedAt))
    .orderBy(asc(serviceGroups.position));
  return rows.map(({ slug }) => slug);
}
