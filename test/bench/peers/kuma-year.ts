/**
 * What Uptime Kuma takes to tell the uptime of every monitor over its own roll-ups of a year, filled with the history that ours has: one
 * figure of each monitor by its badge, eight at a time, right after its start and again. It counts checks and has no calendar months, so
 * this is the nearest that it tells.
 */
import type { DatabaseSync } from "node:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/postgres-server.ts";
import { addMonitors, newKumaFolder, openKuma, serveKuma } from "./kuma-server.ts";

const intervalSeconds = 60;
/** What it keeps of each monitor: the name of the table, the seconds of a row, and how many rows. */
const kept = [
  ["stat_minutely", 60, 1_440],
  ["stat_hourly", 3_600, 720],
  ["stat_daily", 86_400, 365],
] as const;

/** Beats of each monitor that its page shows. */
const beatsShown = 100;

export interface KumaYear {
  /** The 30 days of every monitor right after the start, in ms. */
  coldMs: number;
  /** The same once more: median of three. */
  warmMs: number;
}

export function tellKumaYear(monitors: number, outages: number): Promise<KumaYear> {
  return withKumaOfYear(monitors, outages, async (address) => {
    const tell = () => tellAll(address, monitors);
    const coldMs = await tell();
    const warm = [await tell(), await tell(), await tell()].sort((a, b) => a - b);
    return { coldMs, warmMs: warm[1]! };
  });
}

/**
 * Asks a server that has just started over the year of so many monitors, all of them on the status page `bench`; nothing of it stays.
 *
 * @param outages of two minutes, in each monitor and month
 */
export async function withKumaOfYear<T>(
  monitors: number,
  outages: number,
  ask: (address: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "fournines-kuma-"));
  try {
    const data = await newKumaFolder(folder);
    const database = openKuma(data);
    addMonitors(
      database,
      Array.from({ length: monitors }, (_, i) => `http://127.1.${i >> 8}.${i & 255}:9/`),
      intervalSeconds,
    );
    fillYear(database, outages);
    database.close();
    const port = await freePort();
    const server = await serveKuma(data, port, join(folder, "kuma.log"));
    try {
      return await ask(`http://127.0.0.1:${port}`);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fillYear(database: DatabaseSync, outages: number): void {
  const now = Math.floor(Date.now() / 1_000);
  const gap = Math.floor((30.4375 * 86_400) / (outages + 1));
  for (const [table, seconds, rows] of kept) {
    const last = Math.floor(now / seconds) * seconds;
    // An outage begins at every multiple of the gap, shifted by monitor: two checks fail of those that fall into the row.
    const begun = `((g.value + ${seconds} + m.id * 37) / ${gap} - (g.value + m.id * 37) / ${gap})`;
    const checks = seconds / intervalSeconds;
    database.exec(`
      with recursive generated(value) as (
        values (${last - (rows - 1) * seconds})
        union all select value + ${seconds} from generated where value < ${last})
      insert or ignore into ${table} (monitor_id, timestamp, ping, up, down, ping_min, ping_max)
      select m.id, g.value, 12.5, max(0, ${checks} - 2 * ${begun}), min(${checks}, 2 * ${begun}), 5, 40
      from monitor m, generated g`);
  }
  database.exec(`
    with recursive generated(value) as (
      values (${now - beatsShown * intervalSeconds})
      union all select value + ${intervalSeconds} from generated where value < ${now - intervalSeconds})
    insert into heartbeat
      (important, monitor_id, status, msg, time, ping, duration, down_count, end_time, retries)
    select 0, m.id, 1, '200 - OK', strftime('%Y-%m-%d %H:%M:%S.123', g.value, 'unixepoch'), 12, ${intervalSeconds}, 0,
      strftime('%Y-%m-%d %H:%M:%S.143', g.value, 'unixepoch'), 0
    from monitor m, generated g;
    insert into status_page (id, slug, title, icon, theme) values (1, 'bench', 'Bench', '/icon.svg', 'auto');
    insert into "group" (id, name, public, active, weight, status_page_id) values (1, 'All', 1, 1, 1, 1);
    insert into monitor_group (monitor_id, group_id, weight) select id, 1, id from monitor;
    pragma wal_checkpoint(truncate);`);
}

let askings = 0;

/** A label of its own for each asking: what it answered before is kept for five minutes. */
async function tellAll(address: string, monitors: number): Promise<number> {
  const label = `asking${++askings}`;
  const began = performance.now();
  let next = 1;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next <= monitors) {
        const answer = await fetch(`${address}/api/badge/${next++}/uptime/720h?label=${label}`);
        const badge = await answer.text();
        if (!badge.includes("%")) {
          throw new Error(`Uptime Kuma told no uptime: ${badge.slice(0, 200)}`);
        }
      }
    }),
  );
  return performance.now() - began;
}
