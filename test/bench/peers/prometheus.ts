/** Prometheus with its blackbox exporter: each check is one scrape of /probe, samples are kept in its own store. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../support/postgres-server.ts";
import { isInstalled, start } from "../processes.ts";
import { hostOf, untilAnswering } from "../target.ts";
import type { Checking, Peer } from "./peer.ts";

const exporter = "prometheus-blackbox-exporter";

export const prometheus: Peer = {
  name: "Prometheus + blackbox",
  isInstalled: () => isInstalled("prometheus") && isInstalled(exporter),
  async up({ checks, intervalSeconds, port, folder }): Promise<Checking> {
    const home = join(folder, "prometheus");
    mkdirSync(home, { recursive: true });
    const [probePort, ownPort] = [await freePort(), await freePort()];
    const targets = Array.from({ length: checks }, (_, i) => `http://${hostOf(i)}:${port}/`);
    writeFileSync(join(home, "targets.json"), JSON.stringify([{ targets }]));
    writeFileSync(
      join(home, "blackbox.yml"),
      "modules:\n  http_2xx:\n    prober: http\n    timeout: 5s\n    http: { preferred_ip_protocol: ip4 }\n",
    );
    writeFileSync(
      join(home, "prometheus.yml"),
      `global: { scrape_interval: ${intervalSeconds}s, scrape_timeout: ${Math.min(5, intervalSeconds)}s }
scrape_configs:
  - job_name: checks
    metrics_path: /probe
    params: { module: [http_2xx] }
    file_sd_configs: [ { files: [ ${home}/targets.json ] } ]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: '127.0.0.1:${probePort}' }\n`,
    );
    const log = join(home, "log");
    const probing = start(
      exporter,
      [`--config.file=${home}/blackbox.yml`, `--web.listen-address=127.0.0.1:${probePort}`],
      log,
    );
    const storing = start(
      "prometheus",
      [
        `--config.file=${home}/prometheus.yml`,
        `--storage.tsdb.path=${home}/tsdb`,
        `--web.listen-address=127.0.0.1:${ownPort}`,
      ],
      log,
    );
    await untilAnswering(`http://127.0.0.1:${ownPort}/-/ready`, storing);
    await pause(intervalSeconds * 1_000 + 6_000);
    return {
      pids: () => [probing.pid, storing.pid],
      stop: () => Promise.resolve(),
      async leave() {
        await storing.stop();
        await probing.stop();
      },
      async persisted(from, to) {
        const query = `sum(count_over_time(probe_success[${Math.round((to - from) * 1_000)}ms]))`;
        const [found] = await ask<{ value: [number, string] }>(ownPort, query, to);
        return Number(found?.value[1] ?? 0);
      },
      async firstDown() {
        const all = await ask<{ values: [number, string][] }>(ownPort, "probe_success[90s]");
        return all.flatMap(({ values }) => values.find(([, value]) => value === "0")?.[0] ?? []);
      },
    };
  },
};

async function ask<T>(port: number, query: string, time?: number): Promise<T[]> {
  const at = time === undefined ? "" : `&time=${time}`;
  const response = await fetch(
    `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}${at}`,
  );
  const { data } = (await response.json()) as { data: { result: T[] } };
  return data.result;
}
