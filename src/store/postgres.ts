/**
 * A PostgreSQL server behind a pool of connections. A connection that is lost is lost for good: whatever still runs on it is refused, so
 * that no transaction can go on half, on another connection, after its beginning was taken back.
 */
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import type { Database, OpenDatabase } from "./database.ts";
import { migrationsFolder } from "./migrations.ts";

const connectWithinMs = 5_000;
const idleMs = 60_000;
const longestPauseMs = 1_000;

/** A connection that gives up connecting in time. The pool itself lets its callers wait for a free one as long as it takes. */
class Connection extends pg.Client {
  constructor(options?: string | pg.ClientConfig) {
    super({ ...(options as pg.ClientConfig), connectionTimeoutMillis: connectWithinMs });
  }
}

export function openServer(url: string, connections: number): OpenDatabase {
  const options = { connectionString: url, application_name: "fournines", keepAlive: true };
  const poolOf = (max: number) => {
    const pool = new pg.Pool({ ...options, max, idleTimeoutMillis: idleMs, Client: Connection as never });
    // That a connection ended is told by what runs on it; where nothing does, the next query opens another.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  };
  const pool = poolOf(connections);
  const db = withOwnTransactions(pool);
  // The job library sends whole transactions as one text: they have a connection of their own.
  const jobs = poolOf(1);
  const listeners: Listener[] = [];
  return {
    db,
    engine: "postgres",
    migrate: () => migrate(db as never, { migrationsFolder }),
    async listen(channel, heard) {
      listeners.push(await listen(options, channel, heard));
    },
    executeSql: oneAfterTheOther(async (text, values = []) => {
      try {
        const result = (await jobs.query(text, values.map(asJobsWriteIt))) as unknown as Result | Result[];
        return { rows: [result].flat().flatMap(({ rows }) => rows ?? []) };
      } catch (error) {
        // Text that opened a transaction and failed in it would leave the connection of no use.
        await jobs.query("rollback").catch(() => {});
        throw error;
      }
    }),
    async close() {
      await Promise.all([...listeners.map((one) => one.close()), pool.end(), jobs.end()]);
    },
  };
}

/**
 * The database over a pool, each transaction on a connection that is given back whatever becomes of it: drizzle would keep one on which
 * not even `begin` got through.
 */
function withOwnTransactions(pool: pg.Pool): Database {
  const db = drizzle({ client: pool }) as unknown as Database;
  const overOne = new WeakMap<pg.PoolClient, Database>();
  db.transaction = async (work, config) => {
    const client = await pool.connect();
    let own = overOne.get(client);
    if (own === undefined) {
      own = drizzle({ client }) as unknown as Database;
      overOne.set(client, own);
    }
    try {
      return await own.transaction(work, config);
    } finally {
      // One that was lost is not taken back.
      client.release();
    }
  };
  return db;
}

interface Result {
  rows?: unknown[];
}

const asJobsWriteIt = (value: unknown) => value ?? null;

/** A connection on which transactions are opened by hand must not be shared by two at a time. */
function oneAfterTheOther<Arguments extends unknown[], T>(
  work: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const next = last.then(() => work(...given));
    last = next.catch(() => {});
    return next;
  };
}

interface Listener {
  close(): Promise<void>;
}

/** Hears a channel on a connection of its own, which is opened again whenever it is lost. Rejects where the first one cannot be. */
async function listen(
  options: pg.ClientConfig,
  channel: string,
  heard: (payload: string | null) => void,
): Promise<Listener> {
  let current: pg.Client;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  async function open(attempts: number): Promise<void> {
    const client = new Connection(options);
    current = client;
    let retried = false;
    const retry = () => {
      if (!retried && !over) {
        retried = true;
        timer = setTimeout(
          () => void open(attempts + 1).catch(() => {}),
          Math.min(longestPauseMs, 100 * attempts),
        );
      }
    };
    client.on("error", () => {});
    client.on("notification", ({ channel: of, payload }) => {
      if (of === channel) {
        heard(payload ?? "");
      }
    });
    try {
      await client.connect();
      client.on("end", retry);
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      attempts = 0;
      heard(null);
    } catch (error) {
      void client.end().catch(() => {});
      retry();
      throw error;
    }
  }

  try {
    await open(1);
  } catch (error) {
    over = true;
    clearTimeout(timer);
    throw error;
  }
  return {
    async close() {
      over = true;
      clearTimeout(timer);
      await current.end().catch(() => {});
    },
  };
}
