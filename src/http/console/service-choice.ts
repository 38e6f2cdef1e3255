/**
 * Services to choose from in a form, however many there are: those that are chosen, those that matter to the form, those in trouble, and as
 * many more as fit; the rest is found by searching, which works without scripts. Of the console, the portal and the public page alike: each
 * offers what its board holds. Printed by parts/service-choice.eta.
 */
import type { MeasuredService } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { type Markup, type PageContext, shortTimeMarkup } from "../pages/markup.ts";
import type { Typed } from "./form.ts";

/** Services that are offered at once, beside those that come first: more are found by searching. */
const offeredAtOnce = 24;

/** Which button was pressed: it looks for services, and everything else that was typed stays as it is. */
export const searchStep = "search";
/** What the key Enter presses in a form that people rather send: it looks for services only where other words stand in the search. */
export const enterStep = "enter";

/** Whether a form was sent to look for services. */
export function asksToSearch(typed: Typed): boolean {
  const step = typed.one("step");
  return step === searchStep || (step === enterStep && typed.one("q") !== typed.one("q_was"));
}

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

/**
 * The services of a form.
 *
 * @param board holds those that may be named here, and no others
 * @param first slugs of those that matter to it, chosen or not; they may have been archived
 * @param tellsTrouble whether those in trouble come first, and say so
 */
export function serviceChoice(
  typed: Typed,
  name: ServiceChoice["name"],
  board: Pick<StatusBoard, "services" | "groups">,
  context: PageContext,
  first: readonly string[] = [],
  tellsTrouble = true,
): ServiceChoice {
  const wanted = typed.one("q").trim();
  const chosen = new Set(name === "service" ? [typed.one(name)] : typed.all(name));
  const matters = new Set(first);
  const isTold = (service: MeasuredService) => tellsTrouble && isInTrouble(service);
  const groups = new Map(board.groups.map(({ slug, title }) => [slug, title]));
  const groupOf = ({ groupSlug }: MeasuredService) =>
    (groupSlug === null ? undefined : groups.get(groupSlug)) ?? "";
  const matches = (service: MeasuredService) =>
    isWanted(wanted, service.title, service.slug, groupOf(service));
  const placed = {
    chosen: [] as OfferedService[],
    first: [] as OfferedService[],
    more: [] as OfferedService[],
  };
  let found = 0;
  for (const service of board.services) {
    const offered = (isChosen: boolean) =>
      toOffered(service, { isChosen, group: groupOf(service), isTold: isTold(service) }, context);
    if (chosen.delete(service.slug)) {
      placed.chosen.push(offered(true));
    } else if (matters.has(service.slug) || isTold(service)) {
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

/** Whether one of these names is meant by what is looked for. */
export function isWanted(wanted: string, ...names: readonly string[]): boolean {
  const words = wanted.trim().toLocaleLowerCase();
  return names.some((name) => name.toLocaleLowerCase().includes(words));
}

function toOffered(
  { slug, title, reading, readingSince }: MeasuredService,
  { isChosen, group, isTold }: { isChosen: boolean; group: string; isTold: boolean },
  context: PageContext,
): OfferedService {
  const trouble = isTold
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
