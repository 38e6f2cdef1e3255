/** The status page of Uptime Kuma over monitors with a year: the empty page, and the JSON that fills it with what was measured. */
import { askHard, type Load } from "../load.ts";
import { withKumaOfYear } from "./kuma-year.ts";

export interface KumaPage {
  /** What it sends first: a page that shows nothing without its script. */
  shell: Load;
  /** The beats that its script asks for. */
  beats: Load;
}

export function askKumaPage(monitors: number, outages: number): Promise<KumaPage> {
  return withKumaOfYear(monitors, outages, async (address) => ({
    shell: await askHard(`${address}/status/bench`),
    beats: await askHard(`${address}/api/status-page/heartbeat/bench`),
  }));
}
