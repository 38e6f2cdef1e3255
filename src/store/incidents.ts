/**
 * Incidents with their updates, impacts, parts and postmortems. Lists take a few queries however long they are, and leave out what became
 * part of another incident: that is told in it.
 */
import {
  and,
  asc,
  desc,
  eq,
  gte,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import { announcementsOfIncident } from "../domain/status/announcement.ts";
import { inOrder } from "../domain/status/incident-merge.ts";
import { ownUpdates } from "../domain/status/incident-words.ts";
import type { Incident, IncidentUpdate, ServiceImpact } from "../domain/status/incident.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import { putAnnouncements } from "./announcements.ts";
import { type Database, holding, isAmong, isNamed } from "./database.ts";
import { services } from "./tables/watched.ts";
import { incidentPostmortems, incidents, incidentServices, incidentUpdates } from "./tables/words.ts";

/** Open ones and those that lasted until `from` or later, newest first: all, or those that name one of these services. */
export function listIncidentsSince(
  db: Database,
  from: Instant,
  serviceSlugs?: readonly string[],
): Promise<Incident[]> {
  const lasted = or(isNull(incidents.resolvedAt), gte(incidents.resolvedAt, from));
  const names =
    serviceSlugs &&
    sql`exists (
      select 1 from ${incidentServices} join ${services} on ${services.id} = ${incidentServices.serviceId}
      where ${incidentServices.incidentId} = ${incidents.id} and ${isNamed(services.slug, serviceSlugs)})`;
  return listIncidentsWhere(db, standing(and(lasted, names)));
}

/** Those that lasted for some of the interval, newest first. */
export function listIncidentsIn(db: Database, interval: Interval): Promise<Incident[]> {
  const lasted = and(
    lt(incidents.startedAt, interval.end),
    or(isNull(incidents.resolvedAt), gte(incidents.resolvedAt, interval.start)),
  );
  return listIncidentsWhere(db, standing(lasted));
}

/** Those that began inside the interval, newest first. */
export function listIncidentsBegunIn(db: Database, interval: Interval): Promise<Incident[]> {
  const begun = and(gte(incidents.startedAt, interval.start), lt(incidents.startedAt, interval.end));
  return listIncidentsWhere(db, standing(begun));
}

/** Newest first, `limit` of them, from before `before` in that order (null: from the newest). */
export function listIncidentsBefore(
  db: Database,
  before: { startedAt: Instant; reference: string } | null,
  limit: number,
): Promise<Incident[]> {
  const earlier =
    before === null
      ? undefined
      : sql`(${incidents.startedAt}, ${incidents.reference}) < (${before.startedAt}, ${before.reference})`;
  return listIncidentsWhere(db, standing(earlier), { limit });
}

/** The incident with this reference; one that became part of another, too. */
export async function getIncident(db: Database, reference: string): Promise<Incident> {
  const [incident] = await listIncidentsWhere(db, eq(incidents.reference, reference));
  return incident ?? noIncident(reference);
}

/** The same for every reference that leads to no incident, and for one that is not shown. @throws NotFound incident_not_found */
export function noIncident(reference: string): never {
  throw new NotFound("incident_not_found", `There is no incident ${reference}.`);
}

/** The same of several, kept from everybody else's changes until the transaction ends; in the order in which they are named. */
export async function lockIncidents(tx: Database, references: readonly string[]): Promise<Incident[]> {
  await tx
    .select({ id: incidents.id })
    .from(incidents)
    .where(inArray(incidents.reference, [...references]))
    // Always in the same order, so that two who lock the same ones do not wait for each other.
    .orderBy(asc(incidents.id))
    .for("update");
  return Promise.all(references.map((reference) => getIncident(tx, reference)));
}

/** What is looked for among all incidents that stand by themselves; absent: whatever it is. */
export interface IncidentSearch {
  state?: "open" | "resolved";
  priority?: string;
  /** Stands in its reference, its title in any language, or the name of a service that it names. */
  text?: string;
  /** Half-open: when it began. */
  begun?: Interval;
}

/** A page of those that are looked for, newest first, and how many there are. */
export async function findIncidents(
  db: Database,
  search: IncidentSearch,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ found: Incident[]; total: number }> {
  const where = standing(searched(search));
  const [{ total }] = (await db
    .select({ total: sql<number>`count(*)::int` })
    .from(incidents)
    .where(where)) as [{ total: number }];
  return { found: await listIncidentsWhere(db, where, { limit, offset }), total };
}

function searched({ state, priority, text, begun }: IncidentSearch): SQL | undefined {
  const has = holding(text ?? "");
  const namesService = sql`${incidents.id} in (
    select ${incidentServices.incidentId} from ${incidentServices}
    where ${incidentServices.serviceId} in (
      select ${services.id} from ${services} where ${services.slug} ilike ${has} or ${services.title} ilike ${has}))`;
  return and(
    state === undefined
      ? undefined
      : state === "open"
        ? isNull(incidents.resolvedAt)
        : isNotNull(incidents.resolvedAt),
    priority === undefined ? undefined : eq(incidents.priority, priority),
    begun === undefined
      ? undefined
      : and(gte(incidents.startedAt, begun.start), lt(incidents.startedAt, begun.end)),
    text === undefined
      ? undefined
      : or(
          ilike(incidents.title, has),
          ilike(incidents.reference, has),
          sql`${incidents.titles}::text ilike ${has}`,
          namesService,
        ),
  );
}

/** Stores a new incident, and puts down what it tells. */
export async function insertIncident(tx: Database, incident: Incident): Promise<void> {
  const { reference, declaredAt } = incident;
  const [row] = await tx
    .insert(incidents)
    .values({ reference, declaredAt, ...columnsOf(incident) })
    .returning({ id: incidents.id });
  await tx.insert(incidentUpdates).values(incident.updates.map((update) => updateRow(row!.id, update)));
  await putImpacts(tx, row!.id, incident.impacts);
  await putAnnouncements(tx, announcementsOfIncident(null, incident));
}

/**
 * Stores what `after` says otherwise than `before`, and puts down what that tells. Updates are added or get other words, none is taken away; those of its parts stay
 * where they were said.
 */
export async function saveIncident(tx: Database, before: Incident, after: Incident): Promise<void> {
  const [row] = await tx
    .update(incidents)
    .set({
      ...columnsOf(after),
      mergedIntoId:
        after.mergedInto === null
          ? null
          : sql`(select id from incidents where reference = ${after.mergedInto})`,
    })
    .where(eq(incidents.reference, after.reference))
    .returning({ id: incidents.id });
  await saveUpdates(tx, row!.id, before, after);
  if (JSON.stringify(after.impacts) !== JSON.stringify(before.impacts)) {
    await tx.delete(incidentServices).where(eq(incidentServices.incidentId, row!.id));
    await putImpacts(tx, row!.id, after.impacts);
  }
  if (after.postmortem !== null && after.postmortem !== before.postmortem) {
    const postmortem = { ...after.postmortem, translations: { ...after.postmortem.translations } };
    await tx
      .insert(incidentPostmortems)
      .values({ incidentId: row!.id, ...postmortem })
      .onConflictDoUpdate({ target: incidentPostmortems.incidentId, set: postmortem });
  }
  await putAnnouncements(tx, announcementsOfIncident(before, after));
}

/** Lets what became part of an incident become part of the one that it has become part of itself. */
export async function movePartsOf(tx: Database, reference: string, mergedAt: Instant): Promise<void> {
  const [part] = await tx
    .update(incidents)
    .set({ mergedAt })
    .where(eq(incidents.reference, reference))
    .returning({ id: incidents.id, mergedIntoId: incidents.mergedIntoId });
  await tx
    .update(incidents)
    .set({ mergedIntoId: part!.mergedIntoId })
    .where(eq(incidents.mergedIntoId, part!.id));
}

function columnsOf({ title, language, titles, priority, startedAt, resolvedAt, version }: Incident) {
  return { title, language, titles: { ...titles }, priority, startedAt, resolvedAt, version };
}

function updateRow(incidentId: number, { from: _, translations, ...update }: IncidentUpdate) {
  return { incidentId, ...update, translations: { ...translations } };
}

async function saveUpdates(
  tx: Database,
  incidentId: number,
  before: Incident,
  after: Incident,
): Promise<void> {
  const [known, said] = [ownUpdates(before), ownUpdates(after)];
  const added = said.slice(known.length);
  if (added.length > 0) {
    await tx.insert(incidentUpdates).values(added.map((update) => updateRow(incidentId, update)));
  }
  for (const [i, update] of known.entries()) {
    const { message, translations, editedAt } = said[i]!;
    if (said[i] !== update) {
      // An instant names one: updates of an incident never share theirs.
      await tx
        .update(incidentUpdates)
        .set({ message, translations: { ...translations }, editedAt })
        .where(and(eq(incidentUpdates.incidentId, incidentId), eq(incidentUpdates.at, update.at)));
    }
  }
}

async function putImpacts(
  tx: Database,
  incidentId: number,
  impacts: readonly ServiceImpact[],
): Promise<void> {
  if (impacts.length === 0) {
    return;
  }
  const ids = await listServiceIds(tx, [...new Set(impacts.map(({ serviceSlug }) => serviceSlug))]);
  const rows = impacts.map(({ serviceSlug, start, end, impact }) => {
    return { incidentId, serviceId: ids.get(serviceSlug)!, start, end, impact };
  });
  await tx.insert(incidentServices).values(rows);
}

function standing(where: SQL | undefined): SQL | undefined {
  return and(isNull(incidents.mergedIntoId), where);
}

async function listIncidentsWhere(
  db: Database,
  where: SQL | undefined,
  page?: { limit: number; offset?: number },
): Promise<Incident[]> {
  const query = db
    .select()
    .from(incidents)
    .where(where)
    .orderBy(desc(incidents.startedAt), desc(incidents.reference));
  const rows = page === undefined ? await query : await query.limit(page.limit).offset(page.offset ?? 0);
  if (rows.length === 0) {
    return [];
  }
  const numbers = rows.map(({ id }) => id);
  const parts = await db
    .select()
    .from(incidents)
    .where(isAmong(incidents.mergedIntoId, numbers))
    .orderBy(asc(incidents.mergedAt), asc(incidents.reference));
  const wholes = rows.flatMap(({ mergedIntoId }) => mergedIntoId ?? []);
  const wholeOf = new Map(
    wholes.length === 0
      ? []
      : (
          await db
            .select({ id: incidents.id, reference: incidents.reference })
            .from(incidents)
            .where(isAmong(incidents.id, wholes))
        ).map(({ id, reference }) => [id, reference]),
  );
  const said = await listUpdates(db, [...numbers, ...parts.map(({ id }) => id)]);
  const impacts = await listImpacts(db, numbers);
  const postmortems = new Map(
    (await db.select().from(incidentPostmortems).where(isAmong(incidentPostmortems.incidentId, numbers))).map(
      ({ incidentId, ...postmortem }) => [incidentId, postmortem],
    ),
  );
  const partsOf = Map.groupBy(parts, ({ mergedIntoId }) => mergedIntoId!);
  return rows.map(({ id, mergedIntoId, mergedAt: _, ...incident }) => {
    const own = said.get(id) ?? [];
    const its = partsOf.get(id) ?? [];
    const theirs = its.flatMap((part) =>
      (said.get(part.id) ?? []).map((update) => ({ ...update, from: part.reference })),
    );
    return {
      ...incident,
      state: own.at(-1)!.state,
      updates: theirs.length === 0 ? own : inOrder([...own, ...theirs]),
      impacts: impacts.get(id) ?? [],
      parts: its.map(({ reference, title, mergedAt }) => ({ reference, title, mergedAt: mergedAt! })),
      mergedInto: mergedIntoId === null ? null : wholeOf.get(mergedIntoId)!,
      postmortem: postmortems.get(id) ?? null,
    };
  });
}

async function listUpdates(
  db: Database,
  incidentIds: readonly number[],
): Promise<Map<number, IncidentUpdate[]>> {
  const rows = await db
    .select()
    .from(incidentUpdates)
    .where(isAmong(incidentUpdates.incidentId, incidentIds))
    .orderBy(asc(incidentUpdates.at), asc(incidentUpdates.id));
  return groupedBy(rows, ({ id: _, incidentId: __, ...update }) => ({ ...update, from: null }));
}

async function listImpacts(
  db: Database,
  incidentIds: readonly number[],
): Promise<Map<number, ServiceImpact[]>> {
  const rows = await db
    .select({
      incidentId: incidentServices.incidentId,
      serviceSlug: services.slug,
      impact: incidentServices.impact,
      start: incidentServices.start,
      end: incidentServices.end,
    })
    .from(incidentServices)
    .innerJoin(services, eq(services.id, incidentServices.serviceId))
    .where(isAmong(incidentServices.incidentId, incidentIds))
    .orderBy(asc(incidentServices.start), asc(services.position), asc(services.id));
  return groupedBy(rows, ({ incidentId: _, ...impact }) => impact);
}

function groupedBy<Row extends { incidentId: number }, Value>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value,
): Map<number, Value[]> {
  const grouped = new Map<number, Value[]>();
  for (const row of rows) {
    const values = grouped.get(row.incidentId);
    if (values === undefined) {
      grouped.set(row.incidentId, [valueOf(row)]);
    } else {
      values.push(valueOf(row));
    }
  }
  return grouped;
}
