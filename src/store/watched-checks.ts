/** Every check that is or was watched, with all rules it ever had: what the derivation needs to know of the configuration. */
import { asc, eq, sql } from "drizzle-orm";
import type { CheckKind } from "../../probes/protocol.ts";
import type { WatchedCheck } from "../domain/monitoring/check.ts";
import { type Database, isAmong, numberArray, queryRows, textArray } from "./database.ts";
import { checkRevisions, checks, services } from "./tables/watched.ts";

/** All, or these, in order of check number; revisions in order of time. */
export async function listWatchedChecks(db: Database, checkIds?: readonly number[]): Promise<WatchedCheck[]> {
  const rows = await db
    .select({
      id: checks.id,
      serviceSlug: services.slug,
      slug: checks.slug,
      createdAt: checks.createdAt,
      archivedAt: checks.archivedAt,
      effectiveAt: checkRevisions.effectiveAt,
      definition: checkRevisions.definition,
    })
    .from(checks)
    .innerJoin(services, eq(services.id, checks.serviceId))
    .innerJoin(checkRevisions, eq(checkRevisions.checkId, checks.id))
    .where(checkIds === undefined ? undefined : isAmong(checks.id, checkIds))
    .orderBy(asc(checks.id), asc(checkRevisions.effectiveAt));
  const watched: WatchedCheck[] = [];
  for (const { effectiveAt, definition, ...check } of rows) {
    const last = watched.at(-1);
    if (last?.id === check.id) {
      last.revisions.push({ effectiveAt, definition });
    } else {
      watched.push({ ...check, revisions: [{ effectiveAt, definition }] });
    }
  }
  return watched;
}

/** Numbers of all checks that these services have or had. */
export async function listCheckIds(db: Database, serviceSlugs: readonly string[]): Promise<number[]> {
  const rows = await queryRows<{ id: number }>(
    db,
    sql`
      select checks.id from checks join services on services.id = checks.service_id
      where services.slug = any(${textArray(serviceSlugs)}::text[])`,
  );
  return rows.map(({ id }) => id);
}

/** Whether there is a check under any of these numbers, which may be any numbers. */
export async function isAnyCheck(db: Database, numbers: readonly number[]): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`select 1 from checks where id = any(${numberArray(numbers)}::bigint[]) limit 1`,
  );
  return rows.length > 0;
}

/** How many checks of each kind a location is asked at present. */
export async function countAskedKinds(
  db: Database,
  location: string,
): Promise<{ kind: CheckKind; checks: number }[]> {
  const rows = await queryRows<{ kind: CheckKind; checks: number | string }>(
    db,
    sql`
      select definition -> 'target' ->> 'kind' as kind, count(*) as checks
      from (
        select distinct on (check_id) check_id, definition from check_revisions order by check_id, effective_at desc
      ) latest
      join checks on checks.id = latest.check_id and checks.archived_at is null
      where jsonb_exists(definition -> 'locations', ${location})
      group by 1 order by 1`,
  );
  return rows.map(({ kind, checks: count }) => ({ kind, checks: Number(count) }));
}
