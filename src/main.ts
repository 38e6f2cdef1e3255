/**
 * The process: configuration → data folder → database → platform file → server; words at start-up, SIGHUP to take over a changed
 * file, SIGTERM and SIGINT to stop. `npm start` runs this file.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import pino, { type Logger } from "pino";
import { type Config, readConfig } from "./config.ts";
import { Conflict, Refusal } from "./domain/errors.ts";
import { applyConfiguredPlatform } from "./platform-at-start.ts";
import { type RunningServer, startServer } from "./server.ts";
import { lockDataFolder } from "./store/data-folder.ts";
import { type OpenDatabase, openDatabase, queryRows } from "./store/database.ts";

const databaseAwaitedMs = 60_000;
const databaseAskedEveryMs = 2_000;
const stopWithinMs = 5_000;

/** Starts, and runs until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const lock = await lockDataFolder(config.dataDir);
  const database = await openDatabase(
    config.databaseUrl === null ? { folder: config.dataDir } : { url: config.databaseUrl },
  );
  await reachDatabase(database, config);
  await database.migrate();
  const platform = await applyConfiguredPlatform(config, database.db, Date.now());
  const server = await startServer(config, database, log);
  sayHello(config, server, platform.source);

  process.on("SIGHUP", () => void takeOverFile(config, database, server, log));
  const stop = stopOnce(server, database, lock);
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** Waits a while for a database that does not answer yet, and says so once. */
async function reachDatabase({ db }: OpenDatabase, { databaseUrl }: Config): Promise<void> {
  const until = Date.now() + databaseAwaitedMs;
  for (let said = false; ; said = true) {
    try {
      await queryRows(db, sql`select 1`);
      return;
    } catch (error) {
      const where = databaseUrl === null ? "in the data folder" : `at ${new URL(databaseUrl).host}`;
      const what = `the database ${where} does not answer (${reasonOf(error)})`;
      if (databaseUrl === null || Date.now() > until) {
        throw new Conflict("database_away", `${what}; check DATABASE_URL and that the server runs`, [], {
          cause: error,
        });
      }
      if (!said) {
        console.error(`Waiting: ${what}.`);
      }
      await sleep(databaseAskedEveryMs);
    }
  }
}

/** A refused connection is an empty message around the system's code. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = error as { cause?: unknown; code?: string; message?: string };
  return code ?? (cause === undefined ? (message ?? "unknown") : reasonOf(cause));
}

function sayHello(config: Config, server: RunningServer, source: string): void {
  const { services, checks, location } = server.watching;
  const place = config.databaseUrl === null ? "" : `, database at ${new URL(config.databaseUrl).host}`;
  console.log(
    [
      `Fournines is running: ${server.url}`,
      `  watching   ${services} services with ${checks} checks from "${location}" (${source})`,
      `  data       ${config.dataDir}${place}`,
      ...(server.firstToken === null
        ? []
        : [
            `  token      ${server.firstToken}`,
            "             shown this once: it may declare incidents and plan maintenance",
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
      await database.close();
      await lock.release();
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
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === "listen") {
    return `Fournines did not start: port ${port} cannot be had (${code}); set PORT to another one.`;
  }
  const { stack } = error as Error;
  return `Fournines did not start, by a defect of its own: ${stack ?? String(error)}`;
}

if (import.meta.main) {
  await runServer();
}
