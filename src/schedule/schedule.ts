/**
 * Runs the jobs through pg-boss, which lives in the same database: whichever server comes first takes a job, and no other does.
 */
import { PgBoss } from "pg-boss";
import type { OpenDatabase } from "../store/database.ts";
import type { Job } from "./jobs.ts";

export interface Schedule {
  /** Waits for what is running, a moment at most. */
  stop(): Promise<void>;
}

/**
 * Starts the schedule, and runs every job once at once, so that nothing waits for its hour after a long absence.
 *
 * @param onError told of every job that failed; the next run of it comes as planned
 */
export async function startSchedule(
  database: OpenDatabase,
  jobs: readonly Job[],
  onError: (job: string, error: unknown) => void,
): Promise<Schedule> {
  const boss = new PgBoss({
    db: { executeSql: database.executeSql as never },
    backend: database.engine,
    schema: "jobs",
    // The jobs are few and none is urgent: look seldom, so that an idle server costs next to nothing.
    cronMonitorIntervalSeconds: 30,
    cronWorkerIntervalSeconds: 10,
    superviseIntervalSeconds: 600,
    maintenanceIntervalSeconds: 3600,
  } as ConstructorParameters<typeof PgBoss>[0] & object);
  boss.on("error", (error) => onError("pg-boss", error));
  await boss.start();
  for (const job of jobs) {
    await boss.createQueue(job.name, { policy: "singleton", retryLimit: 0, expireInSeconds: 900 });
    await boss.schedule(job.name, job.cron);
    // Sent before anybody looks: the first look finds it, and the next one is a quarter of a minute away.
    await boss.send(job.name, {}, { singletonKey: "start" });
    await boss.work(job.name, { pollingIntervalSeconds: 15 }, async () => {
      try {
        await job.run(Date.now());
      } catch (error) {
        onError(job.name, error);
        throw error;
      }
    });
  }
  return {
    stop: () => boss.stop({ graceful: true, timeout: 2000, close: false }),
  };
}
