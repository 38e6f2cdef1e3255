/**
 * The clocks of an incident under a contract: it begins with the trouble, its first public words are the answer, and its priority is what the
 * contract calls trouble of that kind: the slug that was given, where the contract knows it, else the priority that shows the same state of
 * the services (policy rule 26).
 */
import type { Incident } from "../status/incident.ts";
import type { Instant } from "../time/interval.ts";
import type { ClockHistory } from "./response-clock.ts";
import {
  plansInForce,
  type Priority,
  type ShownState,
  shownStates,
  type SupportTerms,
} from "./support-plan.ts";

/** What is read of an incident. */
export type ClockedIncident = Pick<Incident, "startedAt" | "resolvedAt" | "updates" | "impacts"> & {
  /** Slug of its priority; null or absent: none was given. */
  priority?: string | null;
};

/** @param covered slugs of the services that the contract covers: only what happens to them counts */
export function clockHistoryOfIncident<Hours>(
  incident: ClockedIncident,
  terms: SupportTerms<Hours>,
  covered: ReadonlySet<string>,
): ClockHistory {
  const { startedAt, resolvedAt, updates } = incident;
  return {
    openedAt: startedAt,
    priorities: prioritiesOver(incident, terms, covered),
    pauses: solvedForAWhile(incident),
    answeredAt: Math.max(startedAt, updates[0]!.at),
    resolvedAt,
  };
}

/** The priority at each change of the impacts. */
function prioritiesOver<Hours>(
  { priority = null, startedAt, impacts }: ClockedIncident,
  terms: SupportTerms<Hours>,
  covered: ReadonlySet<string>,
): ClockHistory["priorities"] {
  const known = plansInForce(terms).flatMap(({ priorities }) => priorities);
  if (known.some(({ slug }) => slug === priority)) {
    return [{ at: startedAt, priority }];
  }
  const own = impacts.filter(({ serviceSlug }) => covered.has(serviceSlug));
  const edges = own.flatMap(({ start, end }) => (end === null ? [start] : [start, end]));
  const instants = [...new Set([startedAt, ...edges.filter((at) => at > startedAt)])].sort((a, b) => a - b);
  const told: { at: Instant; priority: string | null }[] = [];
  for (const at of instants) {
    const worst = Math.max(
      0,
      ...own
        .filter(({ start, end }) => start <= at && (end === null || end > at))
        .map(({ impact }) => shownStates.indexOf(impact)),
    );
    // An impact that has ended leaves the priority as it was: what is over is only solved when people say so.
    const now = worst === 0 ? (told.at(-1)?.priority ?? null) : priorityShowing(known, shownStates[worst]!);
    if (told.length === 0 || told.at(-1)!.priority !== now) {
      told.push({ at, priority: now });
    }
  }
  return told;
}

/** The first of the contract's priorities that shows this state. */
function priorityShowing(priorities: readonly Priority[], state: ShownState): string | null {
  return priorities.find(({ shows }) => shows === state)?.slug ?? null;
}

/** From being called resolved until it was opened again. */
function solvedForAWhile({ updates }: ClockedIncident): ClockHistory["pauses"] {
  const pauses: { start: Instant; end: Instant }[] = [];
  let solvedAt: Instant | null = null;
  for (const { state, at } of updates) {
    if (state === "resolved") {
      solvedAt ??= at;
    } else if (solvedAt !== null) {
      pauses.push({ start: solvedAt, end: at });
      solvedAt = null;
    }
  }
  return pauses;
}
