/**
 * Uptime Kuma 2 with its SQLite, from an installed copy in `KUMA_DIR`. Its monitors are written into its database while it is down and
 * then resumed over its own socket interface, spread over one interval: its own start would take 0.3 to 1 s for each.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../support/postgres-server.ts";
import { start, type Started } from "../processes.ts";
import { hostOf } from "../target.ts";
import type { Checking, Peer } from "./peer.ts";

const home = process.env.KUMA_DIR ?? "";
const user = { username: "bench", password: "Bench-pass-1234" };

/** What is used of the client that comes with it (socket.io). */
interface Client {
  once(event: string, listener: () => void): void;
  timeout(ms: number): { emit(event: string, ...rest: unknown[]): void };
  close(): void;
}

export const kuma: Peer = {
  name: "Uptime Kuma",
  isInstalled: () => home !== "" && existsSync(join(home, "server/server.js")),
  async up({ checks, intervalSeconds, port, folder }): Promise<Checking> {
    const data = join(folder, "kuma");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "db-config.json"), '{"type":"sqlite"}');
    const ownPort = await freePort();
    const first = await serve(data, ownPort, join(folder, "kuma-first.log"));
    const founder = await clientOf(ownPort);
    await ask(founder, "setup", user.username, user.password);
    founder.close();
    await first.stop();

    const database = new DatabaseSync(join(data, "kuma.db"));
    database.exec(
      "insert or replace into setting (key, value, type) values ('checkUpdate', 'false', 'general')",
    );
    const insert = database.prepare(
      `insert into monitor (id, name, active, user_id, interval, url, type, maxretries, retry_interval, timeout,
        domain_expiry_notification, expiry_notification) values (?, ?, 0, 1, ?, ?, 'http', 0, 0, ?, 0, 0)`,
    );
    for (let i = 0; i < checks; i++) {
      insert.run(i + 1, `m${i}`, intervalSeconds, `http://${hostOf(i)}:${port}/`, intervalSeconds * 0.8);
    }
    database.close();

    const server = await serve(data, ownPort, join(folder, "kuma.log"));
    const client = await clientOf(ownPort);
    await ask(client, "login", { ...user, token: "" });
    const began = performance.now();
    const waiting: Promise<unknown>[] = [];
    for (let i = 0; i < checks; i++) {
      await pause(Math.max(0, began + (i * intervalSeconds * 1_000) / checks - performance.now()));
      waiting.push(ask(client, "resumeMonitor", i + 1).catch(() => {}));
      if (waiting.length > 20) {
        await waiting.shift();
      }
    }
    await Promise.all(waiting);
    client.close();
    const rows = <T>(query: string) => {
      const open = new DatabaseSync(join(data, "kuma.db"), { readOnly: true });
      const found = open.prepare(query).all() as T[];
      open.close();
      return found;
    };
    return {
      pids: () => [server.pid],
      stop: () => server.stop(),
      leave: () => Promise.resolve(),
      persisted(from, to) {
        const query = `select count(*) as n from heartbeat where time >= '${stamp(from)}' and time < '${stamp(to)}'`;
        return Promise.resolve(rows<{ n: number }>(query)[0]!.n);
      },
      firstDown() {
        const query = "select min(time) as t from heartbeat where status = 0 group by monitor_id";
        return Promise.resolve(
          rows<{ t: string }>(query).map(({ t }) => Date.parse(`${t.replace(" ", "T")}Z`) / 1e3),
        );
      },
    };
  },
};

/** Resolves once its own log says that it listens. */
async function serve(data: string, port: number, log: string): Promise<Started> {
  writeFileSync(log, "");
  const server = start("node", [join(home, "server/server.js")], log, {
    DATA_DIR: `${data}/`,
    UPTIME_KUMA_HOST: "127.0.0.1",
    UPTIME_KUMA_PORT: String(port),
    NODE_ENV: "production",
    TZ: "UTC",
  });
  for (let i = 0; i < 600 && !/SERVER.*Listening on/.test(readFileSync(log, "utf8")); i++) {
    await pause(100);
  }
  return server;
}

async function clientOf(port: number): Promise<Client> {
  const require = createRequire(join(home, "package.json"));
  const { io } = require("socket.io-client") as { io: (url: string, options: object) => Client };
  const client = io(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
  await new Promise<void>((resolve) => client.once("connect", resolve));
  await pause(1_500);
  return client;
}

function ask(client: Client, event: string, ...parts: unknown[]): Promise<unknown> {
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

function stamp(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace("T", " ").slice(0, 23);
}
