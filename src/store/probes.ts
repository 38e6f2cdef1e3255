/** The programs that ask, each with its public key and the location it stands in. */
import type { CheckKind, ProbeEngine } from "../../probes/protocol.ts";
import { eq } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { locations, probeKeys, probes } from "./schema.ts";

export interface Probe {
  id: string;
  locationId: number;
  location: string;
  engine: ProbeEngine;
  /** Kinds of check it can ask. */
  kinds: CheckKind[];
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
      engine: probes.engine,
      kinds: probes.kinds,
      createdAt: probes.createdAt,
      revokedAt: probes.revokedAt,
    })
    .from(probes)
    .innerJoin(locations, eq(locations.id, probes.locationId))
    .where(eq(probes.id, id));
  return row;
}

/** Makes a probe known under a location that exists, with its first key; known already: its kinds are noted, nothing else changes. */
export async function insertProbe(
  db: Database,
  { publicKey, ...probe }: Omit<Probe, "location" | "revokedAt"> & { publicKey: Uint8Array },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .insert(probes)
      .values(probe)
      .onConflictDoUpdate({ target: probes.id, set: { kinds: probe.kinds } });
    await tx
      .insert(probeKeys)
      .values({ probeId: probe.id, fromSequence: 1, publicKey, createdAt: probe.createdAt })
      .onConflictDoNothing();
  });
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
