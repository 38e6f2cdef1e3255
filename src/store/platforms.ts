/**
 * The configured platform as it stands: settings, locations, groups, services and checks, the archived ones too; and the writes
 * that bring it to a new definition.
 */
import { and, eq, inArray, isNotNull, isNull, max, or, sql } from "drizzle-orm";
import type { WatchedCheck } from "../domain/monitoring/check.ts";
import type {
  LocationDefinition,
  PlatformSettings,
  ServiceCheckDefinition,
  ServiceDefinition,
  ServiceGroupDefinition,
} from "../domain/status/platform.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import type { ListedDefinition, StandingPlatform } from "../domain/status/platform-plan.ts";
import type { Maker } from "../domain/status/standing.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { checkRevisions, checks, locations, platforms, serviceGroups, services } from "./tables/watched.ts";
import { listWatchedChecks } from "./watched-checks.ts";

/** Everything that stands. */
export async function readPlatform(db: Database): Promise<StandingPlatform> {
  const [platform] = await db.select().from(platforms);
  const groups = await db.select().from(serviceGroups);
  const groupSlugs = new Map(groups.map((group) => [group.id, group.slug]));
  const makers = new Map(
    (await db.select({ id: checks.id, managedBy: checks.managedBy }).from(checks)).map((row) => [
      row.id,
      row.managedBy,
    ]),
  );
  return {
    settings: platform === undefined ? null : { wanted: platform.settings, managedBy: platform.managedBy },
    locations: new Map(
      (await db.select().from(locations)).map(({ slug, title, selfCheck, managedBy, archivedAt }) => [
        slug,
        {
          wanted: { slug, title, ...(selfCheck === null ? {} : { selfCheck }) },
          managedBy,
          archived: archivedAt !== null,
        },
      ]),
    ),
    groups: new Map(
      groups.map(({ slug, title, description, position, isPrivate, managedBy, archivedAt }) => [
        slug,
        {
          wanted: { slug, title, description, position, ...privacyOf(isPrivate) },
          managedBy,
          archived: archivedAt !== null,
        },
      ]),
    ),
    services: new Map(
      (await db.select().from(services)).map((row) => [
        row.slug,
        {
          wanted: {
            slug: row.slug,
            title: row.title,
            description: row.description,
            group: row.groupId === null ? null : (groupSlugs.get(row.groupId) ?? null),
            position: row.position,
            ...privacyOf(row.isPrivate),
          },
          managedBy: row.managedBy,
          archived: row.archivedAt !== null,
        },
      ]),
    ),
    checks: new Map((await listWatchedChecks(db)).map((check) => standingCheck(check, makers))),
  };
}

/** As definitions say it: what is not private says nothing. */
function privacyOf(isPrivate: boolean): { isPrivate?: true } {
  return isPrivate ? { isPrivate } : {};
}

function standingCheck(
  check: WatchedCheck,
  makers: ReadonlyMap<number, Maker>,
): [string, { wanted: CheckDefinition; managedBy: Maker; archived: boolean }] {
  return [
    `${check.serviceSlug}/${check.slug}`,
    {
      wanted: check.revisions.at(-1)!.definition,
      managedBy: makers.get(check.id)!,
      archived: check.archivedAt !== null,
    },
  ];
}

/** A service of which people may change something: as it is defined, who made it, and since when it is archived. */
export interface StandingService {
  id: number;
  definition: ServiceDefinition;
  position: number;
  managedBy: Maker;
  archivedAt: Instant | null;
  /** Checks that were archived before it was, or are while it stands. */
  archivedChecks: ServiceCheckDefinition[];
}

/** The service of this slug, archived ones too, without a look at any other. */
export async function findStandingService(db: Database, slug: string): Promise<StandingService | undefined> {
  const [row] = await db
    .select({ service: services, group: serviceGroups.slug })
    .from(services)
    .leftJoin(serviceGroups, eq(serviceGroups.id, services.groupId))
    .where(eq(services.slug, slug));
  if (row === undefined) {
    return undefined;
  }
  const { id, title, description, position, managedBy, archivedAt } = row.service;
  const ids = await db.select({ id: checks.id }).from(checks).where(eq(checks.serviceId, id));
  const watched =
    ids.length === 0
      ? []
      : await listWatchedChecks(
          db,
          ids.map((one) => one.id),
        );
  const isGone = (check: WatchedCheck) =>
    check.archivedAt !== null && (archivedAt === null || check.archivedAt < archivedAt);
  const defined = (check: WatchedCheck): ServiceCheckDefinition => ({
    slug: check.slug,
    ...check.revisions.at(-1)!.definition,
  });
  return {
    ...{ id, position, managedBy, archivedAt },
    definition: {
      ...{ slug, title, description, group: row.group, ...privacyOf(row.service.isPrivate) },
      checks: watched.filter((check) => !isGone(check)).map(defined),
    },
    archivedChecks: watched.filter(isGone).map(defined),
  };
}

