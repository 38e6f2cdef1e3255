/**
 * How the samples of a service are judged, as evidence tells it: its checks with every rule they ever had, without what is asked. An
 * export carries them, a day's root commits to them, so that rules cannot be exchanged afterwards either.
 */
import type { CheckKind } from "../../../probes/protocol.ts";
import type { Instant } from "../time/interval.ts";
import type { JudgingDefinition, WatchedCheck } from "./check.ts";

/** The rules of a check from an instant on. */
export interface EvidenceRevision extends JudgingDefinition {
  effectiveAt: Instant;
  kind: CheckKind;
  /** Whether it decides the state of its service; what the last revision says holds for all time. */
  counts: boolean;
}

/** A check, as far as judging its samples needs it. */
export interface EvidenceCheck {
  /** Its number on the wire. */
  id: number;
  slug: string;
  createdAt: Instant;
  archivedAt: Instant | null;
  /** In order, at least one. */
  revisions: EvidenceRevision[];
}

/** What evidence tells of a check. */
export function evidenceCheckOf({ id, slug, createdAt, archivedAt, revisions }: WatchedCheck): EvidenceCheck {
  return {
    id,
    slug,
    createdAt,
    archivedAt,
    revisions: revisions.map(({ effectiveAt, definition }) => ({
      effectiveAt,
      kind: definition.target.kind,
      intervalMs: definition.intervalMs,
      locations: definition.locations,
      quorumFail: definition.quorumFail,
      confirmDown: definition.confirmDown,
      confirmUp: definition.confirmUp,
      counts: definition.counts,
    })),
  };
}

/**
 * Canonical text of the rules of a service as they stood at the end of a day: the same rules give the same text, whatever was added
 * later. Archiving is left out: it can be taken back.
 *
 * @param before checks made and rules in force from this instant on are left out
 */
export function rulesText(service: string, checks: readonly EvidenceCheck[], before: Instant): string {
  const standing = checks
    .filter(({ createdAt }) => createdAt < before)
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, slug, createdAt, revisions }) => ({
      id,
      slug,
      createdAt,
      revisions: revisions
        .filter(({ effectiveAt }) => effectiveAt < before)
        .map(({ effectiveAt, kind, intervalMs, locations, quorumFail, confirmDown, confirmUp, counts }) => ({
          effectiveAt,
          kind,
          intervalMs,
          locations,
          quorumFail,
          confirmDown,
          confirmUp,
          counts,
        })),
    }));
  return JSON.stringify({ service, checks: standing });
}
