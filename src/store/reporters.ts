/** Whoever reported something without an account: the one place with their names and addresses, which are erased on request. */
import { randomBytes } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { reporters } from "./tables/requests.ts";

export interface Reporter {
  /** `r_` and 16 letters and digits. */
  id: string;
  /** Null: not said, or erased. */
  name: string | null;
  /** In small letters; null: not said, or erased. */
  mail: string | null;
  createdAt: Instant;
  erasedAt: Instant | null;
}

const letters = "abcdefghijklmnopqrstuvwxyz234567";

/** The reporter with this address, made if there is none; without an address each is somebody else. A name is taken over where none stood. */
export async function putReporter(
  tx: Database,
  { name, mail }: Pick<Reporter, "name" | "mail">,
  now: Instant,
): Promise<Reporter> {
  const id = `r_${[...randomBytes(16)].map((byte) => letters[byte % 32]).join("")}`;
  const fresh = { id, name, mail, createdAt: now, erasedAt: null };
  const [made] = await tx.insert(reporters).values(fresh).onConflictDoNothing().returning();
  if (made !== undefined) {
    return made;
  }
  const [known] = await tx.select().from(reporters).where(eq(reporters.mail, mail!));
  if (known!.name === null && name !== null) {
    await tx.update(reporters).set({ name }).where(eq(reporters.id, known!.id));
  }
  return { ...known!, name: known!.name ?? name };
}

/** @throws NotFound reporter_not_found */
export async function getReporter(db: Database, id: string): Promise<Reporter> {
  const [reporter] = await db.select().from(reporters).where(eq(reporters.id, id));
  if (reporter === undefined) {
    throw new NotFound("reporter_not_found", `There is no reporter ${id}.`);
  }
  return reporter;
}

/** Several, by id. */
export async function findReporters(db: Database, ids: readonly string[]): Promise<Map<string, Reporter>> {
  const rows =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(reporters)
          .where(inArray(reporters.id, [...new Set(ids)]));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Takes name and address away; the id stays. */
export async function blankReporter(tx: Database, id: string, now: Instant): Promise<void> {
  await tx.update(reporters).set({ name: null, mail: null, erasedAt: now }).where(eq(reporters.id, id));
}
