/**
 * Months that are over, service by service: derived, one writer (actions/keep-months.ts). Whatever changes what a month was computed from
 * drops it in the same transaction, most of it by triggers, so that a row that is there can be told.
 */
import { sql } from "drizzle-orm";
import type { KeptMonth } from "../domain/sla/measure/kept-month.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { type Database, lockInTransaction, numberArray, queryRows, textArray } from "./database.ts";

/** Waits until nobody is changing what months are computed from, and lets nobody change it until the transaction ends. */
export function holdMonths(tx: Database): Promise<void> {
  return lockInTransaction(tx, "service months");
}

/** What is kept of a service. */
export interface KeptMonths {
  archivedAt: Instant | null;
  /** Start of the month in which it was first observed; null: not among these. */
  firstAt: Instant | null;
  /** By their start. */
  months: Map<Instant, KeptMonth>;
}

/**
 * Months of all services, archived ones too, or of these, that start in a stretch: one query, a line of text a service, since reading
 * twelve thousand rows column by column would take most of the time.
 *
 * @param terms what they were computed by (domain/sla/measure/kept-month.ts); others are not told
 */
export async function listKeptMonths(
  db: Database,
  terms: string,
  { start, end }: Interval,
  slugs?: readonly string[],
): Promise<Map<string, KeptMonths>> {
  const among = slugs === undefined ? sql`true` : sql`services.slug = any(${textArray(slugs)}::text[])`;
  const rows = await queryRows<{
    slug: string;
    archived_at: number | string | null;
    first_at: number | string | null;
    months: string | null;
  }>(
    db,
    sql`
      select services.slug, services.archived_at, months.first_at, months.months
      from services left join (
        select service_id, min(start) filter (where is_first) as first_at,
          string_agg(concat_ws(' ', start, "end", down_ms, worst_down_ms, unknown_ms, longest_down_ms, shortest_down_ms), ' ') as months
        from service_months where terms = ${terms} and start >= ${start} and start < ${end} group by service_id
      ) months on months.service_id = services.id
      where ${among} order by services.position, services.id`,
  );
  const instant = (value: number | string | null) => (value === null ? null : Number(value));
  return new Map(
    rows.map(({ slug, archived_at, first_at, months }) => [
      slug,
      { archivedAt: instant(archived_at), firstAt: instant(first_at), months: monthsIn(months ?? "") },
    ]),
  );
}

/** How many numbers tell a month. */
const width = 7;

function monthsIn(text: string): Map<Instant, KeptMonth> {
  const months = new Map<Instant, KeptMonth>();
  const numbers = text === "" ? [] : text.split(" ");
  for (let i = 0; i < numbers.length; i += width) {
    const at = (offset: number) => Number(numbers[i + offset]);
    months.set(at(0), {
      start: at(0),
      end: at(1),
      downMs: at(2),
      worstDownMs: at(3),
      unknownMs: at(4),
      longestDownMs: at(5),
      shortestDownMs: at(6),
    });
  }
  return months;
}

/** What a service is to keep. */
export interface MonthsToKeep {
  serviceSlug: string;
  /** In order; the first may be the one in which the service was first observed. */
  months: readonly (KeptMonth & { isFirst: boolean })[];
}

/** Puts these months in the place of all that was kept of the services. */
export async function putServiceMonths(
  tx: Database,
  terms: string,
  services: readonly MonthsToKeep[],
): Promise<void> {
  const slugs = textArray(services.map(({ serviceSlug }) => serviceSlug));
  await tx.execute(sql`
    delete from service_months using services
    where services.id = service_months.service_id and services.slug = any(${slugs}::text[])`);
  const rows = services.flatMap(({ serviceSlug, months }) => months.map((month) => ({ serviceSlug, month })));
  if (rows.length === 0) {
    return;
  }
  const column = (read: (month: KeptMonth) => number) => numberArray(rows.map(({ month }) => read(month)));
  await tx.execute(sql`
    insert into service_months (service_id, start, "end", terms, is_first, down_ms, worst_down_ms, unknown_ms, longest_down_ms,
      shortest_down_ms)
    select services.id, start, "end", ${terms}, is_first = 1, down_ms, worst_down_ms, unknown_ms, longest_down_ms, shortest_down_ms
    from unnest(
      ${textArray(rows.map(({ serviceSlug }) => serviceSlug))}::text[],
      ${column((month) => month.start)}::bigint[],
      ${column((month) => month.end)}::bigint[],
      ${numberArray(rows.map(({ month }) => (month.isFirst ? 1 : 0)))}::int[],
      ${column((month) => month.downMs)}::bigint[],
      ${column((month) => month.worstDownMs)}::bigint[],
      ${column((month) => month.unknownMs)}::bigint[],
      ${column((month) => month.longestDownMs)}::bigint[],
      ${column((month) => month.shortestDownMs)}::bigint[]
    ) as fresh (slug, start, "end", is_first, down_ms, worst_down_ms, unknown_ms, longest_down_ms, shortest_down_ms)
    join services on services.slug = fresh.slug`);
}

/** Drops the months of the checks' services that had not ended by then. */
export async function dropMonthsFrom(
  tx: Database,
  changes: readonly { checkId: number; from: Instant }[],
): Promise<void> {
  if (changes.length > 0) {
    await tx.execute(sql`
      select forget_months(checks.service_id, min(changed.from_at))
      from unnest(
        ${numberArray(changes.map(({ checkId }) => checkId))}::int[],
        ${numberArray(changes.map(({ from }) => from))}::bigint[]
      ) as changed (check_id, from_at)
      join checks on checks.id = changed.check_id group by checks.service_id`);
  }
}

/** Services of which anything was measured, with how many months are kept of each and from when on. */
export async function listMonthCounts(
  db: Database,
  terms: string,
): Promise<{ serviceSlug: string; archivedAt: Instant | null; firstAt: Instant | null; kept: number }[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select services.slug, services.archived_at, months.first_at, coalesce(months.kept, 0) as kept
      from services left join (
        select service_id, min(start) filter (where is_first) as first_at, count(*) as kept
        from service_months where terms = ${terms} group by service_id
      ) months on months.service_id = services.id
      where exists (
        select 1 from checks where checks.service_id = services.id
          and exists (select 1 from readings where readings.check_id = checks.id)
      ) order by services.id`,
  );
  return rows.map((row) => ({
    serviceSlug: String(row.slug),
    archivedAt: row.archived_at === null ? null : Number(row.archived_at),
    firstAt: row.first_at === null ? null : Number(row.first_at),
    kept: Number(row.kept),
  }));
}
