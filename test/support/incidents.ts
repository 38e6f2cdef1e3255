/** Incidents and their updates for tests: whatever is not said is as of an incident in English that stands by itself. */
import type { Incident, IncidentSurroundings, IncidentUpdate } from "../../src/domain/status/incident.ts";
import { incidentSurroundings } from "../../src/domain/status/incident-rules.ts";

/** A page in English and Danish, with the usual priorities. */
export const surroundings: IncidentSurroundings = {
  ...incidentSurroundings(undefined),
  languages: ["en", "da"],
};

export function anUpdate(
  given: Partial<IncidentUpdate> & Pick<IncidentUpdate, "state" | "at">,
): IncidentUpdate {
  return {
    message: "We are looking into it.",
    author: "ops",
    language: "en",
    translations: {},
    editedAt: null,
    from: null,
    ...given,
  };
}

/** Declared when it began, unless updates say otherwise; its state is that of its last update. */
export function anIncident(given: Partial<Incident> & Pick<Incident, "startedAt">): Incident {
  const { startedAt, resolvedAt = null } = given;
  const first = anUpdate({ state: "investigating", at: startedAt });
  const {
    updates = resolvedAt === null ? [first] : [first, anUpdate({ state: "resolved", at: resolvedAt })],
  } = given;
  return {
    reference: "INC-2026-0001",
    title: "Sign-in fails",
    language: "en",
    titles: {},
    priority: null,
    declaredAt: startedAt,
    resolvedAt,
    state: updates.at(-1)!.state,
    impacts: [],
    parts: [],
    mergedInto: null,
    postmortem: null,
    version: 1,
    ...given,
    updates,
  };
}
