/** Whether a server can vouch for all: it can store, and what is stored is derived from, by itself or by another. */
import { derivationWithinMs } from "../domain/alerting/troubles.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { databaseTrouble } from "../store/database-away.ts";
import { noteWell } from "../store/servers.ts";
import { findWaitingSince } from "../store/underived-batches.ts";
import type { DatabaseWatch } from "./database-watch.ts";

/**
 * Why it cannot, in a few words; null: it can, and has written that down.
 *
 * @param server who this is, among all servers
 */
export async function unwellBecause(
  db: Database,
  database: Pick<DatabaseWatch, "isAway">,
  server: string,
  now: Instant,
): Promise<string | null> {
  if (database.isAway()) {
    return "nothing can be stored";
  }
  try {
    const waitingSince = await findWaitingSince(db);
    if (waitingSince !== null && now - waitingSince > derivationWithinMs) {
      return "batches wait to be derived from";
    }
    await noteWell(db, server, now);
    return null;
  } catch (error) {
    return databaseTrouble(error)?.reason ?? (error as Error).message;
  }
}
