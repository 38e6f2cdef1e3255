/**
 * Ends subscriptions of those who may see their page no more because what let them in is gone: a link revoked or run out, another password,
 * a person who was let go. Nothing is told them from that instant on; here they are forgotten, too.
 */
import { clockAuthor } from "../domain/status/maintenance-window.ts";
import { standingOf } from "../domain/status/subscriber-access.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import type { Database } from "../store/database.ts";
import { readSubscriberKeys } from "../store/subscriber-keys.ts";
import { listKeyedAfter, type StoredSubscription } from "../store/subscriptions.ts";
import { endSubscription } from "./change-subscription.ts";

/** @returns how many were ended */
export async function endShutOut(db: Database, now: Instant, atOnce = 500): Promise<number> {
  let ended = 0;
  let some: StoredSubscription[];
  let after = 0;
  do {
    some = await listKeyedAfter(db, after, atOnce);
    ended += await endThoseOver(db, some, now);
    after = some.at(-1)?.serial ?? after;
  } while (some.length === atOnce);
  return ended;
}

/** Ends one, if what let them in is gone; whether it did. */
export async function endIfOver(
  tx: Database,
  subscription: StoredSubscription,
  now: Instant,
): Promise<boolean> {
  return (await endThoseOver(tx, [subscription], now)) === 1;
}

async function endThoseOver(
  db: Database,
  some: readonly StoredSubscription[],
  now: Instant,
): Promise<number> {
  const keys = await readSubscriberKeys(
    db,
    some.map(({ way }) => way),
    now,
  );
  const settings = (await findSettings(db)) ?? { name: "" };
  const over = some.filter((one) => standingOf(one, settings, keys) === "over");
  for (const { id } of over) {
    await endSubscription(db, id, clockAuthor, now);
  }
  return over.length;
}
