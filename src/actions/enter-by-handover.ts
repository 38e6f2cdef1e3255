/** Lets somebody in by a pass that an address carries, once: what stands in a history, a log or a chat opens nothing any more. */
import { createHash } from "node:crypto";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { spendHandover } from "../store/spent-handovers.ts";
import { type CarriedPass, handoverMs, openHandover } from "./page-pass.ts";

/** The pass; "spent": it was used before; undefined: it was not made here, is for another page, or is over. */
export async function enterByHandover(
  db: Database,
  { secretKey, page, sealed }: { secretKey: string; page: string; sealed: string },
  now: Instant,
): Promise<CarriedPass | "spent" | undefined> {
  const pass = openHandover(secretKey, page, sealed, now);
  if (pass === undefined) {
    return undefined;
  }
  const digest = createHash("sha256").update(sealed).digest();
  return (await spendHandover(db, digest, handoverMs, now)) ? pass : "spent";
}
