/** Invitations: one-time tokens with which a probe makes itself known. Only their digests are stored. */
import { eq } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { probeInvitations } from "./tables/evidence.ts";
import { locations } from "./tables/watched.ts";

export interface Invitation {
  id: number;
  locationId: number;
  location: string;
  expiresAt: Instant;
  /** The probe that used it; null: nobody has yet. */
  probeId: string | null;
}

/** Stores a new invitation. */
export async function insertInvitation(
  db: Database,
  invitation: {
    locationId: number;
    digest: Uint8Array;
    author: string;
    createdAt: Instant;
    expiresAt: Instant;
  },
): Promise<void> {
  await db.insert(probeInvitations).values(invitation);
}

/** The invitation with this SHA-256 digest, kept from others until the transaction ends. */
export async function takeInvitation(tx: Database, digest: Uint8Array): Promise<Invitation | undefined> {
  const [row] = await tx
    .select({
      id: probeInvitations.id,
      locationId: probeInvitations.locationId,
      location: locations.slug,
      expiresAt: probeInvitations.expiresAt,
      probeId: probeInvitations.probeId,
    })
    .from(probeInvitations)
    .innerJoin(locations, eq(locations.id, probeInvitations.locationId))
    .where(eq(probeInvitations.digest, digest))
    .for("update", { of: probeInvitations });
  return row;
}

/** Notes who used it. */
export async function useInvitation(tx: Database, id: number, probeId: string): Promise<void> {
  await tx.update(probeInvitations).set({ probeId }).where(eq(probeInvitations.id, id));
}
