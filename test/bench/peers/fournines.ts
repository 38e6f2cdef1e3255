/** The product itself, started as `npm start` starts it, over PGlite or over a PostgreSQL server of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { type OpenDatabase, queryRows } from "../../../src/store/database.ts";
import { openDatabase } from "../../../src/store/open-database.ts";
import { freePort, startPostgres } from "../../support/postgres-server.ts";
import { childrenNamed, start, type Started } from "../processes.ts";
import { hostOf, untilAnswering } from "../target.ts";
import type { Checking, Peer, Workload } from "./peer.ts";

export type Engine = "PGlite" | "PostgreSQL";

export interface RunningFournines extends Checking {
  url: string;
  /** The server process alone, without the database's processes. */
  server(): Started;
  /** Ends the server at once and starts it anew over the same data; resolves as soon as it is started. */
  restart(): Promise<void>;
  /** Opens the database once the server has stopped. */
  open(): Promise<OpenDatabase>;
}

export function fournines(engine: Engine): Peer & { up(workload: Workload): Promise<RunningFournines> } {
  return {
    name: `fournines/${engine}`,
    isInstalled: () => true,
    async up(workload) {
      const running = await startFournines(engine, workload.folder, platformOf(workload));
      await pause(Math.max(3, Math.min(workload.intervalSeconds, 20)) * 1_000);
      return running;
    },
  };
}

/** As the script `start` of package.json has it. */
const entry = fileURLToPath(new URL("../../../src/cli/fournines.js", import.meta.url));

/** Where the data of a run lie. */
export function dataFolderOf(folder: string, engine: Engine): string {
  return join(folder, `fournines-${engine}`);
}

/** Starts a server of its own over an empty database, or over what is in `folder` already. */
export async function startFournines(
  engine: Engine,
  folder: string,
  platformYaml: string,
  nodeFlags: string[] = [],
  settings: Record<string, string> = {},
): Promise<RunningFournines> {
  const data = dataFolderOf(folder, engine);
  mkdirSync(data, { recursive: true });
  const postgres = engine === "PostgreSQL" ? await startPostgres() : null;
  const port = await freePort();
  const file = join(folder, "platform.yaml");
  writeFileSync(file, platformYaml);
  const startServer = () =>
    start(process.execPath, [...nodeFlags, entry, "start"], join(folder, `fournines-${engine}.log`), {
      PORT: String(port),
      DATA_DIR: data,
      FOURNINES_CONFIG: file,
      LOG_LEVEL: "warn",
      ...settings,
      ...(postgres === null ? { DATABASE_URL: "" } : { DATABASE_URL: postgres.url }),
    });
  let server = startServer();
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(`${url}/healthz`, server);
  const open = () =>
    openDatabase(postgres === null ? { folder: data } : { url: postgres.url, connections: 2 });
  let counted: OpenDatabase | undefined;
  const ask = async (query: ReturnType<typeof sql>) => {
    counted ??= await open();
    return queryRows<{ value: number | string }>(counted.db, query);
  };
  return {
    url,
    server: () => server,
    pids: () => [server.pid, ...(postgres === null ? [] : childrenNamed("postgres"))],
    open,
    async restart() {
      server.child.kill("SIGKILL");
      await new Promise((resolve) => server.child.once("exit", resolve));
      server = startServer();
    },
    async persisted(from, to) {
      const range = sql`at >= ${Math.round(from * 1e3)} and at < ${Math.round(to * 1e3)}`;
      const [row] = await ask(sql`select count(*)::int as value from samples where ${range}`);
      return Number(row!.value);
    },
    async firstDown() {
      const rows = await ask(sql`select min(at) as value from samples where outcome = 2 group by check_id`);
      return rows.map(({ value }) => Number(value) / 1e3);
    },
    async stop() {
      await server.stop();
    },
    async leave() {
      await counted?.close();
      await postgres?.stop();
    },
  };
}

/** A platform file with one HTTP service for each check of a workload. */
export function platformOf({
  checks,
  intervalSeconds,
  port,
}: Pick<Workload, "checks" | "intervalSeconds" | "port">): string {
  const services = Array.from(
    { length: checks },
    (_, i) => `  service-${i}: { checks: { web: { http: "http://${hostOf(i)}:${port}/" } } }`,
  );
  const defaults = `{ interval: ${intervalSeconds}s, timeout: ${Math.min(5, intervalSeconds)}s }`;
  return [`platform: { name: Bench }`, `defaults: ${defaults}`, "services:", ...services, ""].join("\n");
}
