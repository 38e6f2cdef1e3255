/**
 * What only one server at a time may do: held for a few seconds, renewed while its holder lives, taken over when it no longer does. The
 * term tells a holder that was replaced without noticing from the present one. All instants are the database's clock, so servers whose
 * own clocks differ agree.
 */
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "./database.ts";

/** A lease as its holder knows it. */
export interface Lease {
  name: string;
  holder: string;
  term: number;
}

const clock = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/**
 * Takes a lease that is free or has run out; null: somebody else holds it. Waits for a transaction of the holder that is under way, so
 * that nothing of an earlier term is written after this one begins.
 */
export async function takeLease(
  db: Database,
  name: string,
  holder: string,
  forMs: number,
): Promise<Lease | null> {
  return db.transaction(async (tx) => {
    await tx.execute(
      sql`insert into leases (name, holder, term, expires_at) values (${name}, '', 0, 0) on conflict do nothing`,
    );
    const [free] = await queryRows<{ term: number | string }>(
      tx,
      sql`select term from leases where name = ${name} and expires_at < ${clock}`,
    );
    if (free === undefined) {
      return null;
    }
    // Against `enterLease`, which a plain update would not wait for.
    await tx.execute(sql`select 1 from leases where name = ${name} for update`);
    const [taken] = await queryRows<{ term: number | string }>(
      tx,
      sql`
        update leases set holder = ${holder}, term = term + 1, expires_at = ${clock} + ${forMs}
        where name = ${name} and expires_at < ${clock} returning term`,
    );
    return taken === undefined ? null : { name, holder, term: Number(taken.term) };
  });
}

/** Holds a lease for longer; false: somebody else has taken it meanwhile. */
export async function renewLease(
  db: Database,
  { name, holder, term }: Lease,
  forMs: number,
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`
      update leases set expires_at = ${clock} + ${forMs}
      where name = ${name} and holder = ${holder} and term = ${term} returning 1`,
  );
  return rows.length === 1;
}

/** Gives a lease back, so that the next one need not wait until it runs out; whoever listens on the channel is told. */
export async function releaseLease(
  db: Database,
  { name, holder, term }: Lease,
  channel: string,
): Promise<void> {
  await db.execute(sql`
    with released as (
      update leases set expires_at = 0 where name = ${name} and holder = ${holder} and term = ${term} returning 1
    )
    select pg_notify(${channel}, '{"free":true}') from released`);
}

/** Whether this lease is still held, and keeps it from being taken until the transaction ends; renewing goes on meanwhile. */
export async function enterLease(tx: Database, { name, holder, term }: Lease): Promise<boolean> {
  const rows = await queryRows(
    tx,
    sql`select 1 from leases where name = ${name} and holder = ${holder} and term = ${term} for key share`,
  );
  return rows.length === 1;
}
