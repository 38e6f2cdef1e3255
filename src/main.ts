/**
 * The process: configuration → data folder → database → platform file → server; words at start-up, SIGHUP to take over a changed
 * file, SIGTERM and SIGINT to stop. `npm start` runs this file.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sql } from "drizzle-orm";
import pino, { type Logger } from "pino";
import { type Config, dataPaths, readConfig } from "./config.ts";
import { Conflict, Refusal } from "./domain/errors.ts";
import { isoInstant } from "./domain/time/written-instant.ts";
import { engine } from "./engine.ts";
import type { HttpServer } from "./http/server.ts";
import { servePageWithoutDatabase } from "./page-without-database.ts";
import { applyConfiguredPlatform } from "./platform-at-start.ts";
import { type RunningServer, startServer } from "./server.ts";
import { lockDataFolder } from "./store/data-folder.ts";
import { type OpenDatabase, queryRows } from "./store/database.ts";
import { openDatabase } from "./store/open-database.ts";
import { readKeptBoard } from "./store/kept-board.ts";
import { databaseTrouble, isDatabaseAway } from "./store/database-away.ts";

const databaseAwaitedMs = 60_000;
const databaseAskedEveryMs = 1_000;
const stopWithinMs = 5_000;
/** By then the first page was asked for, and the first batches have come. */
const startedForMs = 5_000;

/** Starts, and runs until it is told to stop. */
async function main(): Promise<void> {
  // Whoever read what we print may be gone; that is no reason to stop watching.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  // Until there is something to end in order, the end is at once: every file is whole at every moment.
  let stop: () => void = () => process.exit(0);
  process.on("SIGTERM", () => stop());
  process.on("SIGINT", () => stop());
  // Until there is something to take a file over, it is about to be read anyway.
  let readAgain: () => void = () => {};
  process.on("SIGHUP", () => readAgain());

  const config = readConfig();
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const lock = await lockDataFolder(config.dataDir);
  const database = await openDatabase(
    config.databaseUrl === null ? { folder: config.dataDir } : { url: config.databaseUrl },
  );
  const opened = await reachDatabase(database, config, log);
  await database.migrate();
  const platform = await applyConfiguredPlatform(config, database.db, Date.now());
  const server = await startServer(config, database, log, Date.now, opened);
  stop = stopOnce(server, database, lock);
  sayHello(config, server, platform.source);
  setTimeout(giveBackMemory, startedForMs).unref();

  readAgain = () => void takeOverFile(config, database, server, log);
}

/** Starting makes more garbage than a quiet day: it is collected once, now, and not carried along until there is need. */
function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}

/**
 * Waits for a database that does not answer yet, and says so once; one that refuses us is not waited for. Where the page was kept, it is
 * served meanwhile, for as long as it takes; else it is waited for a while. Gives what listens then.
 */
async function reachDatabase(
  { db }: OpenDatabase,
  config: Config,
  log: Logger,
): Promise<HttpServer | undefined> {
  const { databaseUrl } = config;
  const until = Date.now() + databaseAwaitedMs;
  let opened: HttpServer | undefined;
  for (let said = false; ; said = true) {
    try {
      await queryRows(db, sql`select 1`);
      return opened;
    } catch (error) {
      const where = databaseUrl === null ? "in the data folder" : `at ${new URL(databaseUrl).host}`;
      const isAway = isDatabaseAway(error);
      const what = `the database ${where} ${isAway ? "does not answer" : "refuses"} (${reasonOf(error)})`;
      if (databaseUrl === null || !isAway || (opened === undefined && Date.now() > until)) {
        const advice = isAway ? "check DATABASE_URL and that the server runs" : "check DATABASE_URL";
        throw new Conflict("database_away", `${what}; ${advice}`, [], { cause: error });
      }
      if (!said) {
        console.error(`Waiting: ${what}.`);
        opened = await serveKeptPage(config, log);
      }
      await sleep(databaseAskedEveryMs);
    }
  }
}

/** Undefined: no page was kept here. */
async function serveKeptPage(config: Config, log: Logger): Promise<HttpServer | undefined> {
  const board = readKeptBoard(dataPaths(config.dataDir).board, engine.version);
  if (board === null) {
    return undefined;
  }
  const opened = await servePageWithoutDatabase(config, board, Date.now, (error) =>
    log.error({ err: error }, "a page could not be rendered"),
  );
  const { host, port } = opened.address;
  const url = config.baseUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  console.error(`Meanwhile ${url} serves the page as it was known at ${isoInstant(board.at)}.`);
  return opened;
}

/** What the driver or the system said, not the query it was said of; a refused connection is an empty message around a code. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = error as { cause?: unknown; code?: string; message?: string };
  return cause === undefined ? message || code || "unknown" : reasonOf(cause);
}

function sayHello(config: Config, server: RunningServer, source: string): void {
  const { services, checks, location, noLocation } = server.watching;
  const place = config.databaseUrl === null ? "" : `, database at ${new URL(config.databaseUrl).host}`;
  console.log(
    [
      `Fournines is running: ${server.url}`,
      noLocation === null
        ? `  watching   ${services} services with ${checks} checks from "${location}" (${source})`
        : `  watching   nothing: ${noLocation} (${source})`,
      `  data       ${config.dataDir}${place}`,
      ...(server.firstToken === null
        ? []
        : [
            `  token      ${server.firstToken}`,
            "             shown this once: it may declare incidents, plan maintenance and close months",
            `  console    ${server.firstLink}`,
            "             once, within a week: say who you are and choose a password; others you invite there",
          ]),
    ].join("\n"),
  );
}

/** SIGHUP: the file is read again; with a mistake in it, everything stays as it is. */
async function takeOverFile(
  config: Config,
  { db }: OpenDatabase,
  server: RunningServer,
  log: Logger,
): Promise<void> {
  try {
    const { source, changes } = await applyConfiguredPlatform(config, db, Date.now());
    await server.reload();
    log.info({ source, changes }, "the platform was read again");
  } catch (error) {
    if (error instanceof Refusal) {
      console.error(`Nothing was changed: ${error.message}`);
    } else {
      log.error({ err: error }, "the platform could not be read again");
    }
  }
}

function stopOnce(
  server: RunningServer,
  database: OpenDatabase,
  lock: { release(): Promise<void> },
): () => void {
  let stopping = false;
  return () => {
    if (stopping) {
      return;
    }
    stopping = true;
    // Whatever hangs, the process ends: what was acknowledged is stored already.
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    void (async () => {
      await server.stop();
      await Promise.allSettled([database.close(), lock.release()]);
      process.exit(0);
    })();
  };
}

/** Runs the server, and ends the process with a sentence where it cannot start. */
export async function runServer(): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(whyNotStarted(error));
    process.exit(1);
  }
}

function whyNotStarted(error: unknown): string {
  if (error instanceof Refusal) {
    return `Fournines did not start: ${error.message}`;
  }
  const trouble = databaseTrouble(error);
  if (trouble !== null) {
    return `Fournines did not start: the database could not be used (${trouble.reason}); start it again`;
  }
  const { stack } = error as Error;
  return `Fournines did not start, by a defect of its own: ${stack ?? String(error)}`;
}

if (import.meta.main) {
  await runServer();
}
