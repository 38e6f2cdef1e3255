/**
 * A whole server, wired: database → memory → HTTP, schedule and local probe; and back down again in the opposite order. main.ts
 * starts one for a process, tests and the demo start their own; nothing else wires.
 */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { icmpAvailable } from "../probes/node/icmp.ts";
import { type LocalProbe, startLocalProbe } from "../probes/node/local.ts";
import type { SignedBatch } from "../probes/protocol.ts";
import { ensureFirstToken } from "./actions/ensure-first-token.ts";
import { type Config, dataPaths, readSecret } from "./config.ts";
import { NotFound } from "./domain/errors.ts";
import type { Instant } from "./domain/time/interval.ts";
import { apiRoutes } from "./http/api/routes.ts";
import { pageRoutes } from "./http/pages/routes.ts";
import { startHttp } from "./http/server.ts";
import { readAssignments } from "./live/assignments.ts";
import { readBoardWords } from "./live/board-words.ts";
import { horizonOf } from "./live/horizon.ts";
import { openIngest } from "./live/ingest.ts";
import { openBoard } from "./live/live-board.ts";
import { loadReadings, reloadChecks } from "./live/live-readings.ts";
import { joinAsProbe } from "./live/local-probe.ts";
import { openMetrics } from "./live/metrics.ts";
import { jobs } from "./schedule/jobs.ts";
import { startSchedule } from "./schedule/schedule.ts";
import { putCheckIn } from "./store/check-ins.ts";
import { keepSecretKey, writeServerNote } from "./store/data-folder.ts";
import { type OpenDatabase, queryRows } from "./store/database.ts";
import { listResponseTimes } from "./store/rollups.ts";
import { sql } from "drizzle-orm";
import { withSecrets } from "./platform-file/secrets.ts";

export interface RunningServer {
  url: string;
  /** Printed once by whoever starts; null: there were tokens already. */
  firstToken: string | null;
  /** What it watches, for start-up words. */
  watching: { services: number; checks: number; location: string };
  /** Takes over what changed in the database: memory, board and assignments follow. */
  reload(): Promise<void>;
  /** Stops asking, delivers what was seen, closes everything but the database; within 5 s. */
  stop(): Promise<void>;
}

const secondMs = 1000;
const checkpointEveryMs = 60 * secondMs;
const databaseAskedEveryMs = 5 * secondMs;
const settleReloadMs = 50;

/**
 * Starts a server over a database that is open, migrated and has a platform.
 *
 * @param now the only clock below this point
 */
