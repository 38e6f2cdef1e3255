/** Ninety days of a platform, told to a database before the server starts over it: an answer of each check in every one of its intervals. */
import { recordBatch } from "../../src/actions/record-batch.ts";
import type { Observation } from "../../probes/protocol.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { probeIn } from "../support/watched.ts";
import { dataFolderOf } from "./peers/fournines.ts";

export const days = 90;

/**
 * @param home where `startFournines` over PGlite looks for its data
 * @param intervalSeconds as the platform has it: few samples tell ninety days when the checks are asked seldom
 */
export async function tellNinetyDays(
  home: string,
  definition: string,
  intervalSeconds: number,
): Promise<void> {
  const now = Date.now();
  const open = await openDatabase({ folder: dataFolderOf(home, "PGlite") });
  await open.migrate();
  const { db } = open;
  const surroundings = { file: "platform.yaml", capabilities: { icmp: false } };
  await applyPlatform(db, parsePlatformFile(definition, surroundings), now - days * 86_400_000);
  const live = await loadReadings(db, now - 400 * 86_400_000);
  const checks = [...live.checks.keys()];
  const probe = await probeIn(db, "local");
  const trouble = Math.max(60, intervalSeconds / 60);
  for (let day = days; day >= 1; day--) {
    const begin = now - day * 86_400_000;
    const observations: Observation[] = [];
    for (let minute = 0; minute < 1_440; minute += intervalSeconds / 60) {
      for (const check of checks) {
        // One day in twenty has an hour of trouble, or one answer.
        const fails = (day * 31 + check * 17) % 20 === 0 && minute >= 600 && minute < 600 + trouble;
        const at = begin + minute * 60_000 + check;
        observations.push(
          fails
            ? { check, at, outcome: "fail", timings: {}, reason: "timeout" }
            : { check, at, outcome: "ok", timings: { total: 20 } },
        );
      }
    }
    await recordBatch(db, live, await probe.next(observations, begin + 86_400_000), now);
  }
  await open.close();
}
