/**
 * Incidents with their updates and impacts. Lists take three queries however long they are; changes only add.
 */
import { and, asc, desc, eq, gte, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import type { Database } from "./database.ts";
import { incidents, incidentServices, incidentUpdates, services } from "./schema.ts";

/** Open ones and those that lasted until `from` or later, newest first. */
export function listIncidentsSince(db: Database, from: Instant): Promise<Incident[]> {
  return listIncidentsWhere(db, or(isNull(incidents.resolvedAt), gte(incidents.resolvedAt, from)));
}

/** Those that began inside the interval, newest first. */
export function listIncidentsBegunIn(db: Database, interval: Interval): Promise<Incident[]> {
  return listIncidentsWhere(
    db,
    and(gte(incidents.startedAt, interval.start), lt(incidents.startedAt, interval.end)),
  );
}

/** Newest first, `limit` of them, from before `before` in that order (null: from the newest). */
export function listIncidentsBefore(
  db: Database,
  before: { startedAt: Instant; reference: string } | null,
  limit: number,
): Promise<Incident[]> {
  const where =
    before === null
      ? undefined
      : sql`(${incidents.startedAt}, ${incidents.reference}) < (${before.startedAt}, ${before.reference})`;
  return listIncidentsWhere(db, where, limit);
}

/** The incident with this reference. */
export async function getIncident(db: Database, reference: string): Promise<Incident> {
  const [incident] = await listIncidentsWhere(db, eq(incidents.reference, reference));
  if (incident === undefined) {
    throw new NotFound("incident_not_found", `There is no incident ${reference}.`);
  }
  return incident;
}

/** The same, kept from everybody else's changes until the transaction ends. */
export async function lockIncident(tx: Database, reference: string): Promise<Incident> {
  await tx
    .select({ id: incidents.id })
    .from(incidents)
    .where(eq(incidents.reference, reference))
    .for("update");
  return getIncident(tx, reference);
}

/** Stores a new incident. */
export async function insertIncident(tx: Database, incident: Incident): Promise<void> {
  const [row] = await tx
    .insert(incidents)
    .values({
      reference: incident.reference,
      title: incident.title,
      startedAt: incident.startedAt,
      declaredAt: incident.declaredAt,
      resolvedAt: incident.resolvedAt,
    })
    .returning({ id: incidents.id });
  await saveWords(tx, row!.id, incident, 0);
}

/** Stores what `after` says that `before` did not: updates are added, impacts ended or begun, nothing is taken away. */
export async function saveIncident(tx: Database, before: Incident, after: Incident): Promise<void> {
  const [row] = await tx
    .update(incidents)
    .set({ title: after.title, resolvedAt: after.resolvedAt })
    .where(eq(incidents.reference, after.reference))
    .returning({ id: incidents.id });
  await saveWords(tx, row!.id, after, before.updates.length);
}

async function saveWords(tx: Database, incidentId: number, incident: Incident, known: number): Promise<void> {
  const added = incident.updates.slice(known);
  await tx.insert(incidentUpdates).values(added.map((update) => ({ incidentId, ...update })));
  if (incident.impacts.length === 0) {
    return;
  }
  const ids = await listServiceIds(
    tx,
    incident.impacts.map(({ serviceSlug }) => serviceSlug),
  );
  await tx
    .insert(incidentServices)
    .values(
      incident.impacts.map(({ serviceSlug, start, end, impact }) => ({
        incidentId,
        serviceId: ids.get(serviceSlug)!,
        start,
        end,
        impact,
      })),
    )
    .onConflictDoUpdate({
      target: [incidentServices.incidentId, incidentServices.serviceId, incidentServices.start],
      set: { end: sql`excluded."end"` },
    });
}

async function listIncidentsWhere(db: Database, where: SQL | undefined, limit?: number): Promise<Incident[]> {
  const query = db
    .select()
    .from(incidents)
    .where(where)
    .orderBy(desc(incidents.startedAt), desc(incidents.reference));
  const rows = limit === undefined ? await query : await query.limit(limit);
  if (rows.length === 0) {
    return [];
  }
  const numbers = rows.map(({ id }) => id);
  const updates = Map.groupBy(
    await db
      .select()
      .from(incidentUpdates)
      .where(inArray(incidentUpdates.incidentId, numbers))
      .orderBy(asc(incidentUpdates.at), asc(incidentUpdates.id)),
    ({ incidentId }) => incidentId,
  );
  const impacts = Map.groupBy(
    await db
      .select({
        incidentId: incidentServices.incidentId,
        serviceSlug: services.slug,
        impact: incidentServices.impact,
        start: incidentServices.start,
        end: incidentServices.end,
      })
      .from(incidentServices)
      .innerJoin(services, eq(services.id, incidentServices.serviceId))
      .where(inArray(incidentServices.incidentId, numbers))
      .orderBy(asc(incidentServices.start), asc(services.position), asc(services.id)),
    ({ incidentId }) => incidentId,
  );
  return rows.map(({ id, ...incident }) => {
    const words = (updates.get(id) ?? []).map(({ state, message, at, author }) => ({
      state,
      message,
      at,
      author,
    }));
    return {
      ...incident,
      state: words.at(-1)!.state,
      updates: words,
      impacts: (impacts.get(id) ?? []).map(({ incidentId: _, ...impact }) => impact),
    };
  });
}