export async function startServer(
  config: Config,
  database: OpenDatabase,
  log: Logger,
  now: () => Instant = Date.now,
): Promise<RunningServer> {
  const { db } = database;
  const paths = dataPaths(config.dataDir);
  const firstToken = await ensureFirstToken(db, now());

  const words = await readBoardWords(db, now());
  const live = await loadReadings(db, horizonOf(now(), words.settings));
  const board = openBoard(live, words, () => live.since);
  const metrics = openMetrics(live, () => pages.readers());
  const ingest = openIngest({ db, live, board, count: metrics.countBatch });
  const facts = () => board.at(now());

  const pages = pageRoutes({
    board: facts,
    onChange: board.onChange,
    now,
    baseUrl: config.baseUrl,
    onError: (error) => log.error({ err: error }, "a page could not be rendered"),
    async responseTimes(serviceSlug, from, to, seconds) {
      const check = [...live.checks.values()].find(
        (one) => one.serviceSlug === serviceSlug && one.archivedAt === null && isCounting(one),
      );
      return check === undefined ? [] : listResponseTimes(db, check.id, from, to, seconds as 300);
    },
  });

  let probe: LocalProbe | undefined;
  const controlToken = randomBytes(32).toString("base64url");
  const app = apiRoutes({
    db,
    now,
    controlToken,
    board: facts,
    changed: readWords,
    recordBatch: (batch, at) => ingest.record(batch, at),
    async checkedIn(checkId, at, outcome) {
      const check = live.checks.get(checkId);
      if (
        check === undefined ||
        check.archivedAt !== null ||
        check.revisions.at(-1)!.definition.target.kind !== "check-in"
      ) {
        throw new NotFound("check_in_not_found", "no job is expected to call at this address");
      }
      await putCheckIn(db, checkId, at, outcome);
      probe?.checkedIn(checkId, at, outcome);
    },
    secretKey: config.secretKey ?? keepSecretKey(paths.secretKey),
    readiness: async () => [
      { part: "database", trouble: await databaseTrouble() },
      { part: "probe", trouble: probe === undefined ? "not started" : null },
    ],
    capabilities: { icmp: await icmpAvailable() },
    metrics: metrics.registry,
    logDefect: ({ error, ...defect }) => log.error({ err: error, ...defect }, "a request failed"),
  });

  /** Re-reads people's words, so that the board tells them. */
  async function readWords(): Promise<void> {
    board.setWords(await readBoardWords(db, live.since));
  }

  async function databaseTrouble(): Promise<string | null> {
    try {
      await queryRows(db, sql`select 1`);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async function reload(): Promise<void> {
    await ingest.exclusively(() => reloadChecks(db, live));
    await readWords();
    probe?.setAssignments(await assignments());
  }

  const location = config.location ?? "local";
  const assignments = () =>
    readAssignments(db, live.checks.values(), location, (target) =>
      withSecrets(target, (reference) => readSecret(reference)),
    );

  async function deliver(signed: SignedBatch): Promise<{ acknowledged: number }> {
    const { acknowledged, samples } = await ingest.record(signed, now());
    log.debug({ acknowledged, samples }, "a batch was recorded");
    return { acknowledged };
  }

  const http = await startHttp(config, app, pages);
  const joined = await joinAsProbe(db, paths.probeKey, location, now());
  const asked = await assignments();
  probe = startLocalProbe({
    ...joined,
    // Between two batches: a chain that is read while its next batch is being stored would be one behind.
    readChain: () => ingest.exclusively(joined.readChain),
    assignments: asked,
    deliver,
    onProblem(problem) {
      metrics.countProbeProblem(problem.kind);
      log.warn(problem, "the local probe reports a problem");
    },
  });
  const schedule = await startSchedule(database, jobs(database, config.evidenceKeptMs), (job, error) => {
    metrics.countJobFailure(job);
    log.error({ err: error, job }, "a job failed");
  });
  const reloading = soon(settleReloadMs, () =>
    reload().catch((error: unknown) => log.error({ err: error }, "what changed could not be read")),
  );
  await database.listen("fournines", reloading.call);
  const timers = [
    setInterval(() => board.tick(now()), secondMs),
    setInterval(() => {
      ingest
        .saveCheckpoints()
        .catch((error: unknown) => log.error({ err: error }, "checkpoints could not be written"));
    }, checkpointEveryMs),
    setInterval(
      async () => board.setDatabaseAway((await databaseTrouble()) === null ? null : now()),
      databaseAskedEveryMs,
    ),
  ];
  // The note is for the same machine: the control token must never travel to a public address.
  const localUrl = `http://${hostInAddress(http.address.host)}:${http.address.port}`;
  writeServerNote(paths.server, { pid: process.pid, url: localUrl, controlToken });

  return {
    url: config.baseUrl ?? localUrl,
    firstToken,
    watching: { services: words.services.length, checks: asked.length, location },
    reload,
    async stop() {
      timers.forEach(clearInterval);
      reloading.cancel();
      await probe?.stop();
      await Promise.all([http.stop(), schedule.stop()]);
      await ingest.saveCheckpoints();
    },
  };
}

/** Calls once, a moment after the last of several requests to do so. */
function soon(ms: number, work: () => void): { call(): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    call() {
      clearTimeout(timer);
      timer = setTimeout(work, ms);
    },
    cancel: () => clearTimeout(timer),
  };
}

/** An address for people: a server that listens everywhere is found on this machine. */
function hostInAddress(host: string): string {
  if (host === "0.0.0.0" || host === "::") {
    return "localhost";
  }
  return host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
}

function isCounting(check: { revisions: readonly { definition: { counts: boolean } }[] }): boolean {
  return check.revisions.at(-1)!.definition.counts;
}
