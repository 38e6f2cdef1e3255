/**
 * How a platform speaks of trouble: the priorities ops choose between, ready-made words, and when an outage speaks for itself. Said in the
 * platform file; where it says nothing, the usual holds.
 */
import { type IncidentPriority, usualPriorities } from "./incident-priority.ts";
import type { IncidentTemplate } from "./incident-template.ts";
import type { IncidentSurroundings } from "./incident.ts";

export interface IncidentRules {
  /** In order of urgency, at least one. */
  priorities: readonly IncidentPriority[];
  /** Those of the platform file; people keep others beside them. */
  templates: readonly IncidentTemplate[];
  /** An outage that nobody has spoken of is published by itself after so long, in ms; null: never. */
  publishAfterMs: number | null;
}

/** What the settings of a platform say of them. */
interface SaidRules {
  incidents?: Partial<IncidentRules>;
}

const usualRules: IncidentRules = { priorities: usualPriorities, templates: [], publishAfterMs: null };

/** The rules in force; undefined settings: those of a platform that says nothing. */
export function incidentRules(settings: SaidRules | undefined): IncidentRules {
  return { ...usualRules, ...settings?.incidents };
}

/** What incidents are declared among. */
export function incidentSurroundings(
  settings: (SaidRules & { languages: readonly string[] }) | undefined,
): IncidentSurroundings {
  return {
    languages: settings?.languages ?? ["en"],
    priorities: incidentRules(settings).priorities.map(({ slug }) => slug),
  };
}
