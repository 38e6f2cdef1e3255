/** The status board without a running server: everything it tells, read from the store once. For commands that need no server. */
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { readBoardWords, readSettings } from "./board-words.ts";
import { horizonOf, measuredCycles, wordsCycles } from "./horizon.ts";
import { openBoard } from "./live-board.ts";
import { type LiveReadings, loadReadings } from "./live-readings.ts";

/**
 * The facts as of `now`, and the readings that they rest on.
 *
 * @throws NotFound no_platform where nothing was ever configured
 */
export async function readStoredBoard(
  db: Database,
  now: Instant,
): Promise<{ board: StatusBoard; live: LiveReadings }> {
  const settings = await readSettings(db);
  const words = await readBoardWords(db, horizonOf(now, settings, wordsCycles));
  const live = await loadReadings(db, horizonOf(now, settings, measuredCycles));
  return { board: openBoard(live, words, () => live.since).at(now), live };
}
