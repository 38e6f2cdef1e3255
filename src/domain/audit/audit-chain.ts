/**
 * The audit chain: everything that anybody changes here, each step naming the digest of the one before (sla-semantics 7). This is the
 * text that is hashed; whoever has the entries can hash them again. People stand in it by their ids, and where a step came from stands
 * beside it, so that both can be forgotten without breaking it.
 */
import { canonicalJson } from "../sla/figures/canonical-json.ts";
import type { Instant } from "../time/interval.ts";
import type { AuditEvent } from "./audit-event.ts";

export const auditKinds = [
  "correction",
  "exclusion",
  "explanation",
  "decision",
  "report",
  "revision",
  "credit",
  "incident",
  "maintenance",
  "platform",
  "service",
  "customer",
  "calendar",
  "contract",
  "probe",
  "token",
  "link",
  "person",
  "sign-in",
  "mailing",
  "request",
  "alert",
  "silence",
  "duty",
  "channel",
  "subscription",
  "template",
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** One step. */
export interface AuditEntry {
  /** From 1, without gaps. */
  sequence: number;
  kind: AuditKind;
  /** A reference, a slug, the id of a person, or contract and cycle: `COR-2026-0001`, `acme-gold 2026-06`. */
  subject: string;
  /** What happened to it. */
  event: AuditEvent;
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

/** Where a step came from: kept apart from the chain, so that it can be erased. */
export interface Origin {
  /** Network address at the other end; "": it came from no network. */
  address: string;
  /** What the program that asked calls itself; "": nothing. */
  agent: string;
  /** Number of the request, as it stands in the log and in refusals. */
  requestId: string;
}
