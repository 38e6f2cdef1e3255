/** Response times of a service as its page shows them: those of the first check that counts and is asked. From the store, by what is live. */
import type { ResponseTime } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listResponseTimes } from "../store/rollups.ts";
import { isAsked, isCounting } from "./live-check.ts";
import type { LiveReadings } from "./live-readings.ts";

/** Buckets of `seconds`, oldest first, of all its locations together and then of each; none for a service that nothing is asked of. */
export async function listServiceResponseTimes(
  db: Database,
  live: LiveReadings,
  serviceSlug: string,
  [from, to]: readonly [Instant, Instant],
  seconds: number,
): Promise<ResponseTime[]> {
  const check = [...live.checks.values()].find(
    (one) => one.serviceSlug === serviceSlug && one.archivedAt === null && isCounting(one) && isAsked(one),
  );
  return check === undefined ? [] : listResponseTimes(db, check.id, from, to, seconds as 300);
}
