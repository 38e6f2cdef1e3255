/** Reads what people made, for the board: the platform as configured, incidents and maintenance windows of its horizon. */
import { asc, eq, isNull, sql } from "drizzle-orm";
import { brandDigests } from "../domain/status/brand.ts";
import { NotFound } from "../domain/errors.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import { plannedIn, stretchesOf } from "../domain/status/series-stretch.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listBrandFiles } from "../store/brand-files.ts";
import type { Database } from "../store/database.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listSeries } from "../store/maintenance-series.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";
import { listApprovedCorrections } from "../store/proposals.ts";
import { platforms, serviceGroups, services } from "../store/tables/watched.ts";
import type { BoardWords } from "./live-board.ts";

/**
 * The platform as configured.
 *
 * @throws NotFound no_platform where nothing was ever configured
 */
export async function readSettings(db: Database): Promise<PlatformSettings> {
  return (await readPlatform(db)).settings;
}

/** The platform as configured; undefined where nothing was ever configured. */
export async function findSettings(db: Database): Promise<PlatformSettings | undefined> {
  return (await findPlatform(db))?.settings;
}

async function findPlatform(db: Database): Promise<typeof platforms.$inferSelect | undefined> {
  const [platform] = await db.select().from(platforms);
  return platform;
}

async function readPlatform(db: Database): Promise<typeof platforms.$inferSelect> {
  const platform = await findPlatform(db);
  if (platform === undefined) {
    throw new NotFound("no_platform", "no platform is configured in this database");
  }
  return platform;
}

/** What is planned no sooner after the horizon is told when it comes nearer; one that is over is told as long as its last window. */
const toldAheadMs = 4 * 366 * 86_400_000;

/**
 * @param since incidents and windows that ended before are left out
 * @throws NotFound no_platform where nothing was ever configured
 */
export async function readBoardWords(db: Database, since: Instant): Promise<BoardWords> {
  const { settings, createdAt: platformSince } = await readPlatform(db);
  const groups = await db
    .select({
      slug: serviceGroups.slug,
      title: serviceGroups.title,
      description: serviceGroups.description,
      isPrivate: serviceGroups.isPrivate,
    })
    .from(serviceGroups)
    .where(isNull(serviceGroups.archivedAt))
    .orderBy(asc(serviceGroups.position), asc(serviceGroups.id));
  const listed = await db
    .select({
      slug: services.slug,
      title: services.title,
      description: services.description,
      groupSlug: serviceGroups.slug,
      isPrivate: sql<boolean>`${services.isPrivate} or coalesce(${serviceGroups.isPrivate}, false)`,
      createdAt: services.createdAt,
      archivedAt: services.archivedAt,
    })
    .from(services)
    .leftJoin(serviceGroups, eq(serviceGroups.id, services.groupId))
    .orderBy(asc(services.position), asc(services.id));
  return {
    ...{ settings, platformSince },
    brandFiles: await listBrandFiles(db, brandDigests(settings.brand ?? {})),
    groups,
    services: listed.filter(({ archivedAt }) => archivedAt === null),
    pastServices: listed
      .filter(({ archivedAt }) => archivedAt !== null)
      .map(({ slug, groupSlug, isPrivate }) => ({ slug, groupSlug, isPrivate })),
    since,
    incidents: await listIncidentsSince(db, since),
    windows: await listWindowsSince(db, since),
    repeating: (await listSeries(db))
      .flatMap(stretchesOf)
      .filter((stretch) => plannedIn(stretch, { start: since, end: since + toldAheadMs }).length > 0),
    corrections: await listApprovedCorrections(db, 0),
  };
}
