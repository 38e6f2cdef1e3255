/** How the store itself is: which database, how large, which jobs ran, which servers are well. For those who keep an installation. */
import { sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";

export interface StoreHealth {
  /** "PostgreSQL 17.4 …", as it says of itself. */
  version: string;
  bytes: number;
  /** The largest tables, with their indexes; partitions of one day each by themselves. */
  tables: { name: string; bytes: number }[];
}

const largestTables = 6;

export async function readStoreHealth(db: Database): Promise<StoreHealth> {
  const [one] = await queryRows<{ version: string; bytes: string | number }>(
    db,
    sql`select version() as version, pg_database_size(current_database()) as bytes`,
  );
  const tables = await queryRows<{ name: string; bytes: string | number }>(
    db,
    sql`select relname as name, pg_total_relation_size(oid) as bytes from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
      order by pg_total_relation_size(oid) desc, relname limit ${largestTables}`,
  );
  return {
    version: one!.version,
    bytes: Number(one!.bytes),
    tables: tables.map(({ name, bytes }) => ({ name, bytes: Number(bytes) })),
  };
}

/** What became of the latest runs of a job. */
export interface JobRuns {
  name: string;
  lastDoneAt: Instant | null;
  lastFailedAt: Instant | null;
}

/** Of every job that ever ran here, as far back as runs are kept; none where no schedule runs. */
export async function listJobRuns(db: Database): Promise<JobRuns[]> {
  const [there] = await queryRows<{ is: boolean }>(db, sql`select to_regclass('jobs.job') is not null as is`);
  if (there?.is !== true) {
    return [];
  }
  const rows = await queryRows<{ name: string; done: string | null; failed: string | null }>(
    db,
    sql`select name,
        floor(extract(epoch from max(completed_on) filter (where state = 'completed')) * 1000) as done,
        floor(extract(epoch from max(completed_on) filter (where state = 'failed')) * 1000) as failed
      from jobs.job where name not like '\\_\\_%' group by name order by name`,
  );
  const at = (text: string | null) => (text === null ? null : Number(text));
  return rows.map(({ name, done, failed }) => ({ name, lastDoneAt: at(done), lastFailedAt: at(failed) }));
}

/** Servers of the last day, with when each last found all well. */
export async function listServers(db: Database): Promise<{ id: string; wellAt: Instant }[]> {
  const rows = await queryRows<{ id: string; well_at: string | number }>(
    db,
    sql`select id, well_at from servers order by well_at desc, id`,
  );
  return rows.map(({ id, well_at: wellAt }) => ({ id, wellAt: Number(wellAt) }));
}
