/**
 * Parcels between closing and acknowledgement: put into the spool one after the other, and kept in memory while the spool cannot take
 * them (a disk that is full), so that they can still be delivered. Part of delivery.ts.
 */

import type { Clock } from "./clock.ts";
import type { Outgoing, Parcel, Spool } from "./spool.ts";
import { messageOf } from "./refusals.ts";

export type HoldingProblem =
  /** The spool does not take any more: what is new stays in memory, as far as there is room. */
  { kind: "spool_failed"; message: string; inMemory: number } | { kind: "spool_recovered" };

export interface HoldingOptions {
  spool: Spool;
  clock: Clock;
  onProblem: (problem: HoldingProblem) => void;
  /** There is something to send. */
  onHeld: () => void;
}

export interface Holding {
  nextId(): number;
  hold(parcel: Parcel): void;
  /** As the spool's, in turn with everything else. Parcels that are only in memory come when none is in the spool. */
  oldest(samples: number): Promise<readonly Parcel[]>;
  /** Remembers the batch; where its parcels are only in memory, as soon as they are not: a crash keeps both or loses both. */
  putOutgoing(outgoing: Outgoing): Promise<void>;
  release(through: number): Promise<void>;
  setAside(outgoing: Outgoing, why: string): Promise<void>;
  samples(): number;
  samplesInMemory(): number;
  oldestAt(): number | null;
  /** Resolves when every parcel was offered to the spool. */
  settled(): Promise<void>;
  stop(): void;
}

const retryMs = 5_000;

export function createHolding({ spool, clock, onProblem, onHeld }: HoldingOptions): Holding {
  const pending: Parcel[] = [];
  let inMemory = 0;
  let lastId = spool.lastId();
  let failing = false;
  let over = false;
  let callOffRetry: (() => void) | null = null;
  /** On its way, and not remembered: its parcels are only in memory. */
  let unremembered: Outgoing | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** The spool does one thing at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function store(): Promise<void> {
    callOffRetry?.();
    callOffRetry = null;
    while (pending.length > 0 && !over) {
      try {
        // A parcel must not be found after a crash without the batch that it was sent in: it would be told twice.
        if (unremembered !== null && pending[0]!.id >= unremembered.from) {
          await spool.putOutgoing(unremembered);
          unremembered = null;
        }
        await spool.append(pending[0]!);
      } catch (error) {
        if (!failing) {
          failing = true;
          onProblem({ kind: "spool_failed", message: messageOf(error), inMemory });
        }
        callOffRetry = clock.after(retryMs, () => void inTurn(store));
        break;
      }
      drop();
      if (failing && pending.length === 0) {
        failing = false;
        onProblem({ kind: "spool_recovered" });
      }
    }
    onHeld();
  }

  function drop(): void {
    inMemory -= pending.shift()!.samples;
  }

  return {
    nextId: () => ++lastId,
    hold(parcel) {
      pending.push(parcel);
      inMemory += parcel.samples;
      // While the spool fails, the timer alone tries again: a full disk is not asked for every parcel.
      void inTurn(() => (callOffRetry === null ? store() : Promise.resolve(onHeld())));
    },
    oldest: (samples) =>
      inTurn(async () => {
        const stored = await spool.oldest(samples);
        return stored.length > 0 ? stored : pending.slice(0, 1);
      }),
    putOutgoing: (outgoing) =>
      inTurn(async () => {
        const isInSpool = (pending[0]?.id ?? Infinity) > outgoing.through;
        unremembered = isInSpool ? null : outgoing;
        if (isInSpool) {
          await spool.putOutgoing(outgoing);
        }
      }),
    release: (through) =>
      inTurn(async () => {
        while (pending.length > 0 && pending[0]!.id <= through) {
          drop();
        }
        if (unremembered !== null && unremembered.through <= through) {
          unremembered = null;
        }
        await spool.release(through);
      }),
    setAside: (outgoing, why) => inTurn(() => spool.setAside(outgoing, why)),
    samples: () => spool.samples() + inMemory,
    samplesInMemory: () => inMemory,
    oldestAt: () => spool.oldestAt() ?? pending[0]?.oldestAt ?? null,
    settled: () => inTurn(() => Promise.resolve()),
    stop() {
      over = true;
      callOffRetry?.();
    },
  };
}
