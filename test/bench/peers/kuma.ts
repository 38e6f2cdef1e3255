/**
 * Uptime Kuma as it checks. Its monitors are written into its database while it is down and then resumed over its own socket interface,
 * spread over one interval: its own start would take 0.3 to 1 s for each.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../support/postgres-server.ts";
import { hostOf } from "../target.ts";
import {
  addMonitors,
  ask,
  isKumaInstalled,
  newKumaFolder,
  openKuma,
  serveKuma,
  signedInClient,
} from "./kuma-server.ts";
import type { Checking, Peer } from "./peer.ts";

export const kuma: Peer = {
  name: "Uptime Kuma",
  isInstalled: isKumaInstalled,
  async up({ checks, intervalSeconds, port, folder }): Promise<Checking> {
    const data = await newKumaFolder(folder);
    const database = openKuma(data);
    const addresses = Array.from({ length: checks }, (_, i) => `http://${hostOf(i)}:${port}/`);
    addMonitors(database, addresses, intervalSeconds);
    database.close();

    const ownPort = await freePort();
    const server = await serveKuma(data, ownPort, join(folder, "kuma.log"));
    const client = await signedInClient(ownPort);
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
      const open = openKuma(data, true);
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

function stamp(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace("T", " ").slice(0, 23);
}
