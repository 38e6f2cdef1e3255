/**
 * `npm run bench [name…]`: measures what the project promises, next to peers that are on this machine, and prints one line a figure.
 * README.md here says what each workload is and how to get the peers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alerts } from "./alerts.ts";
import { closing } from "./closing.ts";
import { consolePages } from "./console.ts";
import { detection } from "./detection.ts";
import { type Figure, printFigure, progress } from "./figure.ts";
import { ingest } from "./ingest.ts";
import { memory } from "./memory.ts";
import { page } from "./page.ts";
import { reports } from "./reports.ts";
import { restart } from "./restart.ts";
import { scale } from "./scale.ts";
import { storage } from "./storage.ts";
import { streams } from "./streams.ts";
import { sight } from "./sight.ts";
import { subscribers } from "./subscribers.ts";
import { availability } from "./availability.ts";
import { cost, rate } from "./throughput.ts";

/** In the order in which they run. */
const workloads: Record<string, (folder: string) => Promise<Figure[]>> = {
  cost,
  rate,
  detection,
  alerts,
  page,
  sight,
  streams,
  subscribers,
  restart,
  memory,
  ingest,
  scale,
  storage,
  availability,
  closing,
  reports,
  console: consolePages,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in workloads));
if (unknown.length > 0) {
  console.error(
    `No figure is called ${unknown.join(", ")}. There are: ${Object.keys(workloads).join(", ")}.`,
  );
  process.exit(1);
}
if (process.platform !== "linux") {
  console.error("The benchmarks read CPU and memory from /proc, which only Linux has.");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "fournines-bench-"));
let failed = false;
for (const [name, measure] of Object.entries(workloads)) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    continue;
  }
  const began = performance.now();
  try {
    (await measure(folder)).forEach(printFigure);
  } catch (error) {
    failed = true;
    console.log(`${name} · could not be measured: ${(error as Error).message}`);
  }
  progress(`${name} took ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}
if (process.env.BENCH_KEEP === undefined) {
  rmSync(folder, { recursive: true, force: true });
} else {
  progress(`kept: ${folder}`);
}
process.exit(failed ? 1 : 0);
