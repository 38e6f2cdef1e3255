/** The programs that ask, each with its public key and the location it stands in. */
import { eq } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { locations, probes } from "./schema.ts";

export interface Probe {
  id: string;
  locationId: number;
  location: string;
  /** Raw Ed25519 public key. */
  publicKey: Uint8Array<ArrayBuffer>;
  createdAt: Instant;
  /** From here on its batches are refused; what it delivered before stays valid. */
  revokedAt: Instant | null;
}

/** The probe of this id. */
export async function findProbe(db: Database, id: string): Promise<Probe | undefined> {
  const [row] = await db
    .select({
      id: probes.id,
      locationId: probes.locationId,
      location: locations.slug,
      publicKey: probes.publicKey,
      createdAt: probes.createdAt,
      revokedAt: probes.revokedAt,
    })
    .from(probes)
    .innerJoin(locations, eq(locations.id, probes.locationId))
    .where(eq(probes.id, id));
  return row && { ...row, publicKey: Uint8Array.from(row.publicKey) };
}

/** Makes a probe known under a location that exists; known already with the same key: nothing happens. */
export async function insertProbe(
  db: Database,
  probe: Pick<Probe, "id" | "locationId" | "publicKey" | "createdAt">,
): Promise<void> {
  await db
    .insert(probes)
    .values({ ...probe, revokedAt: null })
    .onConflictDoNothing();
}

/** From `now` on the probe's batches are refused; what it delivered stays. */
export async function revokeProbe(db: Database, id: string, now: Instant): Promise<void> {
  await db.update(probes).set({ revokedAt: now }).where(eq(probes.id, id));
}

/** Slugs of all locations, by the id that samples carry. */
export async function listLocationSlugs(db: Database): Promise<Map<number, string>> {
  const rows = await db.select({ id: locations.id, slug: locations.slug }).from(locations);
  return new Map(rows.map((row) => [row.id, row.slug]));
}
