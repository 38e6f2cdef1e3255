/** Servers over one database, each with when it last found all well. */
import { sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";

const forgottenAfterMs = 86_400_000;

/** Writes down that a server is well; servers that have not been for a day are gone. */
export async function noteWell(db: Database, server: string, now: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into servers (id, well_at) values (${server}, ${now})
      on conflict (id) do update set well_at = excluded.well_at`);
    await tx.execute(sql`delete from servers where well_at < ${now - forgottenAfterMs}`);
  });
}
