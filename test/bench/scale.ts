/**
 * A large platform on one machine: services asked from three locations every 30 s, with the target, three probe processes, the server and
 * PostgreSQL sharing the machine's cores. What counts is whether every sample that is due arrives in the store.
 * `BENCH_SCALE_SERVICES` changes how many services there are.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { inviteProbe } from "../../src/actions/invite-probe.ts";
import { queryRows } from "../../src/store/database.ts";
import { type Figure, progress } from "./figure.ts";
import { type RunningFournines, startFournines } from "./peers/fournines.ts";
import { start, type Started, usageOf } from "./processes.ts";
import { hostOf, startTarget } from "./target.ts";

const services = Number(process.env.BENCH_SCALE_SERVICES ?? 10_000);
const places = ["lisbon", "osaka", "porto"];
const intervalSeconds = 30;
const windowSeconds = 60;
const entry = fileURLToPath(new URL("../../src/cli/fournines.js", import.meta.url));

export async function scale(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "scale-target"));
  const server = await startFournines("PostgreSQL", join(folder, "scale"), platform(target.port));
  const probes: Started[] = [];
  try {
    for (const place of places) {
      probes.push(await startProbe(server, place, folder));
    }
    await pause(2 * intervalSeconds * 1_000);
    return await measure(server, probes);
  } finally {
    await Promise.all(probes.map((probe) => probe.stop()));
    await server.stop();
    await server.leave();
    await target.stop();
  }
}

async function measure(server: RunningFournines, probes: readonly Started[]): Promise<Figure[]> {
  const pids = { server: [server.server().pid], probes: probes.map(({ pid }) => pid), all: server.pids() };
  const usage = () => ({
    server: usageOf(pids.server),
    probes: usageOf(pids.probes),
    all: usageOf([...pids.all, ...pids.probes]),
  });
  const before = usage();
  const from = Date.now();
  await pause(windowSeconds * 1_000);
  const after = usage();
  const to = from + windowSeconds * 1_000;
  // What was asked at the end of the window is under way for a moment.
  await pause(20_000);
  const { stored, onTime } = await arrived(server, from, to);
  const wanted = (services * places.length * windowSeconds) / intervalSeconds;
  const cpu = (part: keyof typeof before) => after[part].cpuSeconds - before[part].cpuSeconds;
  const rss = (part: keyof typeof before) => Math.round(after[part].rssBytes / 2 ** 20);
  return [
    {
      name: `samples kept of those due, ${services.toLocaleString("en")} services from 3 locations every ${intervalSeconds} s`,
      unit: "%",
      better: "higher",
      target: 99,
      ours: { "fournines/PostgreSQL": (stored / wanted) * 100 },
      peers: {},
      note: [
        `${Math.round(stored / windowSeconds).toLocaleString("en")} a second, ${(onTime * 100).toFixed(1)} % on time`,
        `cores: server ${(cpu("server") / windowSeconds).toFixed(2)}, three probes ${(cpu("probes") / windowSeconds).toFixed(2)}, all with the database ${(cpu("all") / windowSeconds).toFixed(2)}`,
        `memory: server ${rss("server")} MB, three probes ${rss("probes")} MB`,
      ].join("; "),
    },
  ];
}

/** Samples of the window that are stored, and the share that came at most a tenth of the interval after they were due. */
async function arrived(
  server: RunningFournines,
  from: number,
  to: number,
): Promise<{ stored: number; onTime: number }> {
  const database = await server.open();
  const [row] = await queryRows<{ stored: number; timely: number; gaps: number }>(
    database.db,
    sql`
      select count(*)::int as stored, count(gap)::int as gaps,
        count(*) filter (where gap <= ${intervalSeconds * 1_100})::int as timely
      from (
        select at, at - lag(at) over (partition by check_id, location_id order by at) as gap
        from samples where at >= ${from} and at < ${to}
      ) as asked`,
  );
  await database.close();
  return { stored: row!.stored, onTime: row!.timely / row!.gaps };
}

async function startProbe(server: RunningFournines, place: string, folder: string): Promise<Started> {
  const database = await server.open();
  const { token } = await inviteProbe(database.db, place, "bench", Date.now());
  await database.close();
  const own = join(folder, `probe-${place}`);
  mkdirSync(own, { recursive: true });
  progress(`scale: a probe joins in ${place}`);
  return start(process.execPath, [entry, "probe", "run"], join(folder, `probe-${place}.log`), {
    FOURNINES_SERVER: server.url,
    PROBE_TOKEN: token,
    PROBE_DIR: own,
  });
}

function platform(port: number): string {
  const asked = Array.from(
    { length: services },
    (_, i) => `  service-${i}: { checks: { web: { http: "http://${hostOf(i)}:${port}/" } } }`,
  );
  return [
    "platform: { name: Bench }",
    `defaults: { interval: ${intervalSeconds}s, timeout: 5s, locations: [${places.join(", ")}] }`,
    `locations: { ${places.map((place) => `${place}: { title: ${place} }`).join(", ")} }`,
    "services:",
    ...asked,
    "",
  ].join("\n");
}
