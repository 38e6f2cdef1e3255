/** Outages of each check with their edges: derived, one writer (actions/record-batch.ts). */
import { sql } from "drizzle-orm";
import type { Outage } from "../domain/monitoring/outage.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows } from "./database.ts";

export interface OutageRow extends Outage {
  checkId: number;
}

/** Puts outages, overwriting those of the same check and start. */
export async function putOutages(tx: Database, outages: readonly OutageRow[]): Promise<void> {
  if (outages.length === 0) {
    return;
  }
  const column = (read: (outage: OutageRow) => number | null) => numberArray(outages.map(read));
  await tx.execute(sql`
    insert into outages (check_id, start, "end", last_fail_at, last_ok_before_at, first_ok_after_at, uncertainty_ms)
    select * from unnest(
      ${column((o) => o.checkId)}::int[],
      ${column((o) => o.start)}::bigint[],
      ${column((o) => o.end)}::bigint[],
      ${column((o) => o.lastFailAt)}::bigint[],
      ${column((o) => o.lastOkBeforeAt)}::bigint[],
      ${column((o) => o.firstOkAfterAt)}::bigint[],
      ${column((o) => o.uncertaintyMs ?? 0)}::int[]
    )
    on conflict (check_id, start) do update set "end" = excluded."end", last_fail_at = excluded.last_fail_at,
      last_ok_before_at = excluded.last_ok_before_at, first_ok_after_at = excluded.first_ok_after_at,
      uncertainty_ms = excluded.uncertainty_ms`);
}

/** Takes outages back. */
export async function dropOutages(
  tx: Database,
  outages: readonly { checkId: number; start: Instant }[],
): Promise<void> {
  if (outages.length === 0) {
    return;
  }
  await tx.execute(sql`
    delete from outages using unnest(
      ${numberArray(outages.map((outage) => outage.checkId))}::int[],
      ${numberArray(outages.map((outage) => outage.start))}::bigint[]
    ) as gone (check_id, start)
    where outages.check_id = gone.check_id and outages.start = gone.start`);
}

/** Takes back all outages of a check that started after an instant, up to and with another. */
export async function dropOutagesBetween(
  tx: Database,
  checkId: number,
  after: Instant,
  through: Instant,
): Promise<void> {
  await tx.execute(
    sql`delete from outages where check_id = ${checkId} and start > ${after} and start <= ${through}`,
  );
}

/** One outage by its service, its check and its start; undefined: there is none, or none any longer. */
export async function findOutage(
  db: Database,
  { service, check, start }: { service: string; check: string; start: Instant },
): Promise<(OutageRow & { serviceTitle: string }) | undefined> {
  const [row] = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, start, "end", last_fail_at, last_ok_before_at, first_ok_after_at, uncertainty_ms, services.title
      from outages join checks on checks.id = check_id join services on services.id = service_id
      where services.slug = ${service} and checks.slug = ${check} and start = ${start}`,
  );
  return row && { ...toOutage(row), serviceTitle: String(row.title) };
}

/** Outages that last, or whose upper length reaches beyond an instant: in order of check and start. */
export async function listOutagesSince(
  db: Database,
  since: Instant,
  checkIds?: readonly number[],
): Promise<OutageRow[]> {
  const among = checkIds === undefined ? sql`true` : sql`check_id = any(${numberArray(checkIds)}::int[])`;
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, start, "end", last_fail_at, last_ok_before_at, first_ok_after_at, uncertainty_ms from outages
      where ("end" is null or first_ok_after_at is null or first_ok_after_at >= ${since}) and ${among}
      order by check_id, start`,
  );
  return rows.map(toOutage);
}

function toOutage(row: Record<string, unknown>): OutageRow {
  const instant = (value: unknown) => (value === null ? null : Number(value));
  return {
    checkId: Number(row.check_id),
    start: Number(row.start),
    end: instant(row.end),
    lastFailAt: Number(row.last_fail_at),
    lastOkBeforeAt: instant(row.last_ok_before_at),
    firstOkAfterAt: instant(row.first_ok_after_at),
    ...(Number(row.uncertainty_ms) === 0 ? {} : { uncertaintyMs: Number(row.uncertainty_ms) }),
  };
}
