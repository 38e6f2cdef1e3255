/**
 * The configured platform as it stands: settings, locations, groups, services and checks, the archived ones too; and the writes
 * that bring it to a new definition.
 */
import { and, eq, max, sql } from "drizzle-orm";
import type { WatchedCheck } from "../domain/monitoring/check.ts";
import type {
  CheckDefinition,
  LocationDefinition,
  PlatformSettings,
  ServiceGroupDefinition,
} from "../domain/status/platform.ts";
import type { ListedDefinition, Maker, StandingPlatform } from "../domain/status/platform-plan.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { checkRevisions, checks, locations, platforms, serviceGroups, services } from "./schema.ts";
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
      (await db.select().from(locations)).map(({ slug, title, managedBy, archivedAt }) => [
        slug,
        { wanted: { slug, title }, managedBy, archived: archivedAt !== null },
      ]),
    ),
    groups: new Map(
      groups.map(({ slug, title, description, position, managedBy, archivedAt }) => [
        slug,
        { wanted: { slug, title, description, position }, managedBy, archived: archivedAt !== null },
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
          },
          managedBy: row.managedBy,
          archived: row.archivedAt !== null,
        },
      ]),
    ),
    checks: new Map((await listWatchedChecks(db)).map((check) => standingCheck(check, makers))),
  };
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

/** Whether any platform is configured at all. */
export async function hasPlatform(db: Database): Promise<boolean> {
  return (await db.select({ id: platforms.id }).from(platforms)).length > 0;
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
  { slug, title }: LocationDefinition,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  await tx
    .insert(locations)
    .values({ slug, title, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: locations.slug, set: { title, managedBy, archivedAt: null } });
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
        managedBy,
        archivedAt: null,
      },
    });
}

export async function putService(
  tx: Database,
  { group, ...service }: ListedDefinition,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  const groupId =
    group === null
      ? null
      : sql`(select ${serviceGroups.id} from ${serviceGroups} where ${serviceGroups.slug} = ${group})`;
  const { slug: _, ...described } = service;
  await tx
    .insert(services)
    .values({ ...service, groupId: groupId as never, managedBy, createdAt: now })
    .onConflictDoUpdate({
      target: services.slug,
      set: { ...described, groupId: groupId as never, managedBy, archivedAt: null },
    });
}

/** Puts a check, and its definition as a revision in force from now on: the last one, also where a clock was set back. */
export async function putCheck(
  tx: Database,
  key: string,
  definition: CheckDefinition,
  managedBy: Maker,
  now: Instant,
): Promise<void> {
  const [serviceSlug, slug] = key.split("/") as [string, string];
  const [service] = await tx.select({ id: services.id }).from(services).where(eq(services.slug, serviceSlug));
  const [check] = await tx
    .insert(checks)
    .values({ serviceId: service!.id, slug, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: [checks.serviceId, checks.slug], set: { managedBy, archivedAt: null } })
    .returning({ id: checks.id });
  const [last] = await tx
    .select({ effectiveAt: max(checkRevisions.effectiveAt) })
    .from(checkRevisions)
    .where(eq(checkRevisions.checkId, check!.id));
  const effectiveAt = Math.max(now, (last?.effectiveAt ?? -Infinity) + 1);
  await tx.insert(checkRevisions).values({ checkId: check!.id, effectiveAt, definition });
}

/** Archives a thing: it is not asked and not shown any more, and its history stays. */
export async function archive(
  tx: Database,
  noun: "location" | "group" | "service" | "check",
  slug: string,
  now: Instant,
): Promise<void> {
  if (noun === "check") {
    const [serviceSlug, checkSlug] = slug.split("/") as [string, string];
    const service = tx.select({ id: services.id }).from(services).where(eq(services.slug, serviceSlug));
    await tx
      .update(checks)
      .set({ archivedAt: now })
      .where(and(eq(checks.slug, checkSlug), sql`${checks.serviceId} = (${service})`));
    return;
  }
  const table = { location: locations, group: serviceGroups, service: services }[noun];
  await tx.update(table).set({ archivedAt: now }).where(eq(table.slug, slug));
}
