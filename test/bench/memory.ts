/**
 * Memory of `npm start` with 1,000 services, and whether it grows: resident size every second, its slope over the second half.
 * `BENCH_MEMORY_MINUTES` makes the run longer (an hour shows whether it really is flat).
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Figure, progress } from "./figure.ts";
import { type Engine, platformOf, startFournines } from "./peers/fournines.ts";
import { usageOf } from "./processes.ts";
import { startTarget } from "./target.ts";

const checks = 1_000;
const intervalSeconds = 15;
const seconds = Number(process.env.BENCH_MEMORY_MINUTES ?? 0.6) * 60;

export async function memory(folder: string): Promise<Figure[]> {
  return [await resident("PGlite", 400, folder), await resident("PostgreSQL", 160, folder)];
}

async function resident(engine: Engine, target: number, folder: string): Promise<Figure> {
  const probed = await startTarget(join(folder, "memory-target"));
  const server = await startFournines(
    engine,
    join(folder, "memory"),
    platformOf({ checks, intervalSeconds, port: probed.port }),
  );
  try {
    const sizes: number[] = [];
    for (let second = 0; second < seconds; second++) {
      await pause(1_000);
      sizes.push(usageOf([server.server().pid]).rssBytes / 2 ** 20);
    }
    progress(
      `memory ${engine}: ${sizes
        .filter((_, i) => i % 10 === 0)
        .map(Math.round)
        .join(" ")} MB`,
    );
    const late = sizes.slice(Math.floor(sizes.length / 2));
    return {
      name: `memory of the server process, 1,000 services at 15 s, ${engine}`,
      unit: "MB resident",
      better: "lower",
      target,
      ours: { [`fournines/${engine}`]: late.at(-1)! },
      peers: { "Uptime Kuma (measured elsewhere)": 417, "Prometheus pair (measured elsewhere)": 176 },
      note: `highest ${Math.round(Math.max(...sizes))}, slope ${slopePerMinute(late).toFixed(1)} MB a minute over ${late.length} s`,
    };
  } finally {
    await server.stop();
    await server.leave();
    await probed.stop();
  }
}

/** Least squares over one value a second. */
function slopePerMinute(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  values.forEach((value, i) => {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  });
  return below === 0 ? 0 : (above / below) * 60;
}
