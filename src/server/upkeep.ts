/**
 * What a server does by itself every so often, wired: it lets the board move on with time, gives a sign of life, keeps what a start without
 * the database would serve, writes checkpoints, and asks whether the database is there. Used by server.ts alone.
 */
import type { StatusBoard } from "../domain/status/status-board.ts";
import { engine } from "../engine.ts";
import { dataPaths } from "../config.ts";
import type { DatabaseWatch } from "../live/database-watch.ts";
import type { Ingest } from "../live/ingest.ts";
import { unwellBecause } from "../live/well-being.ts";
import { openCheckIn } from "../notify/check-in.ts";
import { forgetBoard, keepBoard } from "../store/kept-board.ts";
import type { Surroundings } from "./surroundings.ts";

const secondMs = 1_000;
const checkInEveryMs = 60 * secondMs;
const boardKeptEveryMs = 60 * secondMs;
const checkpointEveryMs = 60 * secondMs;
const databaseAskedEveryMs = 2 * secondMs;

export interface Kept {
  ingest: Ingest;
  watched: DatabaseWatch;
  /** Name of this server among those over one database. */
  server: string;
  /** Whether the database may be away while this server is there: one in the data folder is there, or the server is not. */
  mayLoseDatabase: boolean;
  tick(): void;
  askDatabase(): Promise<unknown>;
  publicFacts(): StatusBoard;
  isRootOpen(): boolean;
}

export interface Upkeep {
  /** Keeps the page once more, and does nothing any longer. */
  stop(): Promise<void>;
}

export function startUpkeep(around: Surroundings, kept: Kept): Upkeep {
  const { config, db, log, now, failed } = around;
  const { ingest, watched, server, publicFacts, isRootOpen } = kept;
  const boardPath = dataPaths(config.dataDir).board;

  async function keepPublicBoard(): Promise<void> {
    if (!kept.mayLoseDatabase || watched.isAway()) {
      return;
    }
    try {
      // Whoever starts without the database cannot ask who may see a page that is closed.
      await (isRootOpen() ? keepBoard(boardPath, publicFacts(), engine.version) : forgetBoard(boardPath));
    } catch (error) {
      log.warn({ err: error }, "the page could not be kept for a start without the database");
    }
  }

  async function saveCheckpoints(): Promise<void> {
    try {
      await ingest.saveCheckpoints(now());
    } catch (error) {
      failed(error, {}, "checkpoints could not be written");
    }
  }

  const checkIn =
    config.checkInUrl === null
      ? () => Promise.resolve()
      : openCheckIn({
          url: config.checkInUrl,
          unwellBecause: () => unwellBecause(db, watched, server, now()),
          silent: (reason) => log.error({ reason }, "no sign of life can be given at CHECK_IN_URL"),
          resumed: () => log.info("signs of life are given again at CHECK_IN_URL"),
        });

  void checkIn();
  void keepPublicBoard();
  const timers = [
    setInterval(kept.tick, secondMs),
    setInterval(() => void checkIn(), checkInEveryMs),
    setInterval(() => void keepPublicBoard(), boardKeptEveryMs),
    setInterval(() => void saveCheckpoints(), checkpointEveryMs),
    setInterval(() => void kept.askDatabase(), databaseAskedEveryMs),
  ];
  return {
    async stop() {
      await keepPublicBoard();
      timers.forEach(clearInterval);
    },
  };
}
