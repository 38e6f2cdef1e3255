/**
 * A page of an audience: who it is for and what it shows. The public page is one of them. A board is cut down to what a page shows here
 * and nowhere else, so that page, machine faces, API and messages cannot disagree about what somebody may know.
 */
import type { Announcement } from "./announcement.ts";
import type { Incident } from "./incident.ts";
import { endOfPart, type MaintenanceSeries, type SeriesPart } from "./maintenance-series.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import type { ShownPlace, PageScope } from "./page-scope.ts";
import type { SeriesStretch } from "./series-stretch.ts";
import type { MeasuredService } from "./service.ts";
import type { StatusBoard } from "./status-board.ts";

/** Whether a page of this scope shows a service. */
export function showsService(scope: PageScope, { slug, groupSlug, isPrivate = false }: ShownPlace): boolean {
  if (scope === "public") {
    return !isPrivate;
  }
  return (
    scope === "all" ||
    scope.services.includes(slug) ||
    (groupSlug !== null && scope.groups.includes(groupSlug))
  );
}

/** What a page shows of what people say. */
export interface PageSight {
  service(slug: string): boolean;
  /** The incident with what it does to services that are shown; null: it is about others alone. */
  incident(incident: Incident): Incident | null;
  window(window: MaintenanceWindow): MaintenanceWindow | null;
  series(series: MaintenanceSeries): MaintenanceSeries | null;
  stretch(stretch: SeriesStretch): SeriesStretch | null;
  announcement(announcement: Announcement): Announcement | null;
}

/**
 * The sight of a page among these services, archived ones included. Whoever is not among them is not shown. What names no service is
 * about the page as a whole, and shown on all.
 */
export function sightOf(scope: PageScope, places: Iterable<ShownPlace>): PageSight {
  if (scope === "all") {
    return wholeSight;
  }
  const shown = new Set<string>();
  for (const place of places) {
    if (showsService(scope, place)) {
      shown.add(place.slug);
    }
  }
  const only = (slugs: readonly string[]) => slugs.filter((slug) => shown.has(slug));
  return {
    service: (slug) => shown.has(slug),
    incident(incident) {
      const impacts = incident.impacts.filter(({ serviceSlug }) => shown.has(serviceSlug));
      return narrowed(incident, "impacts", impacts);
    },
    window: (window) => narrowed(window, "serviceSlugs", only(window.serviceSlugs)),
    series(series) {
      const shownPart = (part: SeriesPart) => narrowed(part, "serviceSlugs", only(part.serviceSlugs));
      // What follows a part and is not shown ends it all the same, until one that is shown begins.
      const parts = series.parts.flatMap((part, i) => {
        const next = series.parts[i + 1];
        const seen = shownPart(part);
        const isPause = next !== undefined && shownPart(next) === null;
        return seen === null ? [] : isPause ? { ...seen, until: next.from } : seen;
      });
      const endsAt = endOfPart({ parts, endsAt: series.endsAt }, parts.length - 1);
      return parts.length === 0 ? null : { ...series, parts, endsAt };
    },
    stretch: (stretch) => narrowed(stretch, "serviceSlugs", only(stretch.serviceSlugs)),
    announcement: (announcement) => narrowed(announcement, "serviceSlugs", only(announcement.serviceSlugs)),
  };
}

const wholeSight: PageSight = {
  service: () => true,
  incident: (incident) => incident,
  window: (window) => window,
  series: (series) => series,
  stretch: (stretch) => stretch,
  announcement: (announcement) => announcement,
};

/** The same thing with fewer in a list; itself where none is missing, null where none is left. */
function narrowed<Key extends string, Thing extends Record<Key, readonly unknown[]>>(
  thing: Thing,
  key: Key,
  left: Thing[Key],
): Thing | null {
  const whole = thing[key];
  if (left.length === whole.length) {
    return thing;
  }
  return left.length === 0 ? null : { ...thing, [key]: left };
}

/** Every service that a board knows of, archived ones included. */
export function placesOf({ services, groups, pastServices = [] }: StatusBoard): ShownPlace[] {
  const closed = new Set(groups.filter(({ isPrivate }) => isPrivate === true).map(({ slug }) => slug));
  return [...services, ...pastServices].map(({ slug, groupSlug, isPrivate = false }) => ({
    ...{ slug, groupSlug },
    isPrivate: isPrivate || (groupSlug !== null && closed.has(groupSlug)),
  }));
}

/** What a page of this scope shows of a board; the board itself where it shows all of it. */
export function boardOf<Board extends StatusBoard>(board: Board, scope: PageScope): Board {
  const places = placesOf(board);
  const isOpen = scope === "public" && board.groups.every(({ isPrivate }) => isPrivate !== true);
  if (scope === "all" || (isOpen && places.every((place) => showsService(scope, place)))) {
    return board;
  }
  const sight = sightOf(scope, places);
  const services = board.services.filter(({ slug }) => sight.service(slug));
  const inhabited = new Set(services.map(({ groupSlug }) => groupSlug));
  return {
    ...board,
    groups: board.groups.filter(({ slug }) => inhabited.has(slug)),
    services: services.map((service) => withoutStrangers(service, sight)),
    pastServices: (board.pastServices ?? []).filter(({ slug }) => sight.service(slug)),
    incidents: board.incidents.flatMap((incident) => sight.incident(incident) ?? []),
    windows: board.windows.flatMap((window) => sight.window(window) ?? []),
    ...(board.repeating === undefined
      ? {}
      : { repeating: board.repeating.flatMap((stretch) => sight.stretch(stretch) ?? []) }),
  };
}

/** A check that depends on one of a service which is not shown depends on nothing, here. */
function withoutStrangers(service: MeasuredService, sight: PageSight): MeasuredService {
  const isKnown = (parent: string | null) => parent === null || sight.service(parent.split("/")[0]!);
  return service.checks.every(({ parent }) => isKnown(parent))
    ? service
    : {
        ...service,
        checks: service.checks.map((check) => (isKnown(check.parent) ? check : { ...check, parent: null })),
      };
}
