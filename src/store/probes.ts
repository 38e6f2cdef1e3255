/** The programs that ask, each with its public key and the location it stands in. */
import { eq, isNull, sql } from "drizzle-orm";
import type { CheckKind, ProbeEngine, ProbeState } from "../../probes/protocol.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { probeKeys, probes } from "./tables/evidence.ts";
import { locations } from "./tables/watched.ts";

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

/** From `now` on the probe's batches are refused; what it delivered stays. Revoked already, nothing changes. */
export async function revokeProbe(
  db: Database,
  id: string,
  now: Instant,
  reason: string | null = null,
): Promise<void> {
  await db
    .update(probes)
    .set({ revokedAt: now, revokedReason: reason })
    .where(sql`${probes.id} = ${id} and ${probes.revokedAt} is null`);
}

/** Notes that a probe was heard of, and its clock minus ours where that was measured. */
export async function noteSighting(
  db: Database,
  id: string,
  { seenAt, skewMs }: { seenAt: Instant; skewMs: number | null },
): Promise<void> {
  await db.execute(sql`
    update probes set
      seen_at = greatest(seen_at, ${seenAt}::bigint), skew_ms = coalesce(${skewMs}::bigint, skew_ms)
    where id = ${id}`);
}

/** Keeps what a probe says of itself. What it can ask is taken from there too, so that it follows the machine. */
export async function saveProbeState(db: Database, id: string, state: ProbeState): Promise<void> {
  await db.update(probes).set({ state, kinds: state.kinds }).where(eq(probes.id, id));
}

/** A probe with all that is known of it, for people and for numbers. */
export interface StandingProbe extends Probe {
  revokedReason: string | null;
  /** When it last polled or delivered; null: never. */
  seenAt: Instant | null;
  /** What it last said of itself; null: nothing yet. */
  state: ProbeState | null;
  /** Its clock minus the server's, as measured at a delivery; null: never. */
  skewMs: number | null;
  /** The last batch that is stored, and when it came; null: none has. */
  delivered: { sequence: number; at: Instant } | null;
}

/** All probes there ever were, by location and then by age; or the one of this id. */
export async function listStandingProbes(db: Database, id?: string): Promise<StandingProbe[]> {
  const rows = await db
    .select({
      id: probes.id,
      locationId: probes.locationId,
      location: locations.slug,
      engine: probes.engine,
      kinds: probes.kinds,
      createdAt: probes.createdAt,
      revokedAt: probes.revokedAt,
      revokedReason: probes.revokedReason,
      seenAt: probes.seenAt,
      state: probes.state,
      skewMs: probes.skewMs,
    })
    .from(probes)
    .innerJoin(locations, eq(locations.id, probes.locationId))
    .where(id === undefined ? undefined : eq(probes.id, id))
    .orderBy(locations.slug, probes.createdAt, probes.id);
  const ends = await listChainEnds(db, id);
  return rows.map((row) => ({ ...row, delivered: ends.get(row.id) ?? null }));
}

/** The last batch of each probe, looked up by key: of a packed one, the instant is that of its last sample. */
async function listChainEnds(
  db: Database,
  id: string | undefined,
): Promise<Map<string, { sequence: number; at: Instant }>> {
  const rows = await queryRows<{ id: string; sequence: string | number; at: string | number }>(
    db,
    sql`
      select probes.id, coalesce(loose.sequence, packed.last_sequence) as sequence, coalesce(loose.received_at, packed.last_at) as at
      from probes
      left join lateral (
        select sequence, received_at from batches where probe_id = probes.id order by sequence desc limit 1
      ) loose on true
      left join lateral (
        select last_sequence, last_at from batch_packs where probe_id = probes.id order by first_sequence desc limit 1
      ) packed on true
      where (loose.sequence is not null or packed.last_sequence is not null)
        and ${id === undefined ? sql`true` : sql`probes.id = ${id}`}`,
  );
  return new Map(rows.map((row) => [row.id, { sequence: Number(row.sequence), at: Number(row.at) }]));
}

/** The location of this slug, unless it is archived. */
export async function findLocation(
  db: Database,
  slug: string,
): Promise<{ id: number; slug: string } | undefined> {
  const [row] = await db
    .select({ id: locations.id, slug: locations.slug })
    .from(locations)
    .where(sql`${locations.slug} = ${slug} and ${locations.archivedAt} is null`);
  return row;
}

/** Slugs of the locations there are, in order. */
export async function listPresentLocations(db: Database): Promise<string[]> {
  const rows = await db
    .select({ slug: locations.slug })
    .from(locations)
    .where(isNull(locations.archivedAt))
    .orderBy(locations.slug);
  return rows.map(({ slug }) => slug);
}

/** Slugs of all locations, by the id that samples carry. */
export async function listLocationSlugs(db: Database): Promise<Map<number, string>> {
  const rows = await db.select({ id: locations.id, slug: locations.slug }).from(locations);
  return new Map(rows.map((row) => [row.id, row.slug]));
}
