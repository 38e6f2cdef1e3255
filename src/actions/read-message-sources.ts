/** Reads what a handful of messages to subscribers tells of, once for all of them: incidents, windows, and what services are called. */
import type { Announcement } from "../domain/status/announcement.ts";
import type { Subscription } from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import type { Database } from "../store/database.ts";
import { getIncident } from "../store/incidents.ts";
import { getWindow } from "../store/maintenance-windows.ts";
import { readPlacesOfServices, readTitles } from "../store/announcements.ts";
import type { MessageSources } from "./compose-subscription-message.ts";
import { readSubscriberAccess } from "./subscriber-access.ts";

export async function readMessageSources(
  db: Database,
  announcements: readonly Announcement[],
  subscriptions: readonly Subscription[],
  now: Instant,
): Promise<MessageSources> {
  const incidents = new Set<string>();
  const windows = new Set<string>();
  for (const { subject, reference } of announcements) {
    (subject === "maintenance" ? windows : incidents).add(reference);
  }
  const read = async <T>(references: Set<string>, get: (db: Database, reference: string) => Promise<T>) => {
    const found = new Map<string, T>();
    for (const reference of references) {
      found.set(reference, await get(db, reference));
    }
    return found;
  };
  const known = {
    settings: (await findSettings(db)) ?? { name: "" },
    places: await readPlacesOfServices(db),
  };
  return {
    incidents: await read(incidents, getIncident),
    windows: await read(windows, getWindow),
    ...(await readTitles(db)),
    access: await readSubscriberAccess(db, subscriptions, known, now),
    at: now,
  };
}
