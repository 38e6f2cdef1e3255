/**
 * Checks that jobs call, each with its last call: what the list of check-in addresses is made of.
 */
import { sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";

export interface CheckInJob {
  checkId: number;
  serviceSlug: string;
  checkSlug: string;
  /** Null: it never called. */
  calledAt: Instant | null;
  outcome: "ok" | "fail" | null;
}

/** Those whose latest definition is a check-in and that are not archived, in the order of the page. */
export async function listCheckInJobs(db: Database): Promise<CheckInJob[]> {
  const rows = await queryRows<Record<"id" | "service" | "slug" | "called_at" | "outcome", unknown>>(
    db,
    sql`select c.id, s.slug as service, c.slug, i.called_at, i.outcome
        from checks c
        join services s on s.id = c.service_id
        join lateral (
          select definition from check_revisions r where r.check_id = c.id order by effective_at desc limit 1
        ) latest on latest.definition -> 'target' ->> 'kind' = 'check-in'
        left join check_ins i on i.check_id = c.id
        where c.archived_at is null and s.archived_at is null
        order by s.position, s.id, c.id`,
  );
  return rows.map((row) => ({
    checkId: Number(row.id),
    serviceSlug: String(row.service),
    checkSlug: String(row.slug),
    calledAt: row.called_at === null ? null : Number(row.called_at),
    outcome: row.outcome as CheckInJob["outcome"],
  }));
}
