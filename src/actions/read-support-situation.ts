/** What of support needs a person now: read by whoever lets the alerts follow. */
import type { SupportSituation } from "../domain/alerting/support-troubles.ts";
import { needsHurry } from "../domain/support/response-clock.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listOpenRequests } from "../store/requests.ts";
import { runningClocks } from "./running-clocks.ts";

export async function readSupportSituation(db: Database, now: Instant): Promise<SupportSituation> {
  const open = await listOpenRequests(db);
  const clocks = await runningClocks(db, now);
  return {
    unanswered: open.filter(({ answeredAt }) => answeredAt === null),
    hurried: clocks
      .filter(({ reading }) => needsHurry(reading, now))
      .map(({ about, reference, kind, reading: { dueAt } }) => ({ about, reference, kind, dueAt })),
    escalated: open.flatMap(({ reference, steps }) => {
      const last = steps.findLast(({ kind }) => kind === "escalated");
      return last === undefined ? [] : [{ reference, to: last.value, at: last.at }];
    }),
  };
}
