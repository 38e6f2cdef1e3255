/**
 * A whole platform of real processes over a real PostgreSQL: servers, each with a line of its own to the database; probes, each with a
 * line to the servers that a load balancer could be; targets whose truth is known. What the fault scenarios play on.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { PostgresServer } from "../support/postgres-server.ts";
import type { Chance } from "./chance.ts";
import { ownLocation, platformFile, remoteLocations } from "./platform.ts";
import type { Launched } from "./processes.ts";
import { type StagedProbe, stagedProbe } from "./staged-probe.ts";
import { type StagedServer, stagedServer } from "./staged-server.ts";
import { startTargets, type Targets } from "./target.ts";

export interface StagePlan {
  /** How many servers. */
  servers: number;
  /** Locations of the probes that stand alone, one entry a probe. */
  probes: readonly string[];
  /** Whether the servers ask too, from a location of their own. */
  own: boolean;
  /** How many services, with a check each. */
  services: number;
  /** Whether probes have a reference to ask before they tell a failure. */
  selfCheck?: boolean;
  /** Whether probes have a disk of their own that can be filled. */
  smallDisks?: boolean;
}

/** The database server of all of them. */
export interface StagedDatabase {
  /** Ends it in order: away it is. */
  halt(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it where it does not run. */
  resume(): Promise<void>;
}

export interface Stage {
  servers: StagedServer[];
  probes: StagedProbe[];
  targets: Targets;
  services: string[];
  locations: string[];
  database: StagedDatabase;
  /** Straight to the database, past every line. */
  databaseUrl: string;
  token: string;
  folder: string;
  /** Processes that ended although nobody told them to. */
  deaths(): string[];
  /** What each process printed, in the order they were started. */
  outputs(): { name: string; output: string }[];
  /** Puts right whatever is wrong: everything runs again, every line is open. Clocks stay as they are. */
  mend(): Promise<void>;
  /** Ends everything but the database server. */
  close(): Promise<void>;
}

/** Sets a platform up on an empty database of this server, and waits until every server and probe runs. */
export async function setStage(plan: StagePlan, database: PostgresServer, chance: Chance): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-faults-"));
  const databaseUrl = await emptyDatabase(database, chance);
  const services = Array.from({ length: plan.services }, (_, i) => `beacon-${i + 1}`);
  const targets = await startTargets(services);
  const remote = remoteLocations.filter((location) => plan.probes.includes(location));
  const locations = [...remote, ...(plan.own ? [ownLocation] : [])];
  await writeFile(
    join(folder, "platform.yaml"),
    platformFile(services, targets, locations, plan.selfCheck === true),
  );
  const launched: { name: string; process: Launched }[] = [];
  const servers: StagedServer[] = [];
  const probes: StagedProbe[] = [];
  const lines = () => [
    ...servers.map((one) => one.database),
    ...probes.flatMap((one) => [one.line, one.network]),
  ];
  let databaseRuns = true;
  const stage: Stage = {
    servers,
    probes,
    targets,
    services,
    locations,
    database: {
      async halt() {
        databaseRuns = false;
        await database.halt();
      },
      async kill() {
        databaseRuns = false;
        await database.kill();
      },
      async resume() {
        if (!databaseRuns) {
          await database.resume();
          databaseRuns = true;
        }
      },
    },
    databaseUrl,
    token: "",
    folder,
    deaths: () =>
      launched
        .filter(({ process }) => process.diedByItself())
        .map(({ name, process }) => `${name} ended by itself: ${process.output().slice(-2_000)}`),
    outputs: () =>
      launched.map(({ name, process }, i) => ({ name: `${i + 1} ${name}`, output: process.output() })),
    async mend() {
      await stage.database.resume();
      await Promise.all(
        lines()
          .filter((line) => line.state() !== "open")
          .map((line) => line.set("open")),
      );
      await Promise.all([
        ...servers.filter((one) => !one.isUp()).map((one) => one.start()),
        ...probes.filter((one) => !one.process().runs()).map((one) => one.start()),
      ]);
    },
    async close() {
      await Promise.all(launched.map(({ process }) => process.kill()));
      await Promise.all(lines().map((line) => line.close()));
      await Promise.all(probes.map((one) => one.disk?.remove()));
      await targets.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const note = (name: string, process: Launched) => {
    launched.push({ name, process });
    return process;
  };
  try {
    for (let i = 0; i < plan.servers; i++) {
      const server = await stagedServer(`server ${i + 1}`, plan, stage, note);
      servers.push(server);
      await server.start();
      stage.token ||= /fn_[\w-]{43}/.exec(server.process().output())?.[0] ?? "";
    }
    for (const [i, location] of plan.probes.entries()) {
      const name = plan.probes.indexOf(location) === i ? location : `${location} ${i + 1}`;
      probes.push(await stagedProbe(name, location, plan, stage, note));
    }
    await Promise.all(probes.map((probe) => probe.start()));
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function emptyDatabase(database: PostgresServer, chance: Chance): Promise<string> {
  const name = `faults_${process.pid}_${chance.of("database").between(1, 1e9)}`;
  const admin = postgres(database.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${name}`);
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  return new URL(`/${name}`, database.url).href;
}
