/**
 * Two incidents that turn out to be one trouble: one becomes part of the other. What was said in it is told there, with where it was said;
 * its impacts are united with the other's; it stands by itself no more, and its address leads to the whole.
 */
import { Conflict } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { uniteImpacts } from "./incident-impacts.ts";
import { type Incident, type IncidentPart, type IncidentUpdate, refuseMerged } from "./incident.ts";

/** Both as they are afterwards. */
export interface MergedIncidents {
  whole: Incident;
  part: Incident;
}

/**
 * The whole keeps its title, state, priority and words; it begins with the earlier of both. Where the whole is resolved, the part must be.
 *
 * @throws Conflict merges_itself, incident_merged, part_open
 */
export function mergeIncidents(whole: Incident, part: Incident, now: Instant): MergedIncidents {
  refuseMerged(whole);
  refuseMerged(part);
  if (whole.reference === part.reference) {
    throw new Conflict("merges_itself", "An incident cannot become part of itself.");
  }
  if (whole.resolvedAt !== null && part.resolvedAt === null) {
    throw new Conflict(
      "part_open",
      `${part.reference} is still open and ${whole.reference} is resolved: open that again, or resolve this first.`,
    );
  }
  const said = part.updates.map((update) => ({ ...update, from: update.from ?? part.reference }));
  const { reference, title } = part;
  return {
    whole: {
      ...whole,
      startedAt: Math.min(whole.startedAt, part.startedAt),
      resolvedAt:
        whole.resolvedAt === null ? null : Math.max(whole.resolvedAt, part.resolvedAt ?? whole.resolvedAt),
      updates: inOrder([...whole.updates, ...said]),
      impacts: uniteImpacts(whole.impacts, part.impacts),
      parts: [...whole.parts, ...part.parts, { reference, title, mergedAt: now }].sort(byMerger),
    },
    part: { ...part, mergedInto: whole.reference },
  };
}

/** In the order in which they became part of it. */
function byMerger(a: IncidentPart, b: IncidentPart): number {
  return a.mergedAt - b.mergedAt || (a.reference < b.reference ? -1 : 1);
}

/** In order of time; what was said at the same instant, as it was given. */
export function inOrder(updates: readonly IncidentUpdate[]): IncidentUpdate[] {
  return [...updates].sort((a, b) => a.at - b.at);
}
