/** The status page of Uptime Kuma over the first monitors of its year: the empty page, and the JSON that fills it with what was measured. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/postgres-server.ts";
import { askHard, type Load } from "../load.ts";
import { serveKuma } from "./kuma-server.ts";
import { kumaOfYear } from "./kuma-year.ts";

export interface KumaPage {
  /** What it sends first: a page that shows nothing without its script. */
  shell: Load;
  /** The beats that its script asks for. */
  beats: Load;
}

export async function askKumaPage(monitors: number, outages: number): Promise<KumaPage> {
  const folder = mkdtempSync(join(tmpdir(), "fournines-kuma-"));
  try {
    const data = await kumaOfYear(folder, monitors, outages);
    const port = await freePort();
    const server = await serveKuma(data, port, join(folder, "kuma.log"));
    try {
      const address = `http://127.0.0.1:${port}`;
      return {
        shell: await askHard(`${address}/status/bench`),
        beats: await askHard(`${address}/api/status-page/heartbeat/bench`),
      };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
