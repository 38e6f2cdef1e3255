/**
 * What a confirmed outage proposes to say: a draft that nobody outside sees, which a person publishes or dismisses, or the clock publishes
 * where the platform wants that. Incident and measurement stay two facts: a draft is neither until somebody says so.
 */
import type { Instant } from "../time/interval.ts";
import type { Incident } from "./incident.ts";

/** A service of a draft, measured down from `start` until `end` (null: it still is). */
export interface DraftedService {
  serviceSlug: string;
  start: Instant;
  end: Instant | null;
}

/** A draft that waits. */
export interface IncidentDraft {
  id: number;
  draftedAt: Instant;
  services: DraftedService[];
  /** When the last of its services was up again; null: one is still down. */
  overAt: Instant | null;
}

/** A service that is measured down, and since when. */
export interface DownService {
  serviceSlug: string;
  since: Instant;
}

/** What is known when drafts follow the measurement. */
export interface OutageSituation {
  waiting: readonly IncidentDraft[];
  down: readonly DownService[];
  /** Since when services that are not down are up; absent: nothing is known of them. */
  upSince: ReadonlyMap<string, Instant>;
  /** Open incidents, and services that planned work is being done on. */
  incidents: readonly Incident[];
  underMaintenance: ReadonlySet<string>;
  /** When a draft that named a service was last settled, by its slug: that outage has been looked at. */
  settledAt: ReadonlyMap<string, Instant>;
  /** Null: nothing is published by itself. */
  publishAfterMs: number | null;
}

/** What becomes of drafts now. */
export interface DraftSteps {
  /** Services for a new draft; empty: there is none. */
  draft: DownService[];
  /** Services that become part of a draft that waits. */
  join: { id: number; services: DownService[] }[];
  /** Services of drafts that are up again. */
  end: { id: number; serviceSlug: string; start: Instant; end: Instant }[];
  /** Drafts whose services are all spoken of in an incident: they have nothing to add. */
  spoken: { id: number; reference: string }[];
  /** Drafts to publish by themselves. */
  publish: number[];
  /** Drafts that nobody wanted to publish long after it was over. */
  lapse: number[];
}

/** What fails within so long of each other is one trouble, until somebody says otherwise. */
export const joinsWithinMs = 10 * 60_000;
/** So long after it was over a draft is still offered. */
export const offeredForMs = 24 * 3_600_000;

/** What is to be done about drafts, so that every outage that nobody has spoken of waits in exactly one. */
export function followOutages(situation: OutageSituation, now: Instant): DraftSteps {
  const { waiting, down, upSince, publishAfterMs } = situation;
  const spokenIn = incidentsBySlug(situation.incidents);
  const downSlugs = new Set(down.map(({ serviceSlug }) => serviceSlug));
  const steps: DraftSteps = { draft: [], join: [], end: [], spoken: [], publish: [], lapse: [] };
  const drafted = new Set<string>();
  let host: IncidentDraft | undefined;

  for (const draft of waiting) {
    const lasting = draft.services.filter(({ end }) => end === null);
    const reference = spokenOf(draft, spokenIn);
    if (reference !== null) {
      steps.spoken.push({ id: draft.id, reference });
      draft.services.forEach(({ serviceSlug }) => drafted.add(serviceSlug));
      continue;
    }
    const ended = lasting.filter(
      ({ serviceSlug }) => !downSlugs.has(serviceSlug) && upSince.has(serviceSlug),
    );
    for (const { serviceSlug, start } of ended) {
      steps.end.push({
        id: draft.id,
        serviceSlug,
        start,
        end: Math.max(start + 1, upSince.get(serviceSlug)!),
      });
    }
    lasting.forEach(({ serviceSlug }) => drafted.add(serviceSlug));
    const isOver = ended.length === lasting.length;
    if (isOver && draft.overAt !== null && now - draft.overAt >= offeredForMs) {
      steps.lapse.push(draft.id);
    } else if (now - draft.draftedAt < joinsWithinMs) {
      host = draft;
    }
    if (!isOver && publishAfterMs !== null && now - draft.draftedAt >= publishAfterMs) {
      steps.publish.push(draft.id);
    }
  }

  const fresh = down.filter(
    ({ serviceSlug, since }) =>
      !drafted.has(serviceSlug) && isUnspoken(serviceSlug, since, situation, spokenIn),
  );
  if (fresh.length > 0 && host !== undefined) {
    steps.join.push({ id: host.id, services: fresh });
  } else {
    steps.draft = fresh;
  }
  return steps;
}

/** The incident that speaks of every service of a draft; null: of one of them nothing is said. */
function spokenOf(draft: IncidentDraft, spokenIn: ReadonlyMap<string, string>): string | null {
  const references = draft.services.map(({ serviceSlug }) => spokenIn.get(serviceSlug));
  return references.every((reference) => reference !== undefined) ? (references[0] ?? null) : null;
}

function isUnspoken(
  serviceSlug: string,
  since: Instant,
  { underMaintenance, settledAt }: OutageSituation,
  spokenIn: ReadonlyMap<string, string>,
): boolean {
  const settled = settledAt.get(serviceSlug);
  const wasLookedAt = settled !== undefined && since <= settled;
  return !spokenIn.has(serviceSlug) && !underMaintenance.has(serviceSlug) && !wasLookedAt;
}

/** Services that open incidents name, whatever they say of them. */
function incidentsBySlug(incidents: readonly Incident[]): Map<string, string> {
  return new Map(
    incidents
      .filter(({ state }) => state !== "resolved")
      .flatMap(({ reference, impacts }) =>
        impacts.map(({ serviceSlug }) => [serviceSlug, reference] as const),
      ),
  );
}
