/** The audit handed out whole, as it is read: for the API and for the console. */
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { auditCsvHead, auditCsvLine } from "../documents/audit-csv.ts";
import { type AuditSearch, type FoundAudit, readAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";

/** A step as JSON. `content` is the text that is hashed, not what it says: whoever has it can hash it again. */
export function toAuditJson({ origin, recordedAt, ...entry }: FoundAudit) {
  return {
    ...entry,
    recorded_at: recordedAt,
    address: origin?.address ?? null,
    agent: origin?.agent ?? null,
    request_id: origin?.requestId ?? null,
  };
}

/** Everything that is looked for as one file. */
export function exportAudit(c: Context, db: Database, search: AuditSearch, format: "csv" | "json"): Response {
  c.header("Content-Type", format === "csv" ? "text/csv; charset=utf-8" : "application/json");
  c.header("Content-Disposition", `attachment; filename="fournines-audit.${format}"`);
  c.header("Cache-Control", "no-store");
  return stream(c, async (out) => {
    await out.write(format === "csv" ? auditCsvHead() : '{"audit":[');
    let first = true;
    for await (const entry of readAudit(db, search)) {
      await out.write(
        format === "csv" ? auditCsvLine(entry) : `${first ? "" : ","}\n${JSON.stringify(toAuditJson(entry))}`,
      );
      first = false;
    }
    await out.write(format === "csv" ? "" : "]}\n");
  });
}
