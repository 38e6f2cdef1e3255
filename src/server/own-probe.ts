/**
 * The probe that comes with a server, wired: on a thread of its own, polling for its share and delivering like any other, but without a
 * wire. Used by server.ts alone.
 */
import type { Logger } from "pino";
import { type LocalProbe, startLocalProbe } from "../../probes/node/local.ts";
import type { CheckKind, SignedBatch } from "../../probes/protocol.ts";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Assignments } from "../live/assignments.ts";
import type { DatabaseWatch } from "../live/database-watch.ts";
import type { Ingest } from "../live/ingest.ts";
import { joinAsProbe, type JoinedProbe, type PollingProbe, startPolling } from "../live/local-probe.ts";
import { listCheckIns } from "../store/check-ins.ts";
import type { Database } from "../store/database.ts";

export interface OwnProbe {
  /** Starts asking, or polls anew where it does already; why not, where the platform has no such place. */
  follow(): Promise<string | null>;
  isAsking(): boolean;
  /** A job called this server. */
  checkedIn(checkId: number, at: Instant, outcome: "ok" | "fail"): void;
  /** Jobs may have called another server while this one's probe asks their checks. */
  readCheckIns(): Promise<void>;
  /** Delivers what was seen and asks no more. */
  stop(): Promise<void>;
  /** Gives its share up, so that others may take it at once. */
  leave(): Promise<void>;
}

export interface OwnProbeDeps {
  db: Database;
  assignments: Pick<Assignments, "poll">;
  ingest: Pick<Ingest, "record" | "exclusively">;
  watched: Pick<DatabaseWatch, "isAway">;
  /** Where it stands, what can be asked from there, and where its key lies. */
  location: string;
  kinds: readonly CheckKind[];
  keyFile: string;
  now(): Instant;
  log: Logger;
  countProblem(kind: string): void;
  /** Something went wrong that need not be a defect: the database may be away. */
  failed(error: unknown, doing: string): void;
}

export function openOwnProbe(deps: OwnProbeDeps): OwnProbe {
  const { db, ingest, watched, location, kinds, keyFile, now, log } = deps;
  let probe: LocalProbe | undefined;
  let polling: PollingProbe | undefined;
  /** The latest call of each job that the probe was told of. */
  const told = new Map<number, Instant>();

  async function join(): Promise<string | null> {
    let joined: JoinedProbe;
    try {
      joined = await joinAsProbe(db, keyFile, location, kinds, now());
    } catch (error) {
      if (error instanceof NotFound) {
        log.warn({ location }, error.message);
        return error.message;
      }
      throw error;
    }
    const local = startLocalProbe({
      ...joined,
      // Between two batches: a chain that is read while its next batch is being stored would be one behind.
      readChain: () => ingest.exclusively(joined.readChain),
      assignments: [],
      deliver,
      onProblem(problem) {
        deps.countProblem(problem.kind);
        // What comes of a database that is away was said already.
        const isSaid = watched.isAway() || problem.kind === "delivery_resumed";
        log[isSaid ? "debug" : "warn"](problem, "the local probe reports a problem");
      },
    });
    try {
      polling = await poll(local, joined);
    } catch (error) {
      await local.stop();
      throw error;
    }
    probe = local;
    return null;
  }

  function poll(local: LocalProbe, joined: JoinedProbe): Promise<PollingProbe> {
    return startPolling({
      db,
      assignments: deps.assignments,
      probe: joined,
      now,
      asks(list) {
        local.setAssignments(list.assignments);
        local.setSelfCheck(list.selfCheck);
      },
      async state() {
        const { networkLostSince, delivery } = await local.statistics();
        const { held, oldestHeldAt, refused } = delivery;
        // It has the server's clock.
        return { kinds: [...kinds], networkLostSince, held, oldestHeldAt, refused, skewMs: 0 };
      },
      failed: (error) => deps.failed(error, "the local probe could not poll"),
      revoked() {
        local.setAssignments([]);
        log.error({ probe: joined.probeId, key: keyFile }, "the local probe was revoked and asks nothing");
      },
    });
  }

  async function deliver(signed: SignedBatch): Promise<{ acknowledged: number }> {
    const { acknowledged, samples } = await ingest.record(signed, now());
    log.debug({ acknowledged, samples }, "a batch was recorded");
    return { acknowledged };
  }

  function checkedIn(checkId: number, at: Instant, outcome: "ok" | "fail"): void {
    if (at > (told.get(checkId) ?? 0)) {
      told.set(checkId, at);
      probe?.checkedIn(checkId, at, outcome);
    }
  }

  return {
    async follow() {
      if (polling === undefined) {
        return join();
      }
      await polling.poll();
      return null;
    },
    isAsking: () => probe !== undefined,
    checkedIn,
    async readCheckIns() {
      for (const { checkId, calledAt, outcome } of await listCheckIns(db)) {
        checkedIn(checkId, calledAt, outcome);
      }
    },
    async stop() {
      polling?.stop();
      await probe?.stop();
    },
    async leave() {
      await polling?.leave();
    },
  };
}
