/** Handed-over passes that were used (actions/page-pass.ts): whoever writes one down first may go in, on whichever server. */
import { lt } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { spentHandovers } from "./tables/people.ts";

/**
 * Notes that a pass is used; false: it was before. Those that hold no more by themselves are forgotten on the way.
 *
 * @param heldMs how long a pass holds at most
 */
export async function spendHandover(
  db: Database,
  digest: Uint8Array,
  heldMs: number,
  now: Instant,
): Promise<boolean> {
  await db.delete(spentHandovers).where(lt(spentHandovers.spentAt, now - heldMs));
  const spent = await db
    .insert(spentHandovers)
    .values({ digest, spentAt: now })
    .onConflictDoNothing()
    .returning({ spentAt: spentHandovers.spentAt });
  return spent.length === 1;
}
