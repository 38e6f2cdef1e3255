/**
 * What each of some subscribers may be told: what their page shows, as long as they may see it. Asked when something is put into their
 * messages, and again when a message goes out, so that nobody hears of what they could not read at that instant.
 */
import { findPage, type PagesSaid } from "../domain/status/page-access.ts";
import { type PageSight, sightOf } from "../domain/status/page.ts";
import type { ShownPlace } from "../domain/status/page-scope.ts";
import { standingOf } from "../domain/status/subscriber-access.ts";
import type { Subscription } from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { readSubscriberKeys } from "../store/subscriber-keys.ts";

/** Whose page, and by which way. */
type Subscriber = Pick<Subscription, "page" | "way">;

export interface SubscriberAccess {
  /** What their page shows; null: they may not see it. */
  sight(subscriber: Subscriber): PageSight | null;
}

/** Reads it once for all of them. */
export async function readSubscriberAccess(
  db: Database,
  subscribers: readonly Subscriber[],
  { settings, places }: { settings: PagesSaid; places: readonly ShownPlace[] },
  now: Instant,
): Promise<SubscriberAccess> {
  const keys = await readSubscriberKeys(
    db,
    subscribers.map(({ way }) => way),
    now,
  );
  const sights = new Map<string, PageSight>();
  const sightOn = (slug: string): PageSight | null => {
    const known = sights.get(slug);
    if (known !== undefined) {
      return known;
    }
    const page = findPage(settings, slug);
    const sight = page === undefined ? null : sightOf(page.scope, places);
    if (sight !== null) {
      sights.set(slug, sight);
    }
    return sight;
  };
  return {
    sight: (subscriber) =>
      standingOf(subscriber, settings, keys) === "holds" ? sightOn(subscriber.page) : null,
  };
}
