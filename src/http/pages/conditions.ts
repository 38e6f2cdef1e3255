/**
 * What the pages ask of the board again and again: its commitment, the condition of each service, what was said about it and when.
 */
import { commitmentFrom, type Commitment } from "../../domain/sla/measure/commitment.ts";
import type { Incident } from "../../domain/status/incident.ts";
import type { MaintenanceWindow } from "../../domain/status/maintenance-window.ts";
import { serviceCondition, type ServiceCondition } from "../../domain/status/service.ts";
import { servicesBehind } from "../../domain/status/parents.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { joinMarkup, linkMarkup, sayMarkup, type Markup, type PageContext } from "./markup.ts";
import type { Said } from "./service-strip.ts";

const commitments = new WeakMap<StatusBoard["settings"]["commitment"], Commitment>();

/** The platform's own commitment, the same one for as long as its settings are. */
export function commitmentOf({ settings }: Pick<StatusBoard, "settings">): Commitment {
  const { commitment: written, timeZone } = settings;
  let commitment = commitments.get(written);
  if (commitment?.timeZone !== timeZone) {
    const { targetPercent, anchorDay } = written;
    commitment = commitmentFrom({ targetPercent, anchorDay, timeZone });
    commitments.set(written, commitment);
  }
  return commitment;
}

export function openIncidents(board: StatusBoard): Incident[] {
  return board.incidents.filter(({ state }) => state !== "resolved");
}

/** Every service of the board with its condition. */
export function conditionsOf(board: StatusBoard, now: number): Map<string, ServiceCondition> {
  const open = openIncidents(board);
  const current = board.windows.filter(({ state }) => state !== "completed" && state !== "cancelled");
  return new Map(
    board.services.map((service) => [service.slug, serviceCondition(service, open, current, now)]),
  );
}

/** By service, the services behind its being down, as links in a sentence; empty where its trouble is its own. */
export function behindOf(board: StatusBoard, context: PageContext): (slug: string) => Markup {
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const behind = servicesBehind(board.services);
  return (slug) => {
    const others = behind.get(slug) ?? [];
    const links = others.map((other) =>
      linkMarkup(titles.get(other) ?? other, `${context.base}/services/${other}`),
    );
    return links.length === 0
      ? { html: "" }
      : sayMarkup(context.language, "story.behind", { services: joinMarkup(links, context.language) });
  };
}

/** What was said since an instant, by service. */
export function saidOf(board: StatusBoard, from: number): (slug: string) => Said {
  const incidents = new Map<string, Incident[]>();
  const windows = new Map<string, MaintenanceWindow[]>();
  const add = <T>(map: Map<string, T[]>, slug: string, value: T): void => {
    const list = map.get(slug);
    if (list === undefined) {
      map.set(slug, [value]);
    } else {
      list.push(value);
    }
  };
  for (const incident of board.incidents) {
    if ((incident.resolvedAt ?? Infinity) > from) {
      for (const slug of new Set(incident.impacts.map(({ serviceSlug }) => serviceSlug))) {
        add(incidents, slug, incident);
      }
    }
  }
  for (const window of board.windows) {
    if ((window.actualEnd ?? window.plannedEnd) > from) {
      for (const slug of window.serviceSlugs) {
        add(windows, slug, window);
      }
    }
  }
  return (slug) => ({ incidents: incidents.get(slug) ?? [], windows: windows.get(slug) ?? [] });
}
