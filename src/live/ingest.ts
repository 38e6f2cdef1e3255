/**
 * The door for batches on a running server, and the one queue for everything that changes its memory. A batch is stored and derived
 * from at once where this server has the right to derive; else it is stored, and the server that has the right is asked to. Notices
 * when the database is away and when it is back, and tells the board what changed.
 */
import type { SignedBatch } from "../../probes/protocol.ts";
import { alone, type DerivationRight, type DerivedNews, RightLost } from "../actions/derivation-right.ts";
import { type DerivedBatch, deriveStored, followStored } from "../actions/derive-batch.ts";
import { type ReceivedBatch, receiveBatch } from "../actions/receive-batch.ts";
import { type RecordedBatch, recordReceived } from "../actions/record-batch.ts";
import { rederiveChecks } from "../actions/rederive-checks.ts";
import { Refusal } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { putCheckpoints } from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import { putReopenings } from "../store/reopenings.ts";
import { type BatchPlace, listUnderived } from "../store/underived-batches.ts";
import type { DatabaseWatch } from "./database-watch.ts";
import type { LiveBoard } from "./live-board.ts";
import { settleQuiet } from "./live-check.ts";
import { type LiveReadings, reloadChecks, reloadReadings } from "./live-readings.ts";

export interface Ingest {
  /** Records a batch after the ones before it; rejects as `recordBatch` does. */
  record(signed: SignedBatch, now: Instant): Promise<RecordedBatch>;
  /** Takes over the right to derive, or gives it up: the memory then begins anew from what the store says. */
  setRight(right: DerivationRight | null): Promise<void>;
  /** Derives from what other servers left, and again from what came late. Nothing, without the right. */
  catchUp(now: Instant): Promise<void>;
  /** Takes into the memory what another server derived. Nothing, with the right. */
  follow(news: DerivedNews, now: Instant): Promise<void>;
  /** Takes over a changed configuration; what was derived by rules that held no longer is derived again. */
  reloadChecks(now: Instant): Promise<void>;
  /** Loads the memory again: something may have been missed. */
  refresh(): Promise<void>;
  /** Writes down where every changed check's derivation stands. */
  saveCheckpoints(now: Instant): Promise<void>;
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
  /** Called when samples came late: `catchUp` has something to do, soon. */
  reopened?(): void;
  /** Told of a batch that was stored and cannot be derived from: a defect, that keeps no other batch waiting. */
  passedOver?(place: BatchPlace, error: unknown): void;
  /** Called when another server turns out to derive. */
  rightLost?(): void;
  /** The right to begin with; a process that has its database to itself has it for good. */
  right?: DerivationRight | null;
}

/** How many batches of other servers are looked up together. */
const waitingAtOnce = 100;

