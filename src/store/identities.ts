/** Who a person is at an identity provider: its name for them, which never changes, whatever becomes of their address. */
import { and, eq } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { identities } from "./tables/people.ts";

/** The person whom a provider calls so; undefined: nobody here. */
export async function findIdentity(
  db: Database,
  issuer: string,
  subject: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ personId: identities.personId })
    .from(identities)
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
  return row?.personId;
}

export async function insertIdentity(
  tx: Database,
  identity: { issuer: string; subject: string; personId: string },
  createdAt: Instant,
): Promise<void> {
  await tx.insert(identities).values({ ...identity, createdAt });
}

export async function deleteIdentities(tx: Database, personId: string): Promise<void> {
  await tx.delete(identities).where(eq(identities.personId, personId));
}
