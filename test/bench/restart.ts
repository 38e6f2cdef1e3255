/** W5: a server is killed and started again; how long until every one of its checks has been asked, by the target's log. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Figure } from "./figure.ts";
import { platformOf, startFournines } from "./peers/fournines.ts";
import { startTarget } from "./target.ts";

const checks = 1_000;
const intervalSeconds = 20;

export async function restart(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "restart-target"));
  const server = await startFournines(
    "PGlite",
    join(folder, "restart"),
    platformOf({ checks, intervalSeconds, port: target.port }),
  );
  try {
    await pause(6_000);
    await server.restart();
    const from = Date.now() / 1_000;
    let asked = new Map<string, number>();
    for (let waited = 0; asked.size < checks && waited < 3 * intervalSeconds; waited++) {
      await pause(1_000);
      asked = target.judge.firstAsked(from);
    }
    const instants = [...asked.values()];
    const first = Math.min(...instants);
    return [
      {
        name: "w5 restart, 1,000 checks at 20 s, all asked after the first one within",
        unit: "s",
        better: "lower",
        target: intervalSeconds,
        ours: { "fournines/PGlite": asked.size === checks ? Math.max(...instants) - first : Infinity },
        peers: { "Uptime Kuma (measured elsewhere)": 660 },
        note: `first one ${(first - from).toFixed(1)} s after the process started, ${asked.size} of ${checks} asked`,
      },
    ];
  } finally {
    await server.stop();
    await server.leave();
    await target.stop();
  }
}
