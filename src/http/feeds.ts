/**
 * What people say, as feeds that any reader takes: Atom, RSS and JSON Feed, of the whole page or of one service. An entry is an incident
 * or a maintenance window; it keeps its address, and rises when something is added to it.
 */
import { Feed } from "feed";
import type { Incident } from "../domain/status/incident.ts";
import { isOfClock } from "../domain/status/maintenance-window.ts";
import { promisedUpdate } from "../domain/status/next-update.ts";
import { publishedPostmortem } from "../domain/status/postmortem.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import { formatInstant } from "./format.ts";
import { entryQuery, feedQuery } from "./pages/feed-reader.ts";
import { markdownMarkup } from "./pages/markdown.ts";
import { escapeHtml, type Markup, type PageContext } from "./pages/markup.ts";
import { messageFor, titleFor } from "./pages/story.ts";

export const feedFormats = {
  atom: "application/atom+xml; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
} as const;
export type FeedFormat = keyof typeof feedFormats;

/** Readers keep what they have seen: older entries are on the page. */
const entriesTold = 50;

/** Something that was said, whichever kind. */
interface Entry {
  path: string;
  title: string;
  begunAt: Instant;
  updates: readonly { stateWord: string; message: Markup; at: Instant }[];
  /** Until when more is promised; null: nothing is. */
  nextUpdateAt: Instant | null;
}

/**
 * @param serviceSlug of one service; null: of all
 * @param address address of the page, without a slash at the end
 */
export function feedOf(
  format: FeedFormat,
  serviceSlug: string | null,
  board: StatusBoard,
  address: string,
  context: PageContext,
): string {
  const { language, base } = context;
  const service = board.services.find(({ slug }) => slug === serviceSlug);
  const entries = entriesOf(board, serviceSlug, context);
  const place = serviceSlug === null ? "" : `/services/${serviceSlug}`;
  const home = `${address}${base}${place === "" ? "/" : place}`;
  const feedAddress = (extension: string) =>
    `${address}${base}${place}/feed.${extension}${feedQuery(context.feedReader)}`;
  const feed = new Feed({
    title: language.say("feed.title", { name: service?.title ?? board.settings.name }),
    description: language.say("feed.about", { name: service?.title ?? board.settings.name }),
    id: home,
    link: home,
    language: language.tag,
    copyright: "",
    // An Atom feed must say who writes it (RFC 4287, 4.1.1).
    author: { name: board.settings.name },
    generator: "Fournines",
    updated: new Date(entries[0]?.updates.at(-1)!.at ?? board.at),
    feedLinks: { atom: feedAddress("atom"), rss: feedAddress("rss"), json: feedAddress("json") },
  });
  for (const entry of entries) {
    const { path, title, begunAt, updates } = entry;
    feed.addItem({
      // The library says of titles in Atom that they are HTML.
      title: format === "atom" ? escapeHtml(title) : title,
      id: `${address}${path}`,
      link: `${address}${base}${path}${entryQuery(context.feedReader, path)}`,
      date: new Date(updates.at(-1)!.at),
      published: new Date(begunAt),
      content: contentOf(entry, context),
    });
  }
  return { atom: () => feed.atom1(), rss: () => feed.rss2(), json: () => feed.json1() }[format]();
}

/** What was said, the latest first, below the promise that came with it. An entry is read at any time: whether it was kept is on the page. */
function contentOf({ updates, nextUpdateAt }: Entry, { timeZone, language }: PageContext): string {
  const full = (at: Instant) => escapeHtml(formatInstant(at, "full", timeZone, language));
  const said = updates.map(
    ({ stateWord, message, at }) =>
      `<p><strong>${escapeHtml(stateWord)}</strong> · ${full(at)}</p>${message.html}`,
  );
  const next =
    nextUpdateAt === null ? [] : [`<p>${language.say("story.next", { at: full(nextUpdateAt) })}</p>`];
  return [...next, ...said.reverse()].join("\n");
}

/** What was learned is told as one more update, as everybody else who follows is told of it. */
function learnedOf(incident: Incident, context: PageContext): Entry["updates"] {
  const postmortem = publishedPostmortem(incident);
  return postmortem === null
    ? []
    : [
        {
          stateWord: context.language.say("story.postmortem"),
          message: messageFor(postmortem, context),
          at: postmortem.publishedAt!,
        },
      ];
}

/** Those of which something was said last come first. */
function entriesOf(
  { incidents, windows }: StatusBoard,
  serviceSlug: string | null,
  context: PageContext,
): Entry[] {
  const { say } = context.language;
  const touches = (slugs: readonly string[]) => serviceSlug === null || slugs.includes(serviceSlug);
  return [
    ...incidents
      .filter(({ impacts }) => touches(impacts.map((impact) => impact.serviceSlug)))
      .map((incident): Entry => ({
        path: `/incidents/${incident.reference}`,
        title: titleFor(incident, context).text,
        begunAt: incident.declaredAt,
        updates: [
          ...incident.updates.map((update) => ({
            stateWord: say(`incident.${update.state}`),
            message: messageFor(update, context),
            at: update.at,
          })),
          ...learnedOf(incident, context),
        ],
        nextUpdateAt: promisedUpdate(incident),
      })),
    ...windows
      .filter(({ serviceSlugs }) => touches(serviceSlugs))
      .map((window): Entry => ({
        path: `/maintenance/${window.reference}`,
        title: window.title,
        begunAt: window.announcedAt,
        updates: [
          {
            ...{ state: "scheduled" as const, message: window.message },
            ...{ at: window.announcedAt, author: window.author },
          },
          ...window.updates.filter(({ state, at }) => state !== "scheduled" || at !== window.announcedAt),
        ].map((update) => ({
          stateWord: say(`maintenance.${update.state}`),
          message: isOfClock(update) ? { html: "" } : markdownMarkup(update.message),
          at: update.at,
        })),
        nextUpdateAt: null,
      })),
  ]
    .sort((a, b) => b.updates.at(-1)!.at - a.updates.at(-1)!.at)
    .slice(0, entriesTold);
}
