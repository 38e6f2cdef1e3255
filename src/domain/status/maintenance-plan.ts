/**
 * How a maintenance window is planned and planned anew: its bounds, and what announces it again. What happens to it afterwards is
 * maintenance-window.ts's.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import {
  advanceWindow,
  maintenanceStateWords,
  type MaintenanceWindow,
  type SeriesPlace,
  withUpdate,
} from "./maintenance-window.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";

/** What somebody plans. */
export interface MaintenancePlan {
  title: string;
  message: string;
  serviceSlugs: string[];
  plannedStart: Instant;
  plannedEnd: Instant;
}

/** What changes of a plan; null: it stays. */
export interface MaintenanceReplan {
  title: string | null;
  /** What is said about the change, published as an update. */
  message: string;
  serviceSlugs: string[] | null;
  plannedStart: Instant | null;
  plannedEnd: Instant | null;
}

export const longestWindowMs = 90 * 86_400_000;
export const windowServicesLimit = 500;

/** A new window, announced now, also when it is recorded after the fact (which never excludes time: sla-semantics 6). */
export function planWindow(
  plan: MaintenancePlan,
  identity: { reference: string; author: string; series?: SeriesPlace },
  now: Instant,
): MaintenanceWindow {
  refuseFaults("invalid_maintenance", "The maintenance cannot be planned like this.", [
    ...titleFaults(plan.title, "/title"),
    ...messageFaults(plan.message, "/message"),
    ...serviceFaults(plan.serviceSlugs),
    ...timeFaults(plan.plannedStart, plan.plannedEnd, now),
  ]);
  const message = tidyWords(plan.message);
  const planned: MaintenanceWindow = {
    reference: identity.reference,
    title: tidyWords(plan.title),
    message,
    state: "scheduled",
    announcedAt: now,
    plannedStart: plan.plannedStart,
    plannedEnd: plan.plannedEnd,
    actualStart: null,
    actualEnd: null,
    author: identity.author,
    series: identity.series ?? null,
    serviceSlugs: [...plan.serviceSlugs],
    updates: [{ state: "scheduled", message, at: now, author: identity.author }],
  };
  return advanceWindow(planned, now);
}

/**
 * The window with another time, other services or another title. Whatever covers time or services that the old plan did not is an
 * enlargement and announces the whole window anew.
 */
export function replanWindow(
  given: MaintenanceWindow,
  change: MaintenanceReplan,
  author: string,
  now: Instant,
): MaintenanceWindow {
  const window = advanceWindow(given, now);
  refuseIfOver(window);
  const plannedStart = change.plannedStart ?? window.plannedStart;
  const plannedEnd = change.plannedEnd ?? window.plannedEnd;
  const serviceSlugs = change.serviceSlugs ?? window.serviceSlugs;
  const timeChanges = plannedStart !== window.plannedStart || plannedEnd !== window.plannedEnd;
  refuseFaults("invalid_maintenance", "The maintenance cannot be changed like this.", [
    ...(change.title === null ? [] : titleFaults(change.title, "/title")),
    ...messageFaults(change.message, "/message"),
    ...serviceFaults(serviceSlugs),
    ...(timeChanges ? timeFaults(plannedStart, plannedEnd, now) : []),
  ]);
  if (window.state !== "scheduled" && plannedStart !== window.plannedStart) {
    throw new Conflict(
      "maintenance_has_begun",
      `${window.reference} has begun; its planned start stays as it was.`,
      [{ pointer: "/planned_start", detail: "Only a scheduled window can be moved." }],
    );
  }
  const after: MaintenanceWindow = {
    ...window,
    title: change.title === null ? window.title : tidyWords(change.title),
    plannedStart,
    plannedEnd,
    serviceSlugs: [...serviceSlugs],
  };
  if (isEnlargement(window, after)) {
    after.announcedAt = Math.max(now, window.announcedAt);
  }
  return advanceWindow(withUpdate(after, window.state, change.message, author, now), now);
}

/** Whether the second plan covers time or a service that the first did not. */
export function isEnlargement(before: MaintenanceWindow, after: MaintenanceWindow): boolean {
  return (
    after.plannedStart < before.plannedStart ||
    after.plannedEnd > before.plannedEnd ||
    after.serviceSlugs.some((slug) => !before.serviceSlugs.includes(slug))
  );
}

function refuseIfOver(window: MaintenanceWindow): void {
  if (window.state === "completed" || window.state === "cancelled") {
    throw new Conflict(
      "maintenance_over",
      `${window.reference} is ${maintenanceStateWords[window.state]}; it cannot be changed any more.`,
    );
  }
}

function timeFaults(start: Instant, end: Instant, now: Instant): Fault[] {
  if (end <= start) {
    return [{ pointer: "/planned_end", detail: "The planned end lies after the planned start." }];
  }
  if (end - start > longestWindowMs) {
    return [{ pointer: "/planned_end", detail: "A window is at most 90 days long." }];
  }
  if (Math.abs(start - now) > horizonMs) {
    return [{ pointer: "/planned_start", detail: "A window begins within two years before or after today." }];
  }
  return [];
}

const horizonMs = 731 * 86_400_000;

/** What is wrong with the services that a window, or a series, names. */
export function serviceFaults(slugs: readonly string[]): Fault[] {
  if (slugs.length === 0) {
    return [{ pointer: "/services", detail: "A window names at least one service." }];
  }
  if (slugs.length > windowServicesLimit) {
    return [{ pointer: "/services", detail: `At most ${windowServicesLimit} services at once.` }];
  }
  return slugs.flatMap((slug, i) =>
    slugs.indexOf(slug) < i
      ? [{ pointer: `/services/${i}`, detail: `The service "${slug}" is named twice.` }]
      : [],
  );
}
