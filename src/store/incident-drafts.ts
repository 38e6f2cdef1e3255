/** Drafts of incidents (domain/status/incident-draft.ts): they stand apart from incidents, so that nothing public can ever read one. */
import { and, asc, eq, inArray, isNotNull, isNull, max } from "drizzle-orm";
import { Conflict, NotFound } from "../domain/errors.ts";
import type { DownService, IncidentDraft } from "../domain/status/incident-draft.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import type { Database } from "./database.ts";
import { services } from "./tables/watched.ts";
import { incidentDrafts, incidentDraftServices, incidents } from "./tables/words.ts";

/** Those that wait, the oldest first. */
export async function listWaitingDrafts(db: Database): Promise<IncidentDraft[]> {
  return listDraftsWhere(db, isNull(incidentDrafts.settledAt));
}

/**
 * A draft that waits, kept from everybody else until the transaction ends.
 *
 * @throws NotFound draft_not_found
 * @throws Conflict draft_settled
 */
export async function lockDraft(tx: Database, id: number): Promise<IncidentDraft> {
  const [row] = await tx
    .select({ settledAt: incidentDrafts.settledAt })
    .from(incidentDrafts)
    .where(eq(incidentDrafts.id, id))
    .for("update");
  if (row === undefined) {
    throw new NotFound("draft_not_found", `There is no draft ${id}.`);
  }
  if (row.settledAt !== null) {
    throw new Conflict("draft_settled", "This draft was published or dismissed meanwhile.");
  }
  return (await listDraftsWhere(tx, eq(incidentDrafts.id, id)))[0]!;
}

/** When a draft that named one of these services was last settled. */
export async function lastSettled(db: Database, slugs: readonly string[]): Promise<Map<string, Instant>> {
  if (slugs.length === 0) {
    return new Map();
  }
  const rows = await db
    .select({ slug: services.slug, at: max(incidentDrafts.settledAt) })
    .from(incidentDraftServices)
    .innerJoin(incidentDrafts, eq(incidentDrafts.id, incidentDraftServices.draftId))
    .innerJoin(services, eq(services.id, incidentDraftServices.serviceId))
    .where(and(inArray(services.slug, [...slugs]), isNotNull(incidentDrafts.settledAt)))
    .groupBy(services.slug);
  return new Map(rows.map(({ slug, at }) => [slug, at!]));
}

/** Puts a draft down; gives its number. */
export async function insertDraft(
  tx: Database,
  down: readonly DownService[],
  draftedAt: Instant,
): Promise<number> {
  const [row] = await tx.insert(incidentDrafts).values({ draftedAt }).returning({ id: incidentDrafts.id });
  await addDraftServices(tx, row!.id, down);
  return row!.id;
}

/** Services that went down become part of a draft, which is not over then. */
export async function addDraftServices(
  tx: Database,
  draftId: number,
  down: readonly DownService[],
): Promise<void> {
  const ids = await listServiceIds(
    tx,
    down.map(({ serviceSlug }) => serviceSlug),
  );
  const rows = down.flatMap(({ serviceSlug, since }) => {
    const serviceId = ids.get(serviceSlug);
    return serviceId === undefined ? [] : [{ draftId, serviceId, start: since, end: null }];
  });
  if (rows.length > 0) {
    await tx
      .insert(incidentDraftServices)
      .values(rows)
      .onConflictDoUpdate({
        target: [incidentDraftServices.draftId, incidentDraftServices.serviceId, incidentDraftServices.start],
        set: { end: null },
      });
    await tx.update(incidentDrafts).set({ overAt: null }).where(eq(incidentDrafts.id, draftId));
  }
}

/** A service of a draft is up again; with the last of them the draft is over. */
export async function endDraftService(
  tx: Database,
  { id, serviceSlug, start, end }: { id: number; serviceSlug: string; start: Instant; end: Instant },
): Promise<void> {
  const serviceId = (await listServiceIds(tx, [serviceSlug])).get(serviceSlug)!;
  const { draftId, start: from, end: until } = incidentDraftServices;
  await tx
    .update(incidentDraftServices)
    .set({ end })
    .where(and(eq(draftId, id), eq(incidentDraftServices.serviceId, serviceId), eq(from, start)));
  const lasting = await tx
    .select({ start: from })
    .from(incidentDraftServices)
    .where(and(eq(draftId, id), isNull(until)))
    .limit(1);
  if (lasting.length === 0) {
    await tx.update(incidentDrafts).set({ overAt: end }).where(eq(incidentDrafts.id, id));
  }
}

/** A draft waits no more. @param reference of the incident that it became, or that speaks of it; null: none does */
export async function settleDraft(
  tx: Database,
  id: number,
  { reference, by, at }: { reference: string | null; by: string; at: Instant },
): Promise<void> {
  const [incident] =
    reference === null
      ? []
      : await tx.select({ id: incidents.id }).from(incidents).where(eq(incidents.reference, reference));
  await tx
    .update(incidentDrafts)
    .set({ settledAt: at, settledBy: by, incidentId: incident?.id ?? null })
    .where(eq(incidentDrafts.id, id));
}

async function listDraftsWhere(db: Database, where: ReturnType<typeof eq>): Promise<IncidentDraft[]> {
  const rows = await db
    .select({
      id: incidentDrafts.id,
      draftedAt: incidentDrafts.draftedAt,
      overAt: incidentDrafts.overAt,
      serviceSlug: services.slug,
      start: incidentDraftServices.start,
      end: incidentDraftServices.end,
    })
    .from(incidentDrafts)
    .innerJoin(incidentDraftServices, eq(incidentDraftServices.draftId, incidentDrafts.id))
    .innerJoin(services, eq(services.id, incidentDraftServices.serviceId))
    .where(where)
    .orderBy(asc(incidentDrafts.id), asc(incidentDraftServices.start), asc(services.position));
  const drafts = new Map<number, IncidentDraft>();
  for (const { id, draftedAt, overAt, ...service } of rows) {
    const draft = drafts.get(id) ?? { id, draftedAt, overAt, services: [] };
    draft.services.push(service);
    drafts.set(id, draft);
  }
  return [...drafts.values()];
}
