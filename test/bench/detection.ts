/**
 * W2: how soon trouble is noticed. 100 checks every 20 s, all targets begin to answer 503 at one moment; for each check, the seconds
 * until the system's own store says "down" for the first time. Half an interval on average is the limit for all who wait for the round.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Figure, notInstalled, progress } from "./figure.ts";
import { fournines } from "./peers/fournines.ts";
import { kuma } from "./peers/kuma.ts";
import type { Peer } from "./peers/peer.ts";
import { prometheus } from "./peers/prometheus.ts";
import { naive } from "./peers/scripts.ts";
import { startTarget } from "./target.ts";

const checks = 100;
const intervalSeconds = 20;

interface Detected {
  found: number;
  p50: number;
  p99: number;
}

export async function detection(folder: string): Promise<Figure[]> {
  const seen = new Map<string, Detected | string>();
  for (const system of [fournines("PGlite"), naive, prometheus, kuma]) {
    if (!system.isInstalled()) {
      seen.set(system.name, notInstalled);
      continue;
    }
    const own = join(folder, `detection-${system.name.replace(/\W+/g, "-")}`);
    mkdirSync(own, { recursive: true });
    seen.set(system.name, await detect(system, own));
    progress(`w2: ${system.name} ${JSON.stringify(seen.get(system.name))}`);
  }
  const figure = (what: keyof Detected, words: string, unit: string, target: number | null): Figure => {
    const values = [...seen].map(([name, one]) => [name, typeof one === "string" ? one : one[what]] as const);
    return {
      name: `w2 detection, 100 checks at 20 s, ${words}`,
      unit,
      better: what === "found" ? "higher" : "lower",
      target,
      ours: Object.fromEntries(
        values.filter(
          (one): one is [string, number] => one[0].startsWith("fournines") && typeof one[1] === "number",
        ),
      ),
      peers: Object.fromEntries(values.filter(([name]) => !name.startsWith("fournines"))),
    };
  };
  return [
    figure("found", "noticed", "of 100", checks),
    figure("p50", "half of them within", "s", intervalSeconds / 2 + 1),
    figure("p99", "99 % within", "s", intervalSeconds + 1),
  ];
}

async function detect(system: Peer, folder: string): Promise<Detected> {
  const target = await startTarget(join(folder, "target"));
  const running = await system.up({ checks, intervalSeconds, port: target.failingPort, folder });
  try {
    target.setFailing(true);
    const began = Date.now() / 1_000;
    await pause((intervalSeconds + 3) * 1_000);
    await running.stop();
    const after = (await running.firstDown()).map((at) => at - began).sort((a, b) => a - b);
    const at = (share: number) => after[Math.min(after.length - 1, Math.floor(after.length * share))] ?? NaN;
    return { found: after.length, p50: at(0.5), p99: at(0.99) };
  } finally {
    await running.stop();
    await running.leave();
    await target.stop();
  }
}
