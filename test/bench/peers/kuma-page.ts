/**
 * The status page of Uptime Kuma over monitors with a year: the page, in which names alone stand, and the JSON that fills it with what was
 * measured. Script and style, which a browser keeps, are left aside here as with ours.
 */
import { askHard, type Load } from "../load.ts";
import { withKumaOfYear } from "./kuma-year.ts";

export interface KumaPage {
  /** What it sends first: a page that shows nothing without its script. */
  shell: Load;
  /** The beats that its script asks for, once it has them ready: it keeps them for a minute. */
  beats: Load;
  /** What the first reader of that minute waits for them. */
  coldMs: number;
}

/** Readers who see the state, a second: each has asked for both. */
export function readersOf({ shell, beats }: KumaPage): number {
  return 1 / (1 / shell.perSecond + 1 / beats.perSecond);
}

export function askKumaPage(monitors: number, outages: number): Promise<KumaPage> {
  return withKumaOfYear(monitors, outages, async (address) => {
    const beats = `${address}/api/status-page/heartbeat/bench`;
    const shell = await askHard(`${address}/status/bench`);
    const began = performance.now();
    await (await fetch(beats)).arrayBuffer();
    const coldMs = performance.now() - began;
    return { shell, beats: await askHard(beats), coldMs };
  });
}
