/**
 * W1: N HTTP checks at an interval, a new connection each, results kept. The target's own log says how many arrived and whether in time; a
 * check counts as kept when it is in the system's own store afterwards.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Figure, notInstalled, progress } from "./figure.ts";
import { fournines } from "./peers/fournines.ts";
import { kuma } from "./peers/kuma.ts";
import type { Checking, Peer } from "./peers/peer.ts";
import { prometheus } from "./peers/prometheus.ts";
import { lean, naive } from "./peers/scripts.ts";
import { machineCpuSeconds, usageOf } from "./processes.ts";
import { startTarget } from "./target.ts";

interface Measured {
  perSecond: number;
  keptPercent: number;
  onTimePercent: number;
  storedPercent: number;
  cpuPer1000: number;
  rssMb: number;
}

/** 5,000 checks every 20 s: what a check costs. */
export function cost(folder: string): Promise<Figure[]> {
  const systems = [fournines("PGlite"), fournines("PostgreSQL"), naive, lean, prometheus, kuma];
  return throughput("w1 5,000 checks at 20 s", folder, systems, 5_000, 20, 20);
}

/** 4,000 checks every second: what the machine holds. */
export function rate(folder: string): Promise<Figure[]> {
  const systems = [fournines("PGlite"), fournines("PostgreSQL"), naive, lean];
  return throughput("w1 4,000 checks at 1 s", folder, systems, 4_000, 1, 12);
}

/** After every check runs: code is compiled by then, and a start's first rush is over. */
const warmUpSeconds = 8;

export async function throughput(
  name: string,
  folder: string,
  systems: readonly Peer[],
  checks: number,
  intervalSeconds: number,
  seconds: number,
): Promise<Figure[]> {
  const found = new Map<string, Measured | string>();
  for (const system of systems) {
    if (!system.isInstalled()) {
      found.set(system.name, notInstalled);
      continue;
    }
    const own = join(folder, `${checks}-${intervalSeconds}-${system.name.replace(/\W+/g, "-")}`);
    mkdirSync(own, { recursive: true });
    try {
      found.set(system.name, await measure(system, own, checks, intervalSeconds, seconds));
    } catch (error) {
      found.set(system.name, `failed: ${(error as Error).message}`);
    }
    progress(`${name}: ${system.name} ${JSON.stringify(found.get(system.name))}`);
  }
  const figure = (
    what: keyof Measured,
    words: string,
    unit: string,
    better: Figure["better"],
    target: number | null,
  ): Figure => {
    const values = [...found].map(
      ([system, measured]) => [system, typeof measured === "string" ? measured : measured[what]] as const,
    );
    const ours = values.filter(([system]) => system.startsWith("fournines"));
    return {
      name: `${name}, ${words}`,
      unit,
      better,
      target,
      ours: Object.fromEntries(ours.filter((one): one is [string, number] => typeof one[1] === "number")),
      peers: Object.fromEntries([
        ...values.filter(([system]) => !system.startsWith("fournines")),
        ...ours.filter(([, value]) => typeof value === "string"),
      ]),
    };
  };
  const costs = intervalSeconds >= 20;
  return [
    figure("perSecond", "arrived", "checks/s", "higher", costs ? null : (checks / intervalSeconds) * 0.99),
    figure("keptPercent", "kept", "%", "higher", 99),
    figure("onTimePercent", "on time", "%", "higher", 99),
    figure("storedPercent", "stored", "%", "higher", 99),
    figure("cpuPer1000", "CPU", "CPU-s per 1,000 checks", "lower", costs ? 0.5 : null),
    figure("rssMb", "memory", "MB resident", "lower", null),
  ];
}

async function measure(
  system: Peer,
  folder: string,
  checks: number,
  intervalSeconds: number,
  seconds: number,
): Promise<Measured> {
  const target = await startTarget(join(folder, "target"));
  let running: Checking | undefined;
  try {
    running = await system.up({ checks, intervalSeconds, port: target.port, folder });
    await pause(warmUpSeconds * 1_000);
    const before = usageOf(running.pids());
    const machineBefore = machineCpuSeconds();
    const from = Date.now() / 1_000;
    await pause(seconds * 1_000);
    const after = usageOf(running.pids());
    const to = Date.now() / 1_000;
    const machine = (machineCpuSeconds() - machineBefore) / (to - from);
    // What is under way is still delivered and logged.
    await pause(1_500);
    await running.stop();
    const arrived = target.judge.over(from, to, checks, intervalSeconds);
    const stored = await running.persisted(from, to);
    progress(`machine busy with ${machine.toFixed(2)} cores, target: ${target.kind}`);
    return {
      perSecond: arrived.perSecond,
      keptPercent: 100 * arrived.kept,
      onTimePercent: 100 * arrived.onTime,
      storedPercent: (100 * stored) / arrived.checks,
      cpuPer1000: ((after.cpuSeconds - before.cpuSeconds) / arrived.checks) * 1_000,
      rssMb: after.rssBytes / 2 ** 20,
    };
  } finally {
    await running?.stop();
    await running?.leave();
    await target.stop();
  }
}
