/**
 * What was announced, in the words in which it stands now and the language of who hears it. After announcements and the incidents and
 * windows that they name, before letters and what machines are sent.
 */
import { type Announcement, isStillComing } from "../status/announcement.ts";
import { ownUpdates } from "../status/incident-words.ts";
import type { Incident } from "../status/incident.ts";
import { isOfClock, type MaintenanceWindow } from "../status/maintenance-window.ts";
import { promisedUpdate } from "../status/next-update.ts";
import { type SaidWords, wordsFor } from "../status/translations.ts";
import type { Instant } from "../time/interval.ts";

/** One thing that was announced, for one reader. */
export interface ToldNotice extends Omit<Announcement, "key" | "serviceSlugs"> {
  title: SaidWords;
  /** Markdown; null: nobody said anything with it. */
  message: SaidWords | null;
  services: { slug: string; title: string }[];
  /** When the work is planned for; null: it is about no planned work. */
  planned: { start: Instant; end: Instant } | null;
  /** Until when more is promised by it; null: nothing is, or something was said since. */
  nextUpdateAt: Instant | null;
  /** Path of its page. */
  path: string;
}

/** What announcements are read from, by reference and slug. */
export interface NoticeSources {
  incidents: ReadonlyMap<string, Incident>;
  windows: ReadonlyMap<string, MaintenanceWindow>;
  services: ReadonlyMap<string, string>;
}

/**
 * The notices, in order of time. What is not said any more is left out: a postmortem that was withdrawn, a reminder of work that was moved or
 * cancelled.
 *
 * @param reader code of the language that is read
 * @param fallback code of the language that planned work is written in
 */
export function toldNotices(
  announcements: readonly Announcement[],
  sources: NoticeSources,
  reader: string,
  fallback: string,
): ToldNotice[] {
  return announcements.flatMap((announcement) => {
    const words =
      announcement.subject === "maintenance"
        ? windowWords(announcement, sources.windows.get(announcement.reference), fallback)
        : incidentWords(announcement, sources.incidents.get(announcement.reference), reader);
    const { key: _, serviceSlugs, ...said } = announcement;
    const services = serviceSlugs.map((slug) => ({ slug, title: sources.services.get(slug) ?? slug }));
    return words === null ? [] : [{ ...said, services, ...words }];
  });
}

type Words = Pick<ToldNotice, "title" | "message" | "planned" | "nextUpdateAt" | "path">;

function incidentWords(
  { subject, at }: Announcement,
  incident: Incident | undefined,
  reader: string,
): Words | null {
  if (incident === undefined) {
    return null;
  }
  const { postmortem } = incident;
  const updates = ownUpdates(incident);
  const said =
    subject === "incident"
      ? updates.find((update) => update.at === at)
      : postmortem?.publishedAt == null
        ? undefined
        : postmortem;
  const { title, language, titles } = incident;
  return said === undefined
    ? null
    : {
        title: wordsFor(reader, { text: title, language, translations: titles }),
        message: wordsFor(reader, { ...said, text: said.message }),
        planned: null,
        nextUpdateAt: said === updates.at(-1) ? promisedUpdate(incident) : null,
        path: `/incidents/${incident.reference}`,
      };
}

function windowWords(
  announcement: Announcement,
  window: MaintenanceWindow | undefined,
  language: string,
): Words | null {
  const { at, event } = announcement;
  if (window === undefined || (event === "upcoming" && !isStillComing(announcement, window))) {
    return null;
  }
  const said = window.updates.findLast((update) => update.at === at);
  const text = event === "announced" || event === "upcoming" ? window.message : (said?.message ?? "");
  return {
    title: { text: window.title, language },
    // What the clock says is said by the state.
    message: (said !== undefined && isOfClock(said)) || text === "" ? null : { text, language },
    planned: { start: window.plannedStart, end: window.plannedEnd },
    nextUpdateAt: null,
    path: `/maintenance/${window.reference}`,
  };
}
