/**
 * Services to choose from in a form, however many there are: those that are chosen, those that matter to the form, those in trouble, and as
 * many more as fit; the rest is found by searching, which works without scripts. Printed by parts/service-choice.eta.
 */
import type { MeasuredService } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import type { Typed } from "./form.ts";
import type { ConsoleContext } from "./room.ts";

/** Services that are offered at once, beside those that come first: more are found by searching. */
const offeredAtOnce = 24;

/** Which button was pressed: it looks for services, and everything else that was typed stays as it is. */
export const searchStep = "search";

/** A service that is offered. */
export interface OfferedService {
  slug: string;
  title: string;
  group: string;
  isChosen: boolean;
  /** What was measured of it, where that is trouble; null: it is not. */
  trouble: { state: string; word: string; since: Markup | null } | null;
}

export interface ServiceChoice {
  /** Of the field: one service is chosen, or any number. */
  name: "service" | "services";
  /** What is looked for. */
  wanted: string;
  total: number;
  /** Found, and not shown. */
  hidden: number;
  foundNothing: boolean;
  services: OfferedService[];
}

/** The services of a form. @param first slugs of those that matter to it, chosen or not; they may have been archived */
export function serviceChoice(
  typed: Typed,
  name: ServiceChoice["name"],
  board: StatusBoard,
  context: ConsoleContext,
  first: readonly string[] = [],
): ServiceChoice {
  const wanted = typed.one("q").trim();
  const chosen = new Set(name === "service" ? [typed.one(name)] : typed.all(name));
  const matters = new Set(first);
  const groups = new Map(board.groups.map(({ slug, title }) => [slug, title]));
  const groupOf = ({ groupSlug }: MeasuredService) =>
    (groupSlug === null ? undefined : groups.get(groupSlug)) ?? "";
  const words = wanted.toLocaleLowerCase();
  const matches = (service: MeasuredService) =>
    [service.title, service.slug, groupOf(service)].some((one) => one.toLocaleLowerCase().includes(words));
  const placed = {
    chosen: [] as OfferedService[],
    first: [] as OfferedService[],
    more: [] as OfferedService[],
  };
  let found = 0;
  for (const service of board.services) {
    const offered = (isChosen: boolean) => toOffered(service, isChosen, groupOf(service), context);
    if (chosen.delete(service.slug)) {
      placed.chosen.push(offered(true));
    } else if (matters.has(service.slug) || isInTrouble(service)) {
      placed.first.push(offered(false));
    } else if (matches(service)) {
      found++;
      if (placed.more.length < offeredAtOnce) {
        placed.more.push(offered(false));
      }
    }
    matters.delete(service.slug);
  }
  const gone = (slug: string, isChosen: boolean): OfferedService => ({
    ...{ slug, title: slug, group: "", isChosen, trouble: null },
  });
  const goneChosen = [...chosen].filter((slug) => slug !== "" && matters.delete(slug));
  return {
    ...{ name, wanted, total: board.services.length, hidden: found - placed.more.length },
    foundNothing: wanted !== "" && found === 0,
    services: [
      ...placed.chosen,
      ...goneChosen.map((slug) => gone(slug, true)),
      ...placed.first,
      ...[...matters].filter((slug) => slug !== "").map((slug) => gone(slug, false)),
      ...placed.more,
    ],
  };
}

function toOffered(
  service: MeasuredService,
  isChosen: boolean,
  group: string,
  context: ConsoleContext,
): OfferedService {
  const { slug, title, reading, readingSince } = service;
  const trouble = isInTrouble(service)
    ? {
        state: reading,
        word: context.language.say(`reading.${reading}`),
        since: readingSince === null ? null : shortTimeMarkup(readingSince, context),
      }
    : null;
  return { slug, title, group, isChosen, trouble };
}

/** Whether a service is measured down or degraded now. */
export function isInTrouble({ reading }: Pick<MeasuredService, "reading">): boolean {
  return reading === "down" || reading === "degraded";
}
