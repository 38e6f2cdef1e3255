/** The audit as CSV: one line a step, with what it takes to hash the chain again; the same in every country. */
import { stringify } from "csv-stringify/sync";
import type { AuditEntry, Origin } from "../domain/audit/audit-chain.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { harmless } from "./csv.ts";

/** A step as it is handed out. */
export interface AuditLine extends AuditEntry {
  digest: string;
  origin: Origin | null;
}

const columns = [
  ...["sequence", "recorded_at", "kind", "subject", "event", "author", "content"],
  ...["address", "agent", "request_id", "previous", "digest"],
];

const ended = { record_delimiter: "windows" } as const;

/** UTF-8, comma, lines ended by CR LF. */
export function auditCsvHead(): string {
  return stringify([columns], ended);
}

/** The line of one step. */
export function auditCsvLine({ origin, ...entry }: AuditLine): string {
  const { address, agent, requestId } = origin ?? { address: "", agent: "", requestId: "" };
  const line = [
    ...[String(entry.sequence), isoInstant(entry.recordedAt), entry.kind],
    ...[entry.subject, entry.event, entry.author, entry.content, address, agent, requestId].map(harmless),
    ...[entry.previous ?? "", entry.digest],
  ];
  return stringify([line], ended);
}