export function openIngest(deps: IngestDeps): Ingest {
  const { db, live, board, database, count } = deps;
  let right = deps.right === undefined ? alone : deps.right;
  let last: Promise<unknown> = Promise.resolve();
  /** Whether something may stand in the store that the memory has not followed: a commit whose answer never came. */
  let doubtful = false;
  /** Batches that could not be derived from, for a reason of their own: tried again the next time. */
  const passedOver = new Set<string>();

  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }

  async function reload(): Promise<void> {
    doubtful = true;
    await reloadReadings(db, live);
    board.touch(slugsOf(live));
    doubtful = false;
  }

  /** One step on the memory: whatever went wrong before is mended first, and a right that was lost is given up. */
  async function step<T>(now: Instant, work: () => Promise<T>): Promise<T> {
    try {
      if (doubtful) {
        await reload();
      }
      return await work();
    } catch (error) {
      if (error instanceof RightLost) {
        right = null;
        deps.rightLost?.();
      } else if (!(error instanceof Refusal)) {
        doubtful = true;
        database.failed(error, now);
      }
      throw error;
    }
  }

  function tell({ changedServices, reopened }: DerivedBatch): void {
    board.touch(changedServices);
    if (reopened > 0) {
      deps.reopened?.();
    }
  }

  async function recordInTurn(received: ReceivedBatch, now: Instant): Promise<RecordedBatch> {
    try {
      return await step(now, () => recordReceived(db, live, received, right));
    } catch (error) {
      if (error instanceof RightLost) {
        return step(now, () => recordReceived(db, live, received, null));
      }
      throw error;
    }
  }

  async function deriveWaiting(places: readonly BatchPlace[], now: Instant): Promise<void> {
    for (const place of places) {
      try {
        const derived = await exclusively(() =>
          step(now, async () => (right === null ? null : deriveStored(db, live, place, right, now))),
        );
        if (derived !== null) {
          tell(derived);
        }
      } catch (error) {
        if (error instanceof RightLost || database.failed(error, now)) {
          throw error;
        }
        // A batch that cannot be derived from must not keep the others from it.
        passedOver.add(keyOf(place));
        deps.passedOver?.(place, error);
      }
    }
  }

  return {
    exclusively,
    async record(signed, now) {
      try {
        // Looking at a batch needs nobody's turn: signatures are checked and bytes compressed while others are stored.
        const received = await receiveBatch(db, signed, now);
        const recorded = await exclusively(() => recordInTurn(received, now));
        database.succeeded(now, true);
        tell(recorded);
        count?.({ samples: recorded.samples });
        return recorded;
      } catch (error) {
        if (!(error instanceof Refusal)) {
          database.failed(error, now);
        }
        count?.({ refused: error instanceof Refusal ? error.code : "failed" });
        throw error;
      }
    },
    setRight: (given) =>
      exclusively(async () => {
        // Whether or not the store can be read now, nothing is derived from what the memory said.
        right = null;
        await reload();
        right = given;
      }),
    async catchUp(now) {
      passedOver.clear();
      for (let places = await waiting(); places.length > 0; places = await waiting()) {
        await deriveWaiting(places, now);
      }
      for (let more = right !== null; more;) {
        const changed = await exclusively(() =>
          step(now, async () => (right === null ? null : rederiveChecks(db, live, right, now))),
        );
        board.touch(changed ?? []);
        more = changed !== null;
      }
    },
    follow: (news, now) =>
      exclusively(() =>
        step(now, async () => {
          if (right !== null) {
            // Told before the right was taken over: the memory was loaded since, and would count the batch twice.
            return;
          }
          if ("checkIds" in news) {
            await reloadReadings(db, live, news.checkIds);
            board.touch(slugsOf(live, new Set(news.checkIds)));
          } else {
            board.touch((await followStored(db, live, news, now)).changedServices);
          }
        }),
      ),
    reloadChecks: (now) =>
      exclusively(() =>
        step(now, async () => {
          const judgedOtherwise = await reloadChecks(db, live);
          if (right !== null && judgedOtherwise.length > 0) {
            const { enter } = right;
            await db.transaction(async (tx) => {
              await enter(tx);
              await putReopenings(tx, judgedOtherwise);
            });
            deps.reopened?.();
          }
        }),
      ),
    refresh: () => exclusively(reload),
    saveCheckpoints: (now) =>
      exclusively(async () => {
        if (right === null) {
          return;
        }
        live.checks.forEach((check) => settleQuiet(check, now));
        const unsaved = [...live.checks.values()].filter((check) => check.unsaved);
        for (let i = 0; i < unsaved.length; i += 1000) {
          const some = unsaved.slice(i, i + 1000);
          const { enter } = right;
          await db.transaction(async (tx) => {
            await enter(tx);
            await putCheckpoints(
              tx,
              some.map((check) => ({ checkId: check.id, ...check.derivation.settled })),
            );
          });
          some.forEach((check) => (check.unsaved = false));
        }
      }),
  };

  async function waiting(): Promise<BatchPlace[]> {
    const places = right === null ? [] : await listUnderived(db, waitingAtOnce);
    return places.filter((place) => !passedOver.has(keyOf(place)));
  }
}

const keyOf = ({ probeId, sequence }: BatchPlace) => `${probeId} ${sequence}`;

function slugsOf(live: LiveReadings, checkIds?: ReadonlySet<number>): Set<string> {
  const checks = [...live.checks.values()];
  return new Set(checks.filter(({ id }) => checkIds?.has(id) ?? true).map(({ serviceSlug }) => serviceSlug));
}
