/**
 * A whole server, wired: database → memory → HTTP, schedule and local probe; and back down again in the opposite order. main.ts
 * starts one for a process, tests and the demo start their own; nothing else wires.
 */
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import { icmpAvailable } from "../probes/node/icmp.ts";
import { checkKinds } from "../probes/protocol.ts";
import { pathOfAccessLink } from "./actions/access-link.ts";
import { ensureFirstPerson } from "./actions/ensure-first-person.ts";
import { ensureFirstToken } from "./actions/ensure-first-token.ts";
import type { RootKeeping } from "./actions/keep-evidence-roots.ts";
import { readLetterhead } from "./actions/read-letterhead.ts";
import { openSeal } from "./actions/report-seal.ts";
import { openCheckSecret } from "./actions/sealed-text.ts";
import {
  type Config,
  dataPaths,
  mailTroubleOf,
  readSecret as readOutside,
  readShownVariables,
} from "./config.ts";
import { NotFound } from "./domain/errors.ts";
import type { Instant } from "./domain/time/interval.ts";
import { engine } from "./engine.ts";
import { webApp } from "./http/app.ts";
import { openIdentityProvider } from "./http/identity-provider.ts";
import { openLook } from "./http/look.ts";
import { declarationOf } from "./http/outage-words.ts";
import { pageLanguages } from "./http/pages/languages.ts";
import { type HttpServer, startHttp } from "./http/server.ts";
import { openAlertChannels } from "./live/alert-channels.ts";
import type { AlertWatch } from "./live/alert-watch.ts";
import { openAssignments } from "./live/assignments.ts";
import { readBoardWords, readSettings } from "./live/board-words.ts";
import { watchDatabase } from "./live/database-watch.ts";
import { horizonOf, measuredCycles, wordsCycles } from "./live/horizon.ts";
import { openIngest } from "./live/ingest.ts";
import { openBoard } from "./live/live-board.ts";
import { isAsked, type LiveCheck } from "./live/live-check.ts";
import { loadReadings } from "./live/live-readings.ts";
import { chooseLocation } from "./live/local-probe.ts";
import { openMetrics } from "./live/metrics.ts";
import { openMonthClosings } from "./live/month-closings.ts";
import { watchOutages } from "./live/outage-watch.ts";
import { holdPageKeys } from "./live/page-keys.ts";
import { addProbeMetrics } from "./live/probe-metrics.ts";
import { openRefusalLog } from "./live/refusal-log.ts";
import { joinReplicas, type Replica } from "./live/replica.ts";
import { openSightings } from "./live/sightings.ts";
import { fillSecrets, referencesIn, type SecretReference, withSecrets } from "./platform-file/secrets.ts";
import { jobs } from "./schedule/jobs.ts";
import { startSchedule } from "./schedule/schedule.ts";
import { startAlerting } from "./server/alerting.ts";
import { followChanges } from "./server/changes.ts";
import { openTrial } from "./server/check-trial.ts";
import { keepCopies } from "./server/copy-keeping.ts";
import { receiveMails } from "./server/mail-receiving.ts";
import { sendMailings } from "./server/mail-sending.ts";
import { mailerOf } from "./server/mailer.ts";
import { openOwnProbe } from "./server/own-probe.ts";
import { openPublicPages } from "./server/public-pages.ts";
import { sendToSubscribers } from "./server/subscriber-sending.ts";
import type { Surroundings } from "./server/surroundings.ts";
import { startUpkeep } from "./server/upkeep.ts";
import { putCheckIn } from "./store/check-ins.ts";
import { keepSecretKey, writeServerNote } from "./store/data-folder.ts";
import { databaseTrouble } from "./store/database-away.ts";
import { type OpenDatabase, queryRows } from "./store/database.ts";
import { listStandingProbes } from "./store/probes.ts";

