/**
 * What has to be done from time to time, each job a name, a cron expression in UTC and an action. Across all servers over one
 * database, each runs once (schedule.ts).
 */
import { sql } from "drizzle-orm";
import { advanceMaintenance } from "../actions/advance-maintenance.ts";
import { continueSeries } from "../actions/continue-series.ts";
import { endShutOut } from "../actions/end-shut-out.ts";
import { deleteEvidence } from "../actions/delete-evidence.ts";
import type { Engine } from "../actions/draft-cycle.ts";
import { lookForChanges } from "../actions/look-for-changes.ts";
import { escalateRequests } from "../actions/escalate-requests.ts";
import { keepMonths } from "../actions/keep-months.ts";
import { keepEvidenceRoots, type RootKeeping } from "../actions/keep-evidence-roots.ts";
import { packEvidence } from "../actions/pack-evidence.ts";
import { putMonthSummaries } from "../actions/put-month-summaries.ts";
import { putOperationsReports } from "../actions/put-operations-reports.ts";
import { remindOfMaintenance } from "../actions/remind-of-maintenance.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { OpenDatabase } from "../store/database.ts";
import { thinCheckpoints } from "../store/checkpoints.ts";
import { forgetAlerts } from "../store/alerts.ts";
import { forgetAttempts } from "../store/channel-attempts.ts";
import { forgetAnswers } from "../store/idempotency-keys.ts";
import { forgetChallenges } from "../store/passkeys.ts";
import { forgetSessions } from "../store/sessions.ts";
import { deleteSettledBefore, deleteUnconfirmed } from "../store/subscriptions.ts";
import { forgottenAfterMs } from "../domain/status/subscription.ts";
import { createSamplesPartition, dropSamplesPartitionsBefore, samplesKeptMs } from "../store/samples.ts";

const dayMs = 86_400_000;
const alertsKeptMs = 400 * dayMs;

export interface Job {
  name: string;
  cron: string;
  run(now: Instant): Promise<void>;
}

/**
 * @param evidenceKeptMs how long signed batches are kept
 * @param roots how the roots of the days are kept
 * @param computes what computes reports
 */
export function jobs(
  { db, engine }: OpenDatabase,
  evidenceKeptMs: number,
  roots: RootKeeping,
  computes: Engine,
): Job[] {
  return [
    {
      name: "advance-maintenance",
      cron: "* * * * *",
      async run(now) {
        await advanceMaintenance(db, now);
      },
    },
    {
      name: "remind-of-maintenance",
      cron: "* * * * *",
      async run(now) {
        await remindOfMaintenance(db, now);
      },
    },
    {
      // What is next is announced a quarter ahead: an hour more or less makes no difference.
      name: "continue-series",
      cron: "3 * * * *",
      async run(now) {
        await continueSeries(db, now);
      },
    },
    {
      name: "turn-sample-days",
      cron: "7 * * * *",
      async run(now) {
        await createSamplesPartition(db, now + dayMs);
        await dropSamplesPartitionsBefore(db, now - samplesKeptMs);
        await thinCheckpoints(db, now - samplesKeptMs);
      },
    },
    {
      // Whoever does not answer is forgotten, and whoever was shut out; what was sent is kept as long as alerts are, a handful at a time.
      name: "forget-subscriptions",
      cron: "27 * * * *",
      async run(now) {
        await deleteUnconfirmed(db, now - forgottenAfterMs);
        await endShutOut(db, now);
        await deleteSettledBefore(db, now - alertsKeptMs, 10_000);
      },
    },
    {
      name: "pack-evidence",
      cron: "17 * * * *",
      run: (now) => packEvidence(db, now),
    },
    {
      // Every hour, so that what could not be stamped or sent is tried again.
      name: "keep-evidence-roots",
      cron: "5 * * * *",
      run: (now) => keepEvidenceRoots(db, roots, now),
    },
    {
      // What arrives late for a cycle that is final never changes it: it proposes to restate it.
      name: "look-for-changes",
      cron: "* * * * *",
      async run(now) {
        await lookForChanges(db, computes, now);
      },
    },
    {
      name: "escalate-requests",
      cron: "* * * * *",
      async run(now) {
        await escalateRequests(db, now);
      },
    },
    {
      name: "keep-months",
      cron: "*/10 * * * *",
      async run(now) {
        await keepMonths(db, now);
      },
    },
    {
      name: "put-month-summaries",
      cron: "*/5 * * * *",
      async run(now) {
        await putMonthSummaries(db, computes, now);
      },
    },
    {
      name: "put-operations-reports",
      cron: "*/10 * * * *",
      async run(now) {
        await putOperationsReports(db, computes, now);
      },
    },
    {
      name: "delete-old-evidence",
      cron: "23 3 * * *",
      run: (now) => deleteEvidence(db, now, evidenceKeptMs),
    },
    {
      name: "forget-answers",
      cron: "11 * * * *",
      async run(now) {
        await forgetAnswers(db, now);
      },
    },
    {
      name: "forget-sessions",
      cron: "31 4 * * *",
      async run(now) {
        await forgetSessions(db, now - dayMs);
        await forgetChallenges(db, now);
      },
    },
    {
      name: "forget-alerts",
      cron: "29 4 * * *",
      async run(now) {
        await forgetAlerts(db, now - alertsKeptMs);
        await forgetAttempts(db, now - alertsKeptMs);
      },
    },
    {
      name: "sweep-tables",
      cron: "41 * * * *",
      async run() {
        // PGlite has no process that would do it by itself.
        if (engine === "pglite") {
          for (const table of ["checkpoints", "rollups", "batches"]) {
            await db.execute(sql.raw(`vacuum (analyze) ${table}`));
          }
        }
      },
    },
  ];
}
