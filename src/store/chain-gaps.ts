/** Holes in chains of evidence: batches that were stored once, as what follows them names them, and are there no longer. */
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "./database.ts";

/** Sequences from `from` through `through` of a probe's chain are missing. Old evidence that was deleted in time leaves no hole. */
export async function listChainGaps(
  db: Database,
): Promise<{ probe: string; from: number; through: number }[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      with links as (
        select probe_id, sequence as first, sequence as last from batches
        union all
        select probe_id, first_sequence, last_sequence from batch_packs
      ), chains as (
        select probe_id, first, lag(last) over (partition by probe_id order by first) as before from links
      )
      select probe_id, before + 1 as "from", first - 1 as through from chains where first > before + 1 order by 1, 2`,
  );
  return rows.map((row) => ({
    probe: String(row.probe_id),
    from: Number(row.from),
    through: Number(row.through),
  }));
}
