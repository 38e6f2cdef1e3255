/**
 * The right to write what is derived: one server has it at a time (design.md 5). Every writing transaction enters it first, so that a
 * server which lost it without noticing writes nothing.
 */
import { sql } from "drizzle-orm";
import type { Database } from "../store/database.ts";
import { enterLease, type Lease } from "../store/leases.ts";
import type { BatchPlace } from "../store/underived-batches.ts";

/** What the server that derives tells the others: they take the same into their memory. */
export type DerivedNews = BatchPlace | { checkIds: readonly number[] };

export interface DerivationRight {
  /** Keeps the right until the transaction ends. Throws RightLost when another server has it by now. */
  enter(tx: Database): Promise<void>;
  /** Lets the others know, once the transaction stands. */
  tell(tx: Database, news: DerivedNews): Promise<void>;
}

/** Another server derives by now. */
export class RightLost extends Error {
  constructor() {
    super("another server derives by now");
    this.name = "RightLost";
  }
}

/** The channel of what was derived, and the one that asks for it. */
export const derivedChannel = "fournines_derived";
export const underivedChannel = "fournines_underived";

/** The right of a process that has its database to itself. */
export const alone: DerivationRight = {
  enter: () => Promise.resolve(),
  tell: () => Promise.resolve(),
};

/** The right that a lease gives. */
export function rightOf(lease: Lease): DerivationRight {
  return {
    async enter(tx) {
      if (!(await enterLease(tx, lease))) {
        throw new RightLost();
      }
    },
    async tell(tx, news) {
      await tx.execute(
        sql`select pg_notify(${derivedChannel}, ${JSON.stringify({ by: lease.holder, ...news })})`,
      );
    },
  };
}

/** Asks the server that derives to look for batches that wait. */
export async function tellUnderived(tx: Database): Promise<void> {
  await tx.execute(sql`select pg_notify(${underivedChannel}, '')`);
}
