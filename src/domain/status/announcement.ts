/**
 * What a change of an incident or of planned work tells those who subscribed: one announcement for each thing that was said, found by
 * comparing what stood before with what stands after. After incidents and maintenance, before subscriptions.
 */
import type { Instant } from "../time/interval.ts";
import { ownUpdates } from "./incident-words.ts";
import type { Incident, IncidentState } from "./incident.ts";
import type { MaintenanceState, MaintenanceWindow } from "./maintenance-window.ts";

/** What is told of planned work. That it is being verified concerns those who do it alone. */
export const maintenanceEvents = [
  "announced",
  "changed",
  "upcoming",
  "started",
  "completed",
  "cancelled",
] as const;
export type MaintenanceEvent = (typeof maintenanceEvents)[number];

export type AnnouncementSubject = "incident" | "postmortem" | "maintenance";

/** What a subscriber may want to hear of; a postmortem belongs to its incident. */
export const topics = ["incidents", "maintenance"] as const;
export type Topic = (typeof topics)[number];

/** Something that was said in public. Its words are read where they are kept, so that what is corrected is told corrected. */
export interface Announcement {
  /** "incident INC-2026-0007 1785312000000": the same for the same thing, and for nothing else. */
  key: string;
  subject: AnnouncementSubject;
  /** Of the incident or the window. */
  reference: string;
  event: IncidentState | MaintenanceEvent | "published";
  /** When it was said: names the update of the incident or window. Of a reminder, when it was due. */
  at: Instant;
  /** Services that it is about; none: it is about the page as a whole. */
  serviceSlugs: string[];
}

/** An incident that was declared so long after its end is history, not news. */
const newsMs = 86_400_000;

/** Which topic an announcement belongs to. */
export function topicOf({ subject }: Pick<Announcement, "subject">): Topic {
  return subject === "maintenance" ? "maintenance" : "incidents";
}

/**
 * What a change of an incident tells: every update that was added, and its postmortem once it is published.
 *
 * @param before null: the incident is new
 */
export function announcementsOfIncident(before: Incident | null, after: Incident): Announcement[] {
  const { reference } = after;
  const serviceSlugs = [...new Set(after.impacts.map(({ serviceSlug }) => serviceSlug))];
  const known = before === null ? 0 : ownUpdates(before).length;
  const said = isHistory(before, after)
    ? []
    : ownUpdates(after)
        .slice(known)
        .map(({ state, at }): Announcement => {
          return {
            key: `incident ${reference} ${at}`,
            ...{ subject: "incident", reference, event: state, at, serviceSlugs },
          };
        });
  const published = after.postmortem?.publishedAt ?? null;
  return published === null || (before?.postmortem?.publishedAt ?? null) !== null
    ? said
    : [
        ...said,
        {
          key: `postmortem ${reference}`,
          ...{ subject: "postmortem", reference, event: "published", at: published, serviceSlugs },
        },
      ];
}

/**
 * What a change of planned work tells. Where several things happened at once, because the clock was late, the last of them.
 *
 * @param before null: the window is new
 */
export function announcementsOfWindow(
  before: MaintenanceWindow | null,
  after: MaintenanceWindow,
): Announcement[] {
  const { reference, serviceSlugs } = after;
  const latest = after.updates.at(-1)!;
  // What was recorded once it was over is history.
  const isNews =
    before === null ? latest.at < after.plannedEnd : after.updates.length > before.updates.length;
  const event = isNews ? eventOf(before?.state ?? null, after.state) : null;
  return event === null
    ? []
    : [
        {
          key: `maintenance ${reference} ${event} ${latest.at}`,
          ...{ subject: "maintenance", reference, event, at: latest.at },
          serviceSlugs: [...new Set([...(before?.serviceSlugs ?? []), ...serviceSlugs])],
        },
      ];
}

/** Planned work is reminded of so long before it begins. */
export const remindedBeforeMs = 86_400_000;
/** Whoever heard of it so shortly before the reminder needs none. */
const justHeardMs = 86_400_000;
/** So shortly before the beginning, that it has begun is soon enough. */
const tooLateMs = 3_600_000;
/** What comes again so soon is known to those who wait for it: a reminder every day reminds of nothing. */
export const comesAgainMs = 2 * 86_400_000;

/**
 * Reminds of planned work, a day before it begins; null: not yet, not any more, they have just heard of it, or it comes every day.
 *
 * @param others windows that begin within `comesAgainMs` before it, or more
 */
export function reminderOfWindow(
  window: MaintenanceWindow,
  others: readonly MaintenanceWindow[],
  now: Instant,
): Announcement | null {
  const { reference, state, plannedStart, serviceSlugs, updates } = window;
  const at = plannedStart - remindedBeforeMs;
  const isTime = state === "scheduled" && now >= at && now < plannedStart - tooLateMs;
  const isUsual = others.some(
    (one) =>
      window.series !== null &&
      one.series?.reference === window.series.reference &&
      one.plannedStart < plannedStart &&
      one.plannedStart > plannedStart - comesAgainMs,
  );
  return !isTime || isUsual || updates.at(-1)!.at > at - justHeardMs
    ? null
    : {
        key: `maintenance ${reference} upcoming ${plannedStart}`,
        ...{ subject: "maintenance", reference, event: "upcoming", at, serviceSlugs },
      };
}

/** Whether a reminder still holds: the work begins when it says, and has not begun. */
export function isStillComing({ at }: Pick<Announcement, "at">, window: MaintenanceWindow): boolean {
  return window.state === "scheduled" && window.plannedStart === at + remindedBeforeMs;
}

function isHistory(before: Incident | null, { declaredAt, resolvedAt }: Incident): boolean {
  return before === null && resolvedAt !== null && declaredAt - resolvedAt > newsMs;
}

/** Null: nobody is told. Work that goes on after it was verified was never over for those who wait. */
function eventOf(before: MaintenanceState | null, after: MaintenanceState): MaintenanceEvent | null {
  switch (after) {
    case "scheduled":
      return before === null ? "announced" : "changed";
    case "in_progress":
      return before === "verifying" ? null : before === "in_progress" ? "changed" : "started";
    case "verifying":
      return null;
    case "completed":
    case "cancelled":
      return after;
  }
}
