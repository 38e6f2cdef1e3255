/**
 * The audit chain: every step that people take with measured time, reports and credits, each naming the digest of the one before
 * (sla-semantics 7). This is the text that is hashed; whoever has the entries can hash them again.
 */
import type { Instant } from "../../time/interval.ts";
import { canonicalJson } from "../figures/canonical-json.ts";

export const auditKinds = [
  "correction",
  "exclusion",
  "explanation",
  "decision",
  "report",
  "revision",
  "credit",
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** One step. */
export interface AuditEntry {
  /** From 1, without gaps. */
  sequence: number;
  kind: AuditKind;
  /** A reference, or contract and cycle: `COR-2026-0001`, `acme-gold 2026-06`. */
  subject: string;
  /** What happened to it: proposed, approved, issued. */
  event: string;
  author: string;
  recordedAt: Instant;
  /** Canonical JSON: what stood before and stands after. */
  content: string;
  /** Digest of the entry before, hex; null: the first. */
  previous: string | null;
}

/** The text of an entry that its digest is made over. */
export function auditText(entry: AuditEntry): string {
  const { sequence, kind, subject, event, author, recordedAt, content, previous } = entry;
  return canonicalJson({ sequence, kind, subject, event, author, recordedAt, content, previous });
}

/** What stood before and stands after, as it is kept in an entry. */
export function changeText(before: unknown, after: unknown): string {
  return canonicalJson({ before, after });
}
