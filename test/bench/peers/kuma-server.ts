/**
 * Uptime Kuma 2 with its SQLite, from an installed copy in `KUMA_DIR`: a data folder with one user, its server, and the client that comes
 * with it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../support/postgres-server.ts";
import { start, type Started } from "../processes.ts";

const home = process.env.KUMA_DIR ?? "";
const user = { username: "bench", password: "Bench-pass-1234" };

/** What is used of the client that comes with it (socket.io). */
export interface Client {
  once(event: string, listener: () => void): void;
  timeout(ms: number): { emit(event: string, ...rest: unknown[]): void };
  close(): void;
}

export function isKumaInstalled(): boolean {
  return home !== "" && existsSync(join(home, "server/server.js"));
}

/** A data folder within `folder`, with a user, and without the search for updates; the server is not running. */
export async function newKumaFolder(folder: string): Promise<string> {
  const data = join(folder, "kuma");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "db-config.json"), '{"type":"sqlite"}');
  const port = await freePort();
  const first = await serveKuma(data, port, join(folder, "kuma-first.log"));
  const founder = await clientOf(port);
  await ask(founder, "setup", user.username, user.password);
  founder.close();
  await first.stop();
  const database = openKuma(data);
  database.exec(
    "insert or replace into setting (key, value, type) values ('checkUpdate', 'false', 'general')",
  );
  database.close();
  return data;
}

export function openKuma(data: string, readOnly = false): DatabaseSync {
  return new DatabaseSync(join(data, "kuma.db"), { readOnly });
}

/** Monitors that are not active, one for each address, from id 1 on. */
export function addMonitors(
  database: DatabaseSync,
  addresses: readonly string[],
  intervalSeconds: number,
): void {
  const insert = database.prepare(
    `insert into monitor (id, name, active, user_id, interval, url, type, maxretries, retry_interval, timeout,
      domain_expiry_notification, expiry_notification) values (?, ?, 0, 1, ?, ?, 'http', 0, 0, ?, 0, 0)`,
  );
  for (const [i, address] of addresses.entries()) {
    insert.run(i + 1, `m${i}`, intervalSeconds, address, intervalSeconds * 0.8);
  }
}

/** Resolves once its own log says that it listens. */
export async function serveKuma(data: string, port: number, log: string): Promise<Started> {
  writeFileSync(log, "");
  const environment = {
    DATA_DIR: `${data}/`,
    UPTIME_KUMA_HOST: "127.0.0.1",
    UPTIME_KUMA_PORT: String(port),
    NODE_ENV: "production",
    TZ: "UTC",
  };
  // It looks for its own files in the folder where it runs.
  const server = start("node", ["server/server.js"], log, environment, home);
  for (let i = 0; i < 600; i++) {
    const said = readFileSync(log, "utf8");
    if (/SERVER.*Listening on/.test(said)) {
      return server;
    }
    if (server.child.exitCode !== null) {
      throw new Error(`Uptime Kuma ended: ${said.slice(-500)}`);
    }
    await pause(100);
  }
  throw new Error("Uptime Kuma did not begin to listen within a minute.");
}

export async function signedInClient(port: number): Promise<Client> {
  const client = await clientOf(port);
  await ask(client, "login", { ...user, token: "" });
  return client;
}

export function ask(client: Client, event: string, ...parts: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client
      .timeout(240_000)
      .emit(event, ...parts, (error: Error | null, answer?: { ok?: boolean; msg?: string }) => {
        if (error !== null || answer?.ok === false) {
          reject(error ?? new Error(answer?.msg));
        } else {
          resolve(answer);
        }
      });
  });
}

async function clientOf(port: number): Promise<Client> {
  const require = createRequire(join(home, "package.json"));
  const { io } = require("socket.io-client") as { io: (url: string, options: object) => Client };
  const client = io(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
  await new Promise<void>((resolve) => client.once("connect", resolve));
  await pause(1_500);
  return client;
}
