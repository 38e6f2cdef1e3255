/**
 * Who asks which slots of a location's checks, and until when. Every instant here is the database's clock, so that servers whose own
 * clocks differ agree; the rules are in domain/monitoring/share.ts.
 */
import { eq, sql } from "drizzle-orm";
import type { CheckKind } from "../../probes/protocol.ts";
import { type CheckLease, hasSlot, type Sharer, type Shares, slotCount } from "../domain/monitoring/share.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction, numberArray, queryRows, textArray } from "./database.ts";
import { checkLeases } from "./tables/evidence.ts";

/** Lets only one poll of a location at a time through, until the transaction ends. */
export function lockShares(tx: Database, locationId: number): Promise<void> {
  return lockInTransaction(tx, `shares ${locationId}`);
}

/**
 * Notes that a probe polls: for so long it counts among those that share. Returns the database's clock; undefined: there is no such
 * probe, or it was revoked.
 */
export async function noteSharing(
  tx: Database,
  probeId: string,
  forMs: number,
  seenAt: Instant,
): Promise<Instant | undefined> {
  const [row] = await queryRows<{ until: number | string }>(
    tx,
    sql`
      update probes set
        shares_until = (extract(epoch from clock_timestamp()) * 1000)::bigint + ${forMs}::bigint,
        seen_at = greatest(seen_at, ${seenAt}::bigint)
      where id = ${probeId} and revoked_at is null
      returning shares_until as until`,
  );
  return row && Number(row.until) - forMs;
}

/** The probes of a location that have polled lately enough. */
export function listSharers(tx: Database, locationId: number, now: Instant): Promise<Sharer[]> {
  return queryRows<Sharer>(
    tx,
    sql`
      select id, engine, kinds from probes
      where location_id = ${locationId} and revoked_at is null and shares_until > ${now} order by id`,
  );
}

/** All leases of a location, those that have run out too. */
export async function listCheckLeases(tx: Database, locationId: number): Promise<CheckLease[]> {
  return tx
    .select({
      kind: checkLeases.kind,
      slot: checkLeases.slot,
      probe: checkLeases.probeId,
      expiresAt: checkLeases.expiresAt,
    })
    .from(checkLeases)
    .where(eq(checkLeases.locationId, locationId));
}

/** Renews everything that a probe holds: one statement, however many checks stand behind it. */
export async function renewCheckLeases(
  tx: Database,
  locationId: number,
  probeId: string,
  expiresAt: Instant,
): Promise<void> {
  await tx.execute(
    sql`update check_leases set expires_at = ${expiresAt} where location_id = ${locationId} and probe_id = ${probeId}`,
  );
}

/** Takes and renews these slots, whoever held them. */
export async function takeCheckLeases(
  tx: Database,
  locationId: number,
  probeId: string,
  shares: Shares,
  expiresAt: Instant,
): Promise<void> {
  const { kinds, slots } = columnsOf(shares);
  await tx.execute(sql`
    insert into check_leases (location_id, kind, slot, probe_id, expires_at)
    select ${locationId}::integer, kind, slot, ${probeId}::text, ${expiresAt}::bigint
    from unnest(${textArray(kinds)}::text[], ${numberArray(slots)}::smallint[]) as taken (kind, slot)
    on conflict (location_id, kind, slot)
    do update set probe_id = excluded.probe_id, expires_at = excluded.expires_at`);
}

/** Lets these slots of a probe go. */
export async function releaseCheckLeases(
  tx: Database,
  locationId: number,
  probeId: string,
  shares: Shares,
): Promise<void> {
  const { kinds, slots } = columnsOf(shares);
  await tx.execute(sql`
    delete from check_leases
    using unnest(${textArray(kinds)}::text[], ${numberArray(slots)}::smallint[]) as gone (kind, slot)
    where location_id = ${locationId} and probe_id = ${probeId}
      and check_leases.kind = gone.kind and check_leases.slot = gone.slot`);
}

/** A probe asks nothing any more: all that it held is free at once, and it counts no longer among those that share. */
export async function leaveShares(tx: Database, probeId: string): Promise<void> {
  await tx.delete(checkLeases).where(eq(checkLeases.probeId, probeId));
  await tx.execute(sql`update probes set shares_until = null where id = ${probeId}`);
}

/** Slots that each probe holds at this moment. */
export async function countHeldSlots(db: Database): Promise<Map<string, number>> {
  const rows = await queryRows<{ probe: string; slots: number | string }>(
    db,
    sql`
      select probe_id as probe, count(*) as slots from check_leases
      where expires_at > (extract(epoch from clock_timestamp()) * 1000)::bigint group by probe_id`,
  );
  return new Map(rows.map(({ probe, slots }) => [probe, Number(slots)]));
}

function columnsOf(shares: Shares): { kinds: CheckKind[]; slots: number[] } {
  const kinds: CheckKind[] = [];
  const slots: number[] = [];
  for (const kind of shares.keys()) {
    for (let slot = 0; slot < slotCount; slot++) {
      if (hasSlot(shares, kind, slot)) {
        kinds.push(kind);
        slots.push(slot);
      }
    }
  }
  return { kinds, slots };
}
