/**
 * Two small programs to compare with: `naive` is what one would write in an hour, `lean` is the least that any prober on Node has to do,
 * so it is a floor and no product. Both write to SQLite, which Node has built in.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { start } from "../processes.ts";
import type { Checking, Peer, Workload } from "./peer.ts";

export const naive: Peer = script("naive", "./naive-prober.ts");
export const lean: Peer = script("lean", "./lean-prober.ts");

function script(name: string, file: string): Peer {
  return {
    name,
    isInstalled: () => true,
    async up({ checks, intervalSeconds, port, folder }: Workload): Promise<Checking> {
      const database = join(folder, `${name}.db`);
      const args = [fileURLToPath(new URL(file, import.meta.url)), database, checks, intervalSeconds, port];
      const prober = start(process.execPath, args.map(String), join(folder, `${name}.log`));
      await pause(intervalSeconds * 1_000 + 1_500);
      const rows = (query: string) => {
        const open = new DatabaseSync(database, { readOnly: true });
        const found = open.prepare(query).all() as { value: number }[];
        open.close();
        return found.map(({ value }) => value);
      };
      return {
        pids: () => [prober.pid],
        stop: () => prober.stop(),
        leave: () => Promise.resolve(),
        persisted: (from, to) =>
          Promise.resolve(
            rows(`select count(*) as value from beat where t >= ${from * 1e3} and t < ${to * 1e3}`)[0]!,
          ),
        firstDown: () =>
          Promise.resolve(rows("select min(t) / 1000.0 as value from beat where ok = 0 group by monitor")),
      };
    },
  };
}
