/** The demo's nightly export, run every minute so that one need not wait: it writes a small report and then calls its check-in address. */
import { setTimeout as pause } from "node:timers/promises";
import type { Condition } from "../behaviour.ts";

export interface ExportJob {
  stop(): void;
}

/**
 * Runs until it is stopped.
 *
 * @param checkInAddress where the job says that it has run; undefined while it is not known yet
 */
export function startExportJob(
  everyMs: number,
  checkInAddress: () => string | undefined,
  condition: () => Condition,
): ExportJob {
  const ending = new AbortController();
  const run = async () => {
    const address = checkInAddress();
    if (address === undefined || condition() === "failing") {
      return;
    }
    const rows = Array.from({ length: 200 }, (_, learner) => `learner-${learner},${(learner * 7) % 100}`);
    await fetch(rows.length === 200 ? address : `${address}/fail`, { method: "POST", signal: ending.signal });
  };
  void (async () => {
    while (!ending.signal.aborted) {
      try {
        await run();
        await pause(everyMs, undefined, { signal: ending.signal });
      } catch {
        // The server is not there yet, or stops: the job tries again soon, as jobs do.
        await pause(2_000, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
  })();
  return { stop: () => ending.abort() };
}
