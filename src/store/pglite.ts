/**
 * PGlite behind the type of database.ts: PostgreSQL inside this process, in a folder or in memory.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { fromPglite } from "pg-boss";
import { Conflict } from "../domain/errors.ts";
import { CopiedFiles } from "./copied-files.ts";
import type { OpenDatabase } from "./database.ts";
import { migrationsFolder } from "./migrations.ts";

/** PGlite's own way of starting, with buffers for a server that watches services, not for a warehouse: it saves 130 MB. */
const startParams = [
  ...PGlite.defaultStartParams,
  ...["-c", "shared_buffers=12MB"],
  ...["-c", "wal_buffers=512kB"],
];

/**
 * In a process of its own: making the files takes several hundred MB, which only a process that ends gives back. Made beside and then
 * renamed: the folder is there whole or not at all, whoever is killed on the way.
 */
async function createCluster(folder: string): Promise<void> {
  const script = fileURLToPath(new URL("./create-cluster.ts", import.meta.url));
  const beside = `${folder}.new-${process.pid}`;
  try {
    mkdirSync(beside, { recursive: true, mode: 0o700 });
    await promisify(execFile)(process.execPath, [script, beside], { timeout: 120_000 });
    // Of an earlier version, which made the folder first.
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } catch (cause) {
    rmSync(beside, { recursive: true, force: true });
    throw new Conflict(
      "database_not_created",
      `the database could not be created in ${folder}: is the disk full, or the folder not writable?`,
      [],
      { cause },
    );
  }
}

/** The database of a data folder; its files are made where there are none yet. */
export async function openFolder(dataFolder: string): Promise<OpenDatabase> {
  const folder = join(dataFolder, "pglite");
  if (!existsSync(join(folder, "PG_VERSION"))) {
    await createCluster(folder);
  }
  return over(await PGlite.create({ dataDir: folder, startParams }));
}

/** A database that is gone with the process; with a copy of the one in a data folder, or empty. */
export async function openMemory(copyOf?: string): Promise<OpenDatabase> {
  const files = copyOf === undefined ? {} : { fs: new CopiedFiles(join(copyOf, "pglite")) };
  return over(await PGlite.create({ ...files, startParams }));
}

function over(engine: PGlite): OpenDatabase {
  const client = inTurns(untilEnded(engine));
  const db = drizzle({ client });
  return {
    db,
    engine: "pglite",
    migrate: () => migrate(db, { migrationsFolder }),
    async listen(channel, heard) {
      await client.listen(channel, heard);
    },
    executeSql: fromPglite(client).executeSql,
    async close() {
      await client.close();
    },
  };
}

/** First bytes of the messages that end a PostgreSQL session, and that begin a statement. */
const terminate = 0x58;
const parse = 0x50;

/**
 * PostgreSQL ends itself when it can no longer write its log (the disk is full, say), and when it is closed. PGlite lives on in pieces,
 * and a query that comes afterwards would never return and hold up everything else. So nothing is asked of it any more; what it has stored
 * is safe, and a restart recovers it.
 */
function untilEnded(client: PGlite): PGlite {
  let ended: Error | undefined;
  const guarded = <Rest extends unknown[], T>(work: (message: Uint8Array, ...rest: Rest) => Promise<T>) => {
    return async (message: Uint8Array, ...rest: Rest): Promise<T> => {
      if (ended !== undefined) {
        throw ended;
      }
      if (message[0] === terminate) {
        ended = stopped("it was closed");
      }
      try {
        return await work(message, ...rest);
      } catch (error) {
        const { severity, message: words } = error as { severity?: string; message: string };
        if (severity === "PANIC") {
          ended = stopped(`${words}. Make room, then start Fournines again`, error);
        }
        throw error;
      }
    };
  };
  client.execProtocol = guarded(client.execProtocol.bind(client));
  client.execProtocolStream = guarded(client.execProtocolStream.bind(client));
  return client;
}

/**
 * PGlite answers within the process: between one statement and the next nothing else would get a turn, however many of them a job has. So
 * the process turns to everybody else before each.
 */
function inTurns(client: PGlite): PGlite {
  const work = client.execProtocolStream.bind(client);
  client.execProtocolStream = async (message, ...rest) => {
    if (message[0] === parse) {
      await nextTurn();
    }
    return work(message, ...rest);
  };
  return client;
}

/** With PostgreSQL's own code for a server that had to end. */
function stopped(why: string, cause?: unknown): Error {
  const words = `the database in the data folder has stopped: ${why}`;
  return Object.assign(new Error(words, { cause }), { code: "57P02" });
}
