/**
 * Which of several servers over one database derives: whoever holds the lease. Tried for, renewed and given back here; what having it
 * means stands in actions/derivation-right.ts.
 */
import { derivedChannel, type DerivationRight, rightOf } from "../actions/derivation-right.ts";
import type { Database } from "../store/database.ts";
import { type Lease, releaseLease, renewLease, takeLease } from "../store/leases.ts";

export interface DerivationLease {
  /** Tries at once, where the lease may have become free. */
  tryNow(): void;
  /** Another server turned out to have it. */
  lost(): void;
  isHeld(): boolean;
  /** Leaves it to run out. */
  abandon(): void;
  /** Gives it back, so that another server need not wait until it runs out. */
  stop(): Promise<void>;
}

export interface DerivationLeaseDeps {
  db: Database;
  /** Who this is, among all servers. */
  holder: string;
  /** Takes over the right, or gives it up (null). Called one at a time, in order. */
  setRight(right: DerivationRight | null): Promise<void>;
  failed(error: unknown): void;
}

const leaseName = "derivation";
/** A server that says nothing for so long is replaced. */
const heldForMs = 4000;
const renewedEveryMs = 1000;

/** Tries once before it returns, then goes on in the background. */
export async function holdDerivationLease(deps: DerivationLeaseDeps): Promise<DerivationLease> {
  const { db, holder, setRight, failed } = deps;
  let lease: Lease | null = null;
  /** Whether the right that the lease gives was taken over: it may take more than one try. */
  let inForce = false;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let turn: Promise<void> = Promise.resolve();

  async function beat(): Promise<void> {
    try {
      if (lease !== null && !(await renewLease(db, lease, heldForMs))) {
        await giveUp();
      }
      if (lease === null) {
        const taken = await takeLease(db, leaseName, holder, heldForMs);
        lease = taken;
        inForce = false;
      }
      if (lease !== null && !inForce) {
        await renewingMeanwhile(lease, setRight(rightOf(lease)));
        inForce = true;
      }
    } catch (error) {
      failed(error);
    }
  }

  /** To load what many checks have been through takes longer than a lease lasts: nobody else is to begin the same meanwhile. */
  async function renewingMeanwhile(held: Lease, work: Promise<void>): Promise<void> {
    const renewing = setInterval(() => {
      // Whatever is wrong, the next beat meets it too.
      renewLease(db, held, heldForMs).catch(() => {});
    }, renewedEveryMs);
    try {
      await work;
    } finally {
      clearInterval(renewing);
    }
  }

  async function giveUp(): Promise<void> {
    lease = null;
    await setRight(null);
  }

  /** One beat after the other; the next one in its time. */
  function beatNow(): void {
    clearTimeout(timer);
    turn = turn.then(async () => {
      if (!stopping) {
        await beat();
        timer = setTimeout(beatNow, renewedEveryMs);
      }
    });
  }

  function abandon(): void {
    stopping = true;
    clearTimeout(timer);
  }

  beatNow();
  await turn;
  return {
    tryNow() {
      if (lease === null) {
        beatNow();
      }
    },
    lost() {
      const known = lease;
      // One that was taken again meanwhile is another.
      turn = turn.then(() => (lease === known ? giveUp() : undefined)).catch(failed);
    },
    isHeld: () => lease !== null,
    abandon,
    async stop() {
      abandon();
      await turn;
      if (lease !== null) {
        await releaseLease(db, lease, derivedChannel);
        lease = null;
      }
    },
  };
}