export interface RunningServer {
  url: string;
  /** Printed once by whoever starts; null: there were tokens already. */
  firstToken: string | null;
  /** Address at which the first admin says who they are, once, within a week; null: it was given before. */
  firstLink: string | null;
  /** What it watches, for start-up words. */
  watching: {
    services: number;
    checks: number;
    location: string;
    /** Why nothing is asked from here, and what to set; null: something is. */
    noLocation: string | null;
  };
  /** Takes over what changed in the database: memory, board and assignments follow. */
  reload(): Promise<void>;
  /** Stops asking, delivers what was seen, closes everything but the database; within 5 s. */
  stop(): Promise<void>;
}

/**
 * Starts a server over a database that is open, migrated and has a platform.
 *
 * @param now the only clock below this point
 * @param opened what already listens where the server is to answer, and is handed over to it; absent: nothing does
 */
export async function startServer(
  config: Config,
  database: OpenDatabase,
  log: Logger,
  now: () => Instant = Date.now,
  opened?: HttpServer,
): Promise<RunningServer> {
  const { db } = database;
  const paths = dataPaths(config.dataDir);
  const firstToken = await ensureFirstToken(db, now());

  const settings = await readSettings(db);
  const wordsSince = horizonOf(now(), settings, wordsCycles);
  const words = await readBoardWords(db, wordsSince);
  const since = horizonOf(now(), settings, measuredCycles);
  // Over a server of PostgreSQL, joining the others loads what is known.
  const hasOthers = database.engine === "postgres";
  const live = hasOthers ? { checks: new Map(), since } : await loadReadings(db, since);
  const board = openBoard(live, words, () => live.since);
  const metrics = openMetrics(live, () => pages.readers());
  addProbeMetrics(metrics.registry, () => listStandingProbes(db), now);
  const watched = watchDatabase({
    setAway: board.setDatabaseAway,
    lost: (reason) =>
      log.error({ reason }, "the database cannot be used: the page is served from memory, samples wait"),
    back: (afterMs) => log.info({ afterMs }, "the database can be used again"),
  });
  const ingest = openIngest({
    db,
    live,
    board,
    database: watched,
    count: metrics.countBatch,
    reopened: () => replica?.catchUpSoon(),
    rightLost: () => replica?.rightLost(),
    passedOver: (place, error) => log.error({ err: error, ...place }, "a batch could not be derived from"),
    ...(hasOthers ? { right: null } : {}),
  });
  let replica: Replica | undefined;
  const facts = () => board.at(now());
  const secretKey = config.secretKey ?? keepSecretKey(paths.secretKey);
  const look = openLook();
  const readSecret = ({ from, name }: SecretReference): string | undefined =>
    from === "sealed" ? openCheckSecret(secretKey, name) : readOutside({ from, name });
  const assignments = openAssignments({
    db,
    checks: () => live.checks.values(),
    withSecrets: (target) => withSecrets(target, readSecret),
  });
  const refusals = openRefusalLog((line) => log.warn(line, "something of a probe was refused"));
  const sightings = openSightings(db, (error) => logUnlessAway(error, {}, "a probe could not be noted"));

  let alerts: AlertWatch | undefined;
  let started = false;
  const icmp = await icmpAvailable();
  const location = await chooseLocation(db, config.location);
  const probe = openOwnProbe({
    ...{ db, assignments, ingest, watched, location, now, log },
    kinds: checkKinds.filter((kind) => kind !== "icmp" || icmp),
    keyFile: paths.probeKey,
    countProblem: metrics.countProbeProblem,
    failed: (error, doing) => logUnlessAway(error, {}, doing),
  });
  // Whoever has tokens of old invites the first person by the command line.
  const firstLink = firstToken === null ? null : await ensureFirstPerson(db, now());
  const office = { engine: { ...engine, url: config.baseUrl }, seal: openSeal(secretKey) };
  let localUrl = "";
  const around: Surroundings = {
    ...{ config, db, log, now, secretKey, facts, failed: logUnlessAway },
    address: () => config.baseUrl ?? localUrl,
    derives: () => replica?.derives() === true,
    maySend: () => around.derives() && !watched.isAway(),
  };
  const pageKeys = await holdPageKeys(db);
  const shown = openPublicPages(around, {
    ...{ live, look, office, pageKeys, listensAt: () => localUrl, onChange: board.onChange },
  });
  const { pages, publicFacts, isRootOpen } = shown;
  const closings = openMonthClosings({
    ...{ db, office, now },
    failed: (error, label) => logUnlessAway(error, { label }, "the closing of a month broke off"),
  });
  const controlToken = randomBytes(32).toString("base64url");
  const accountMailer = mailerOf(around)?.() ?? null;
  const channels = openAlertChannels({
    db,
    settings: () => facts().settings,
    environment: config.alerts,
    mail: config.mail,
    fill: (text) => fillSecrets(text, readSecret),
  });
  const app = webApp({
    look,
    ask: async (request) => app.fetch(request),
    askOnce: openTrial(readSecret),
    installation: { version: engine.version, runtime: process.version, variables: readShownVariables() },
    identityProvider: config.identityProvider && openIdentityProvider(config.identityProvider),
    accountPost: accountMailer && {
      send: accountMailer.send,
      settings: () => facts().settings,
      head: () => readLetterhead(db, facts().settings),
      secretKey,
      bounceMail: config.bounceMail,
      baseUrl: around.address,
    },
    closings,
    pageKeys,
    pageCopies: shown.copies,
    channels,
    baseUrl: config.baseUrl,
    db,
    now,
    controlToken,
    board: facts,
    publicBoard: () => (isRootOpen() ? publicFacts() : null),
    changed: readWords,
    recordBatch: (batch, at) => ingest.record(batch, at),
    pollAssignments: assignments.poll,
    sawProbe: sightings.saw,
    refusedProbe(what, named, refusal) {
      metrics.countRefusal(what, refusal.code);
      refusals.note(what, named, refusal, now());
      if (what === "batch") {
        alerts?.refused(refusal.code, named, now());
      }
    },
    async checkedIn(checkId, at, outcome) {
      const check = live.checks.get(checkId);
      if (check === undefined || check.archivedAt !== null || isAsked(check)) {
        throw new NotFound("check_in_not_found", "no job is expected to call at this address");
      }
      await putCheckIn(db, checkId, at, outcome);
      probe.checkedIn(checkId, at, outcome);
    },
    secretKey,
    office,
    readiness: async () => [
      { part: "database", trouble: await databaseTroubleNow() },
      // A server may stand where nothing is asked from: then there is no probe to be ready.
      { part: "probe", trouble: !probe.isAsking() && !started ? "not started" : null },
    ],
    capabilities: { icmp },
    readSecret,
    mailTrouble: mailTroubleOf(config.mail),
    supportMail: config.supportMail,
    bounceMail: config.bounceMail,
    internalSubscribers: config.internalSubscribers,
    metrics: metrics.registry,
    logDefect: ({ error, ...defect }) => logUnlessAway(error, defect, "a request failed"),
    problemHtml: pages.problemHtml,
  });

  /** Re-reads people's words, so that the board tells them. */
  async function readWords(): Promise<void> {
    await pageKeys.read();
    board.setWords(await readBoardWords(db, wordsSince));
  }

  /** What follows from a database that is away is told once, by the watch. */
  function logUnlessAway(error: unknown, more: object, message: string): void {
    if (!watched.failed(error, now())) {
      log.error({ err: error, ...more }, message);
    }
  }

  async function databaseTroubleNow(): Promise<string | null> {
    try {
      await queryRows(db, sql`select 1`);
      watched.succeeded(now(), false);
      return watched.isAway() ? "nothing can be stored" : null;
    } catch (error) {
      logUnlessAway(error, {}, "the database could not be asked");
      return databaseTrouble(error)?.reason ?? (error as Error).message;
    }
  }

  async function reload(): Promise<void> {
    await ingest.reloadChecks(now());
    await readWords();
    assignments.forget();
    await probe.follow();
  }

  const asksHere = (check: LiveCheck) =>
    check.archivedAt === null && check.revisions.at(-1)!.definition.locations.includes(location);
  const server = randomBytes(9).toString("base64url");
  replica = await joinReplicas({
    database,
    ingest,
    server,
    now,
    failed: (error, doing) => logUnlessAway(error, {}, doing),
  });
  metrics.setDerives(replica.derives);
  const http = opened ?? (await startHttp(config, app, pages));
  opened?.handOver(app, pages);
  const noLocation = await probe.follow();
  const roots: RootKeeping = {
    settings: () => readSettings(db),
    transports({ webhook }) {
      const [secret] = referencesIn(webhook?.secret ?? "");
      return { mail: config.mail, webhookSecret: secret && readSecret(secret) };
    },
    onFailure: (doing, where, reason) =>
      log.warn({ doing, where, reason }, "a root of evidence could not be kept elsewhere yet"),
  };
  const schedule = await startSchedule(
    database,
    jobs(database, config.evidenceKeptMs, roots, office.engine),
    (job, error) => {
      metrics.countJobFailure(job);
      logUnlessAway(error, { job }, "a job failed");
    },
  );
  const changes = await followChanges(around, database, {
    platform: reload,
    words: readWords,
    "check-ins": probe.readCheckIns,
  });
  // The note is for the same machine: the control token must never travel to a public address.
  localUrl = `http://${hostInAddress(http.address.host)}:${http.address.port}`;
  alerts = startAlerting(around, { channels, checks: () => live.checks.values(), engine: office.engine });
  board.onChange(alerts.changed);
  const outages = watchOutages({
    ...{ db, now, board: facts, derives: replica.derives, changed: readWords },
    wordsFor: (draft) => declarationOf(draft, facts(), pageLanguages),
    followed: (what) => log.info(what, "drafts of incidents followed outages"),
    failed: (error) => logUnlessAway(error, {}, "drafts of incidents could not follow"),
  });
  const mail = sendMailings(around, metrics);
  const subscriptions = sendToSubscribers(around);
  const copies = keepCopies(around, {
    ...{ copies: shown.copies, isOpen: isRootOpen, seal: office.seal, onChange: board.onChange },
  });
  const inbound = await receiveMails(around);

  const upkeep = startUpkeep(around, {
    ...{ ingest, watched, server, publicFacts, isRootOpen },
    mayLoseDatabase: hasOthers,
    tick: () => board.tick(now()),
    askDatabase: databaseTroubleNow,
  });
  started = true;
  writeServerNote(paths.server, { pid: process.pid, url: localUrl, controlToken });

  return {
    url: around.address(),
    firstToken,
    firstLink: firstLink && `${around.address()}${pathOfAccessLink(secretKey, firstLink)}`,
    watching: {
      services: words.services.length,
      checks: [...live.checks.values()].filter(asksHere).length,
      location,
      noLocation,
    },
    reload,
    async stop() {
      accountMailer?.close();
      await upkeep.stop();
      // Whatever cannot end in order must not keep the rest from it: what was acknowledged is stored already.
      const ended: PromiseSettledResult<unknown>[] = await Promise.allSettled([
        changes.stop(),
        probe.stop(),
        http.stop(),
        schedule.stop(),
        alerts?.stop(),
        outages.stop(),
        mail?.stop(),
        inbound?.stop(),
        subscriptions.stop(),
        copies?.stop(),
        closings.stop(),
      ]);
      if (!watched.isAway()) {
        ended.push(...(await Promise.allSettled([probe.leave()])));
        ended.push(...(await Promise.allSettled([ingest.saveCheckpoints(now())])));
      }
      ended.push(...(await Promise.allSettled([replica?.stop(watched.isAway())])));
      for (const one of ended) {
        if (one.status === "rejected") {
          logUnlessAway(one.reason, {}, "a part did not end in order");
        }
      }
    },
  };
}

/** An address for people: a server that listens everywhere is found on this machine. */
function hostInAddress(host: string): string {
  if (host === "0.0.0.0" || host === "::") {
    return "localhost";
  }
  return host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
}
