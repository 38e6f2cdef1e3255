/**
 * The door for batches on a running server: one at a time, so that derived state has one writer; notices when the database is
 * away and when it is back, and tells the board what changed.
 */
import type { SignedBatch } from "../../probes/protocol.ts";
import { type RecordedBatch, recordBatch } from "../actions/record-batch.ts";
import { Refusal } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { putCheckpoints } from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import type { DatabaseWatch } from "./database-watch.ts";
import type { LiveBoard } from "./live-board.ts";
import { type LiveReadings, reloadReadings } from "./live-readings.ts";

export interface Ingest {
  /** Records a batch after the ones before it; rejects as `recordBatch` does. */
  record(signed: SignedBatch, now: Instant): Promise<RecordedBatch>;
  /** Writes down where every changed check's derivation stands. */
  saveCheckpoints(): Promise<void>;
  /** Runs something between two batches: nothing is recorded meanwhile. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface IngestDeps {
  db: Database;
  live: LiveReadings;
  board: Pick<LiveBoard, "touch">;
  database: Pick<DatabaseWatch, "failed" | "succeeded">;
  /** Told of every batch that was taken, and of refusals by their code. */
  count?(outcome: { samples: number } | { refused: string }): void;
}

export function openIngest({ db, live, board, database, count }: IngestDeps): Ingest {
  let last: Promise<unknown> = Promise.resolve();
  /** Whether something may stand in the store that the memory has not followed: a commit whose answer never came. */
  let doubtful = false;
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }
  return {
    exclusively,
    record: (signed, now) =>
      exclusively(async () => {
        try {
          if (doubtful) {
            await reloadReadings(db, live);
            board.touch(slugsOf(live));
            doubtful = false;
          }
          const recorded = await recordBatch(db, live, signed, now);
          database.succeeded(now, true);
          board.touch(recorded.changedServices);
          count?.({ samples: recorded.samples });
          return recorded;
        } catch (error) {
          if (error instanceof Refusal) {
            count?.({ refused: error.code });
          } else {
            doubtful = true;
            database.failed(error, now);
            count?.({ refused: "failed" });
          }
          throw error;
        }
      }),
    saveCheckpoints: () =>
      exclusively(async () => {
        const unsaved = [...live.checks.values()].filter((check) => check.unsaved);
        for (let i = 0; i < unsaved.length; i += 1000) {
          const some = unsaved.slice(i, i + 1000);
          await putCheckpoints(
            db,
            some.map((check) => ({ checkId: check.id, ...check.derivation.settled })),
          );
          some.forEach((check) => (check.unsaved = false));
        }
      }),
  };
}

function slugsOf(live: LiveReadings): Set<string> {
  return new Set([...live.checks.values()].map((check) => check.serviceSlug));
}
