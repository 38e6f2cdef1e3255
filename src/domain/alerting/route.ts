/**
 * Which way an alert takes: the first route that fits it, by service, group, kind, severity and the hour, says whose escalation it is.
 */
import type { Instant } from "../time/interval.ts";
import type { AlertKind, AlertSeverity } from "./alert.ts";
import type { HoursSide } from "./rota.ts";
import type { AlertSubject } from "./standing-alert.ts";

export interface AlertRoute {
  slug: string;
  /** What it fits, by slug or name; an empty list fits all. */
  services: string[];
  groups: string[];
  kinds: AlertKind[];
  severities: AlertSeverity[];
  /** It fits only inside, or only outside, the hours of a calendar (policy rule 90); null: at any time. */
  hours: HoursSide | null;
  /** Calendar in whose hours it calls; what comes at another time waits for them; null: it calls at any time. */
  waitsFor: string | null;
  /** Slug of the escalation that it takes. */
  escalation: string;
}

/** Whether a calendar, by its slug, is open at an instant. */
export type IsOpen = (calendar: string, at: Instant) => boolean;

/** The first route that fits at an instant; undefined: none does. */
export function routeFor(
  routes: readonly AlertRoute[],
  subject: AlertSubject,
  isOpen: IsOpen,
  at: Instant,
): AlertRoute | undefined {
  return routes.find((route) => isFor(route, subject) && isNow(route, isOpen, at));
}

/** Whether a route is for such an alert, at some hour. */
export function isFor(route: AlertRoute, { service, group, kind, severity }: AlertSubject): boolean {
  return (
    isNamed(route.services, service) &&
    isNamed(route.groups, group) &&
    isNamed(route.kinds, kind) &&
    isNamed(route.severities, severity)
  );
}

function isNow({ hours }: AlertRoute, isOpen: IsOpen, at: Instant): boolean {
  return hours === null || isOpen(hours.calendar, at) === (hours.side === "inside");
}

/** An empty list names all. */
export function isNamed<T extends string>(list: readonly T[], one: T | null): boolean {
  return list.length === 0 || (one !== null && list.includes(one));
}
