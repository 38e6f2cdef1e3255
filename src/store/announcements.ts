/**
 * What was said in public and is to be told to those who subscribed: put down in the transaction in which it was said, so that whatever
 * happens to a server between, it is told, and once.
 */
import { asc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Announcement } from "../domain/status/announcement.ts";
import type { ShownPlace } from "../domain/status/page-scope.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { announcements, subscriptionNotices } from "./tables/subscriptions.ts";
import { serviceGroups, services } from "./tables/watched.ts";

/** One that is being put into messages, and up to which subscription it has been. */
export interface SpreadingAnnouncement extends Announcement {
  id: number;
  spreadTo: number;
}

/** Puts down what was said; what was put down before stays as it is. */
export async function putAnnouncements(tx: Database, said: readonly Announcement[]): Promise<void> {
  if (said.length > 0) {
    await tx
      .insert(announcements)
      .values([...said])
      .onConflictDoNothing({ target: announcements.key });
  }
}

/** The oldest that not everybody has waiting yet, kept from other servers until the transaction ends; undefined: there is none. */
export async function lockUnspread(tx: Database): Promise<SpreadingAnnouncement | undefined> {
  const [row] = await tx
    .select()
    .from(announcements)
    .where(isNull(announcements.spreadAt))
    .orderBy(asc(announcements.id))
    .limit(1)
    .for("update", { skipLocked: true });
  if (row === undefined) {
    return undefined;
  }
  const { spreadAt: _, ...announcement } = row;
  return announcement;
}

/** Notes up to which subscription it has been put into messages, and when that was done for all; null: there are more. */
export async function noteSpread(
  tx: Database,
  id: number,
  spreadTo: number,
  spreadAt: Instant | null,
): Promise<void> {
  await tx.update(announcements).set({ spreadTo, spreadAt }).where(eq(announcements.id, id));
}

/** What stands in messages, by their ids, in the order in which it was said. */
export async function listAnnouncementsIn(
  db: Database,
  messageIds: readonly string[],
): Promise<Map<string, Announcement[]>> {
  if (messageIds.length === 0) {
    return new Map();
  }
  const rows = await db
    .select({ messageId: subscriptionNotices.messageId, announcement: announcements })
    .from(subscriptionNotices)
    .innerJoin(announcements, eq(announcements.id, subscriptionNotices.announcementId))
    .where(inArray(subscriptionNotices.messageId, [...messageIds]))
    .orderBy(asc(announcements.at), asc(announcements.id));
  const grouped = new Map<string, Announcement[]>();
  for (const { messageId, announcement } of rows) {
    const { id: _, spreadTo: __, spreadAt: ___, ...said } = announcement;
    grouped.set(messageId, [...(grouped.get(messageId) ?? []), said]);
  }
  return grouped;
}

/** Where every service stands, those that are no longer there, too: what decides on which page it is shown. */
export function readPlacesOfServices(db: Database): Promise<Required<ShownPlace>[]> {
  return db
    .select({
      slug: services.slug,
      groupSlug: serviceGroups.slug,
      isPrivate: sql<boolean>`${services.isPrivate} or coalesce(${serviceGroups.isPrivate}, false)`,
    })
    .from(services)
    .leftJoin(serviceGroups, eq(serviceGroups.id, services.groupId));
}

/** What services and groups are called, by slug, those that are no longer there, too. */
export async function readTitles(
  db: Database,
): Promise<Record<"services" | "groups", ReadonlyMap<string, string>>> {
  const named = await db.select({ slug: services.slug, title: services.title }).from(services);
  const grouped = await db
    .select({ slug: serviceGroups.slug, title: serviceGroups.title })
    .from(serviceGroups);
  return {
    services: new Map(named.map(({ slug, title }) => [slug, title])),
    groups: new Map(grouped.map(({ slug, title }) => [slug, title])),
  };
}
