/**
 * Puts what was said into the messages of all who hear of it, some hundreds of subscriptions at a time, each handful in one transaction
 * with how far it came: whoever is interrupted goes on from there. From announcements to messages.
 */
import { dueAt } from "../domain/status/digest.ts";
import { hears } from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import { lockUnspread, noteSpread, readPlacesOfServices } from "../store/announcements.ts";
import type { Database } from "../store/database.ts";
import { putNews } from "../store/subscription-messages.ts";
import { listActiveAfter } from "../store/subscriptions.ts";
import { readSubscriberAccess } from "./subscriber-access.ts";
import { newLetterId } from "./letter-id.ts";

export interface SpreadDeps {
  db: Database;
  now(): Instant;
  /** Whether more may be done: asked before every handful. */
  goesOn(): boolean;
}

/** @param atOnce subscriptions that are looked at in one transaction */
export async function spreadAnnouncements({ db, now, goesOn }: SpreadDeps, atOnce = 500): Promise<void> {
  while (goesOn() && (await spreadSome(db, now(), atOnce))) {
    // Until nothing is left.
  }
}

/** One handful; whether there was anything to do. */
function spreadSome(db: Database, now: Instant, atOnce: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const announcement = await lockUnspread(tx);
    if (announcement === undefined) {
      return false;
    }
    const settings = await findSettings(tx);
    const timeZone = settings?.timeZone ?? "UTC";
    const places = await readPlacesOfServices(tx);
    const groups = new Map(places.map(({ slug, groupSlug }) => [slug, groupSlug ?? undefined]));
    const some = await listActiveAfter(tx, announcement.spreadTo, atOnce);
    const access = await readSubscriberAccess(tx, some, { settings: settings ?? { name: "" }, places }, now);
    const wanted = some
      .filter((one) => {
        const told = access.sight(one)?.announcement(announcement) ?? null;
        return told !== null && hears(one, told, (slug) => groups.get(slug));
      })
      .map((one) => ({
        id: newLetterId("message"),
        subscription: one.serial,
        dueAt: dueAt(one, now, timeZone),
      }));
    await putNews(tx, announcement.id, wanted, now);
    const isDone = some.length < atOnce;
    const spreadTo = some.at(-1)?.serial ?? announcement.spreadTo;
    await noteSpread(tx, announcement.id, spreadTo, isDone ? now : null);
    return true;
  });
}