/** Where on the page a service stands that is added behind all others. */
export async function nextServicePosition(db: Database): Promise<number> {
  const [last] = await db.select({ position: max(services.position) }).from(services);
  return (last?.position ?? -1) + 1;
}

/** Locations and groups that are not archived, in their order, and who depends on whom among the checks. */
export async function readServiceSurroundings(db: Database): Promise<{
  locations: LocationDefinition[];
  groups: ServiceGroupDefinition[];
  parents: Map<string, Map<string, string | undefined>>;
}> {
  const places = await db.select().from(locations).where(isNull(locations.archivedAt)).orderBy(locations.id);
  const groups = await db
    .select()
    .from(serviceGroups)
    .where(isNull(serviceGroups.archivedAt))
    .orderBy(serviceGroups.position);
  const rows = await queryRows<{ service: string; check: string; parent: string | null }>(
    db,
    sql`
      select services.slug as service, checks.slug as check, (
        select definition ->> 'parent' from check_revisions
        where check_id = checks.id order by effective_at desc limit 1
      ) as parent
      from checks join services on services.id = checks.service_id
      where checks.archived_at is null and services.archived_at is null`,
  );
  const parents = new Map<string, Map<string, string | undefined>>();
  for (const { service, check, parent } of rows) {
    const named = parents.get(service) ?? new Map<string, string | undefined>();
    parents.set(service, named.set(check, parent ?? undefined));
  }
  return {
    locations: places.map(({ slug, title }) => ({ slug, title })),
    groups: groups.map(({ slug, title, description }) => ({ slug, title, description })),
    parents,
  };
}

/** Services that people made, and those that are archived, in the order of the page: a few beside those of a file. */
export function listMadeServices(
  db: Database,
): Promise<{ slug: string; title: string; managedBy: Maker; archivedAt: Instant | null }[]> {
  const { slug, title, managedBy, archivedAt } = services;
  return db
    .select({ slug, title, managedBy, archivedAt })
    .from(services)
    .where(or(eq(services.managedBy, "people"), isNotNull(services.archivedAt)))
    .orderBy(services.position, services.id);
}

/** Takes a service and those of its checks that were archived with it up again. */
export async function restoreService(tx: Database, { id, archivedAt }: StandingService): Promise<void> {
  await tx
    .update(checks)
    .set({ archivedAt: null })
    .where(and(eq(checks.serviceId, id), eq(checks.archivedAt, archivedAt!)));
  await tx.update(services).set({ archivedAt: null }).where(eq(services.id, id));
}

/** Who configured the platform: `starter` only where no file ever added a service to it; undefined: nobody yet. */
export async function findPlatformMaker(db: Database): Promise<Maker | undefined> {
  const [platform] = await db.select({ managedBy: platforms.managedBy }).from(platforms);
  const ofFile = await db
    .select({ id: services.id })
    .from(services)
    .where(eq(services.managedBy, "file"))
    .limit(1);
  return platform?.managedBy === "starter" && ofFile.length > 0 ? "file" : platform?.managedBy;
}

export async function putSettings(
  tx: Database,
  settings: PlatformSettings,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  await tx
    .insert(platforms)
    .values({ id: 1, settings, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: platforms.id, set: { settings, managedBy } });
}

export async function putLocation(
  tx: Database,
  { slug, title, selfCheck: own }: LocationDefinition,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  const selfCheck = own ?? null;
  await tx
    .insert(locations)
    .values({ slug, title, selfCheck, managedBy, createdAt: now })
    .onConflictDoUpdate({
      target: locations.slug,
      set: { title, selfCheck, managedBy, archivedAt: null },
    });
}

