/**
 * Maintenance windows with their services and updates. Lists take three queries however long they are.
 */
import { and, asc, count, desc, eq, gt, gte, inArray, lte, or, type SQL, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import { announcementsOfWindow } from "../domain/status/announcement.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import { putAnnouncements } from "./announcements.ts";
import { type Database, isAmong, isNamed } from "./database.ts";
import { services } from "./tables/watched.ts";
import {
  maintenanceSeries,
  maintenanceServices,
  maintenanceUpdates,
  maintenanceWindows,
} from "./tables/words.ts";

const windows = maintenanceWindows;
const notOver = ["scheduled", "in_progress", "verifying"] as const;
const underWay = ["in_progress", "verifying"] as const;

/**
 * Coming and running ones and those that ended, as planned or in fact, at `from` or later, in order of planned start: all, or those of one
 * of these services.
 */
export function listWindowsSince(
  db: Database,
  from: Instant,
  serviceSlugs?: readonly string[],
): Promise<MaintenanceWindow[]> {
  const lasted = or(
    inArray(windows.state, [...notOver]),
    gte(windows.plannedEnd, from),
    gte(windows.actualEnd, from),
  );
  const names =
    serviceSlugs &&
    sql`exists (
      select 1 from ${maintenanceServices} join ${services} on ${services.id} = ${maintenanceServices.serviceId}
      where ${maintenanceServices.windowId} = ${windows.id} and ${isNamed(services.slug, serviceSlugs)})`;
  return listWindowsWhere(db, and(lasted, names));
}

/** Those whose planned time shares time with the interval, in order of planned start. */
export function listWindowsPlannedIn(db: Database, interval: Interval): Promise<MaintenanceWindow[]> {
  return listWindowsWhere(
    db,
    and(sql`${windows.plannedStart} < ${interval.end}`, gt(windows.plannedEnd, interval.start)),
  );
}

/** Those that were planned for some of the interval or worked in it, in order of planned start. */
export function listWindowsIn(db: Database, interval: Interval): Promise<MaintenanceWindow[]> {
  const begins = sql`coalesce(${windows.actualStart}, ${windows.plannedStart})`;
  const ends = sql`coalesce(${windows.actualEnd}, ${windows.plannedEnd})`;
  return listWindowsWhere(db, and(sql`${begins} < ${interval.end}`, sql`${ends} > ${interval.start}`));
}

/** Those for which the clock may have something to do at `now`: due to begin, or due to end. */
export function listDueWindows(db: Database, now: Instant): Promise<MaintenanceWindow[]> {
  return listWindowsWhere(
    db,
    or(
      and(eq(windows.state, "scheduled"), lte(windows.plannedStart, now)),
      and(inArray(windows.state, [...underWay]), lte(windows.plannedEnd, now)),
    ),
  );
}

/** Those that are planned to begin within the interval, and have not begun. */
export function listWindowsToBegin(db: Database, { start, end }: Interval): Promise<MaintenanceWindow[]> {
  return listWindowsWhere(
    db,
    and(eq(windows.state, "scheduled"), gt(windows.plannedStart, start), lte(windows.plannedStart, end)),
  );
}

/** Windows of a series, in order of planned start. */
export function listWindowsOfSeries(db: Database, reference: string): Promise<MaintenanceWindow[]> {
  return listWindowsWhere(db, eq(maintenanceSeries.reference, reference));
}

/** A page of those that are over, newest first, and how many there are. */
export async function listWindowsOver(
  db: Database,
  page: { offset: number; limit: number },
): Promise<{ windows: MaintenanceWindow[]; total: number }> {
  const isOver = inArray(windows.state, ["completed", "cancelled"]);
  const [counted] = await db.select({ total: count() }).from(windows).where(isOver);
  const rows = await db
    .select({ id: windows.id })
    .from(windows)
    .where(isOver)
    .orderBy(desc(windows.plannedStart), desc(windows.id))
    .limit(page.limit)
    .offset(page.offset);
  const numbers = rows.map(({ id }) => id);
  const found = numbers.length === 0 ? [] : await listWindowsWhere(db, isAmong(windows.id, numbers));
  return { windows: found.reverse(), total: counted!.total };
}

/** The window with this reference. */
export async function getWindow(db: Database, reference: string): Promise<MaintenanceWindow> {
  const [window] = await listWindowsWhere(db, eq(windows.reference, reference));
  return window ?? noWindow(reference);
}

/** The same for every reference that leads to no window, and for one that is not shown. @throws NotFound maintenance_not_found */
export function noWindow(reference: string): never {
  throw new NotFound("maintenance_not_found", `There is no maintenance window ${reference}.`);
}

/** The same, kept from everybody else's changes until the transaction ends. */
export async function lockWindow(tx: Database, reference: string): Promise<MaintenanceWindow> {
  await tx.select({ id: windows.id }).from(windows).where(eq(windows.reference, reference)).for("update");
  return getWindow(tx, reference);
}

/** Stores a new window, and puts down what it tells. */
export async function insertWindow(tx: Database, window: MaintenanceWindow): Promise<void> {
  const { serviceSlugs, updates, series, ...row } = window;
  const place = series && {
    seriesId: await getSeriesId(tx, series.reference),
    occurrence: series.occurrence,
  };
  const [inserted] = await tx
    .insert(windows)
    .values({ ...row, ...place })
    .returning({ id: windows.id });
  const windowId = inserted!.id;
  await tx.insert(maintenanceUpdates).values(updates.map((update) => ({ windowId, ...update })));
  await addServices(tx, windowId, serviceSlugs);
  await putAnnouncements(tx, announcementsOfWindow(null, window));
}

/** Stores what changed between `before` and `after`, and puts down what that tells; updates are only added. */
export async function saveWindow(
  tx: Database,
  before: MaintenanceWindow,
  after: MaintenanceWindow,
): Promise<void> {
  const { serviceSlugs, updates, reference, series, ...row } = after;
  const [changed] = await tx
    .update(windows)
    .set({ ...row, occurrence: series?.occurrence ?? null })
    .where(eq(windows.reference, reference))
    .returning({ id: windows.id });
  const windowId = changed!.id;
  const added = updates.slice(before.updates.length);
  if (added.length > 0) {
    await tx.insert(maintenanceUpdates).values(added.map((update) => ({ windowId, ...update })));
  }
  await addServices(tx, windowId, serviceSlugs, before.serviceSlugs);
  const gone = before.serviceSlugs.filter((slug) => !serviceSlugs.includes(slug));
  if (gone.length > 0) {
    const named = tx.select({ id: services.id }).from(services).where(inArray(services.slug, gone));
    await tx
      .delete(maintenanceServices)
      .where(and(eq(maintenanceServices.windowId, windowId), inArray(maintenanceServices.serviceId, named)));
  }
  await putAnnouncements(tx, announcementsOfWindow(before, after));
}

/** The number of a series that stands. */
async function getSeriesId(tx: Database, reference: string): Promise<number> {
  const [row] = await tx
    .select({ id: maintenanceSeries.id })
    .from(maintenanceSeries)
    .where(eq(maintenanceSeries.reference, reference));
  return row!.id;
}

async function addServices(
  tx: Database,
  windowId: number,
  slugs: readonly string[],
  known: readonly string[] = [],
): Promise<void> {
  const added = slugs.filter((slug) => !known.includes(slug));
  const ids = await listServiceIds(tx, added);
  if (ids.size > 0) {
    await tx
      .insert(maintenanceServices)
      .values([...ids.values()].map((serviceId) => ({ windowId, serviceId })));
  }
}

async function listWindowsWhere(db: Database, where: SQL | undefined): Promise<MaintenanceWindow[]> {
  const rows = await db
    .select({ window: windows, series: maintenanceSeries.reference })
    .from(windows)
    .leftJoin(maintenanceSeries, eq(maintenanceSeries.id, windows.seriesId))
    .where(where)
    .orderBy(asc(windows.plannedStart), asc(windows.id));
  if (rows.length === 0) {
    return [];
  }
  const numbers = rows.map(({ window }) => window.id);
  const updates = Map.groupBy(
    await db
      .select()
      .from(maintenanceUpdates)
      .where(isAmong(maintenanceUpdates.windowId, numbers))
      .orderBy(asc(maintenanceUpdates.at), asc(maintenanceUpdates.id)),
    ({ windowId }) => windowId,
  );
  const named = Map.groupBy(
    await db
      .select({ windowId: maintenanceServices.windowId, slug: services.slug })
      .from(maintenanceServices)
      .innerJoin(services, eq(services.id, maintenanceServices.serviceId))
      .where(isAmong(maintenanceServices.windowId, numbers))
      .orderBy(asc(services.position), asc(services.id)),
    ({ windowId }) => windowId,
  );
  return rows.map(({ window: { id, seriesId: _, occurrence, ...window }, series }) => ({
    ...window,
    series: series === null || occurrence === null ? null : { reference: series, occurrence },
    serviceSlugs: (named.get(id) ?? []).map(({ slug }) => slug),
    updates: (updates.get(id) ?? []).map(({ state, message, at, author }) => ({
      state,
      message,
      at,
      author,
    })),
  }));
}
