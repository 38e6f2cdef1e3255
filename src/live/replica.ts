/**
 * A server among others over one database: any of them takes batches, one derives, all tell the same. Hears what the others did and
 * passes it to the ingest; keeps the lease of the one that derives. A process that has its database to itself needs neither.
 */
import { derivedChannel, type DerivedNews, underivedChannel } from "../actions/derivation-right.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { OpenDatabase } from "../store/database.ts";
import { type DerivationLease, holdDerivationLease } from "./derivation-lease.ts";
import type { Ingest } from "./ingest.ts";
import { keepLooking } from "./looks.ts";
import { soon } from "./soon.ts";

export interface Replica {
  /** Something waits to be derived, or to be derived again: a moment later it is. */
  catchUpSoon(): void;
  /** Another server turned out to derive. */
  rightLost(): void;
  /** Whether this is the server that derives. */
  derives(): boolean;
  /** @param isAway the database cannot be asked: the lease runs out by itself */
  stop(isAway: boolean): Promise<void>;
}

export interface ReplicaDeps {
  database: OpenDatabase;
  ingest: Ingest;
  /** Who this is, among all servers. */
  server: string;
  now(): Instant;
  failed(error: unknown, doing: string): void;
}

/** Late samples come in many batches: they are waited for so long after the last, but not longer than that. */
const catchUpAfterMs = 1000;
const catchUpWithinMs = 10_000;
/** Whatever was not heard of is found by looking. */
const lookEveryMs = 30_000;

/** Resolves when the memory says what the store says, with the right to derive where it could be had. */
export async function joinReplicas(deps: ReplicaDeps): Promise<Replica> {
  const { database, ingest, server, now, failed } = deps;
  const { look: catchUp, end: endCatchingUp } = keepLooking(
    () => ingest.catchUp(now()).catch((error: unknown) => failed(error, "what waits could not be derived")),
    lookEveryMs,
  );
  const reopened = soon(catchUpAfterMs, catchUpWithinMs, catchUp);

  async function listenToOthers(): Promise<void> {
    await database.listen(derivedChannel, (payload) => {
      const heard = payload === null ? ingest.refresh() : follow(JSON.parse(payload) as Told);
      heard.catch((error: unknown) => failed(error, "what another server derived could not be read"));
    });
    await database.listen(underivedChannel, catchUp);
  }

  async function follow(told: Told): Promise<void> {
    if ("free" in told) {
      lease?.tryNow();
    } else if (told.by !== server) {
      await ingest.follow(told, now());
    }
  }

  let lease: DerivationLease | null = null;
  if (database.engine === "postgres") {
    await ingest.setRight(null);
    await listenToOthers();
    lease = await holdDerivationLease({
      db: database.db,
      holder: server,
      async setRight(right) {
        await ingest.setRight(right);
        void catchUp();
      },
      failed: (error) => failed(error, "the lease of the server that derives could not be renewed"),
    });
  }
  void catchUp();
  return {
    catchUpSoon: reopened.call,
    rightLost: () => lease?.lost(),
    derives: () => lease?.isHeld() ?? true,
    async stop(isAway) {
      const ended = Promise.all([reopened.end(), endCatchingUp()]);
      if (isAway) {
        lease?.abandon();
      } else {
        await ended;
        await lease?.stop();
      }
    },
  };
}

/** What servers tell each other: what was derived and by whom, or that the lease is free. */
type Told = ({ by: string } & DerivedNews) | { free: true };