export async function putServiceGroup(
  tx: Database,
  group: ServiceGroupDefinition & { position: number },
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  await tx
    .insert(serviceGroups)
    .values({ ...group, managedBy, createdAt: now })
    .onConflictDoUpdate({
      target: serviceGroups.slug,
      set: {
        title: group.title,
        description: group.description,
        position: group.position,
        isPrivate: group.isPrivate ?? false,
        managedBy,
        archivedAt: null,
      },
    });
}

/** Rows that one statement takes: far below the drivers' limit of parameters. */
const rowsAtOnce = 1_000;

/** Puts services; their groups stand already. */
export async function putServices(
  tx: Database,
  wanted: readonly ListedDefinition[],
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  const groups = await tx.select({ id: serviceGroups.id, slug: serviceGroups.slug }).from(serviceGroups);
  const groupIds = new Map(groups.map(({ id, slug }) => [slug, id]));
  for (const some of inPortions(wanted)) {
    const rows = some.map(({ group, ...service }) => ({
      ...service,
      groupId: group === null ? null : groupIds.get(group)!,
      managedBy,
      createdAt: now,
    }));
    await tx
      .insert(services)
      .values(rows)
      .onConflictDoUpdate({
        target: services.slug,
        set: {
          title: sql`excluded.title`,
          description: sql`excluded.description`,
          position: sql`excluded.position`,
          groupId: sql`excluded.group_id`,
          isPrivate: sql`excluded.is_private`,
          managedBy,
          archivedAt: null,
        },
      });
  }
}

/**
 * Puts checks, by `service/check`, and their definitions as revisions in force from now on: the last ones, also where a clock was set
 * back. Their services stand already.
 */
export async function putChecks(
  tx: Database,
  wanted: ReadonlyMap<string, CheckDefinition>,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  const standing = await tx.select({ id: services.id, slug: services.slug }).from(services);
  const serviceIds = new Map(standing.map(({ id, slug }) => [slug, id]));
  for (const some of inPortions([...wanted])) {
    const named = new Map(
      some.map(([key, definition]) => {
        const [serviceSlug, slug] = key.split("/") as [string, string];
        return [`${serviceIds.get(serviceSlug)!}/${slug}`, { slug, definition }];
      }),
    );
    const rows = [...named].map(([key, { slug }]) => ({
      serviceId: Number(key.split("/")[0]),
      slug,
      managedBy,
      createdAt: now,
    }));
    const put = await tx
      .insert(checks)
      .values(rows)
      .onConflictDoUpdate({ target: [checks.serviceId, checks.slug], set: { managedBy, archivedAt: null } })
      .returning({ id: checks.id, serviceId: checks.serviceId, slug: checks.slug });
    const lasts = await tx
      .select({ checkId: checkRevisions.checkId, effectiveAt: max(checkRevisions.effectiveAt) })
      .from(checkRevisions)
      .where(
        inArray(
          checkRevisions.checkId,
          put.map(({ id }) => id),
        ),
      )
      .groupBy(checkRevisions.checkId);
    const lastAt = new Map(lasts.map(({ checkId, effectiveAt }) => [checkId, effectiveAt]));
    await tx.insert(checkRevisions).values(
      put.map(({ id, serviceId, slug }) => ({
        checkId: id,
        effectiveAt: Math.max(now, (lastAt.get(id) ?? -Infinity) + 1),
        definition: named.get(`${serviceId}/${slug}`)!.definition,
      })),
    );
  }
}

/** Archives things, checks by `service/check`: they are not asked and not shown any more, and their history stays. */
export async function archive(
  tx: Database,
  noun: "location" | "group" | "service" | "check",
  slugs: readonly string[],
  now: Instant,
): Promise<void> {
  const table = { location: locations, group: serviceGroups, service: services, check: checks }[noun];
  const service = sql`(select ${services.slug} from ${services} where ${services.id} = ${checks.serviceId})`;
  const key = noun === "check" ? sql`${service} || '/' || ${checks.slug}` : sql`${table.slug}`;
  for (const some of inPortions(slugs)) {
    await tx.update(table).set({ archivedAt: now }).where(inArray(key, some));
  }
}

function inPortions<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / rowsAtOnce) }, (_, i) =>
    all.slice(i * rowsAtOnce, (i + 1) * rowsAtOnce),
  );
}
