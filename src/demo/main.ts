/**
 * `npm run demo`: a believable platform to look at. Real local servers that misbehave, thirteen months of history told through the same
 * door as any remote probe's batches, and the page served all the while. In a data folder of its own; a second start goes on.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import pino from "pino";
import { makeAccessLink, pathOfAccessLink } from "../actions/access-link.ts";
import { makePageLink } from "../actions/manage-page-keys.ts";
import { sealPageLink } from "../actions/page-pass.ts";
import { openSeal } from "../actions/report-seal.ts";
import { type Config, dataPaths, readConfig } from "../config.ts";
import { Refusal } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { engine } from "../engine.ts";
import { checkInToken } from "../http/check-in-address.ts";
import { linkPath } from "../http/pages/door.ts";
import { startServer } from "../server.ts";
import { keepSecretKey, lockDataFolder, readServerNote } from "../store/data-folder.ts";
import type { Database } from "../store/database.ts";
import { openDatabase } from "../store/open-database.ts";
import { listCheckInJobs } from "../store/check-in-jobs.ts";
import { conditionOf } from "./behaviour.ts";
import { historyDays } from "./history/span.ts";
import { places, receiverPort } from "./places.ts";
import { startExportJob } from "./servers/export-job.ts";
import { startReceiver } from "./servers/receiver.ts";
import { startServers } from "./servers/start.ts";
import { beginStory } from "./story.ts";
import { tellStory } from "./telling.ts";

const seed = 99_990;
const exportEveryMs = 60_000;
const stopWithinMs = 5_000;

async function main(): Promise<void> {
  const config = demoConfig();
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  mkdirSync(config.dataDir, { recursive: true });
  const lock = await lockDataFolder(config.dataDir);
  const began = Date.now();
  const receiver = await startReceiver(receiverPort, Date.now);
  const servers = await startServers(places, began, Date.now, seed, receiver.takeLetter);
  const database = await openDatabase(
    config.databaseUrl === null ? { folder: config.dataDir } : { url: config.databaseUrl },
  );
  await database.migrate();
  const story = await beginStory(database.db, seed, historyDays, began);
  const server = await startServer(config, database, log);
  const secretKey = config.secretKey ?? keepSecretKey(dataPaths(config.dataDir).secretKey);
  const localUrl = readServerNote(dataPaths(config.dataDir).server)!.url;
  const exportAddress = await addressOfExports(database.db, secretKey, localUrl);
  const job = startExportJob(
    exportEveryMs,
    () => exportAddress,
    () => conditionOf("exports", Date.now() - began),
  );
  console.log(
    [
      `The demo is running: ${server.url}`,
      `  watching   ${server.watching.services} services of ${story.present.settings.name}, real servers on ports ${Math.min(...Object.values(places))}–${Math.max(...Object.values(places))}`,
      `  data       ${config.dataDir}`,
      `  arrives    http://127.0.0.1:${receiver.port}/ (alerts, letters)`,
      ...(server.firstToken === null
        ? []
        : [`  token      ${server.firstToken}`, `  console    ${server.firstLink}`]),
      `  portal     ${server.url}${await pathIntoPortal(database.db, secretKey, began)}`,
      `  partners   ${server.url}${await pathToPartners(database.db, secretKey, began)}`,
    ].join("\n"),
  );

  const stop = async () => {
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    job.stop();
    await server.stop();
    await servers.stop();
    await receiver.stop();
    await database.close();
    await lock.release();
    process.exit(0);
  };
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (!stopping) {
        stopping = true;
        void stop();
      }
    });
  }
  const telling = {
    db: database.db,
    story,
    secretKey,
    office: { engine: { ...engine, url: config.baseUrl }, seal: openSeal(secretKey) },
    url: localUrl,
    now: Date.now,
    async isPresent() {
      await server.reload();
      console.log(
        "  live       every service is asked from here now; the search fails for 40 s now and then",
      );
    },
    isOver: () => stopping,
  };
  await tellStory(telling, (words) => console.log(words));
}

/** A data folder of its own beside the usual one, unless another is named; mail goes to the demo's own server, whatever is configured. */
function demoConfig(): Config {
  const config = readConfig();
  const usual = resolve("data");
  return {
    ...config,
    dataDir: config.dataDir === usual ? resolve("data/demo") : config.dataDir,
    location: "local",
    // The webhook of a subscriber leads to the demo's own receiver.
    internalSubscribers: true,
    mail: { smtpUrl: `smtp://127.0.0.1:${places.mail}`, from: "reports@skarv.example" },
  };
}

/** The way in for a customer: whose months have had everything that can happen to a month. */
async function pathIntoPortal(db: Database, secretKey: string, now: Instant): Promise<string> {
  const link = await makeAccessLink(db, { customer: "meridian" }, "demo", now);
  return pathOfAccessLink(secretKey, link);
}

/** The way to a page that only partners see; that of the customer is led to from their portal. */
async function pathToPartners(db: Database, secretKey: string, now: Instant): Promise<string> {
  const slug = "partners";
  const wanted = { name: "Whoever looks at the demo", opens: "page" as const, days: 90 };
  const link = await makePageLink(db, slug, wanted, "demo", now);
  return linkPath({ slug }, link, sealPageLink(secretKey, slug, link.id));
}

/** Where the exports job calls. */
async function addressOfExports(db: Database, secretKey: string, url: string): Promise<string | undefined> {
  const job = (await listCheckInJobs(db)).find(({ serviceSlug }) => serviceSlug === "exports");
  return job && `${url}/check-in/${checkInToken(secretKey, job.checkId)}`;
}

try {
  await main();
} catch (error) {
  const said = error instanceof Refusal || (error as Error).message.startsWith("the demo's");
  console.error(
    ...(said
      ? [`The demo did not start: ${(error as Error).message}`]
      : ["The demo stopped by a defect:", error]),
  );
  process.exit(1);
}
