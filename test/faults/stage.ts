/**
 * A whole platform of real processes over a real PostgreSQL: servers, each with a line of its own to the database; probes, each with a
 * line to the servers that a load balancer could be; targets whose truth is known. What the fault scenarios play on.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort, type PostgresServer } from "../support/postgres-server.ts";
import type { Chance } from "./chance.ts";
import { type Line, openLine } from "./line.ts";
import { ownLocation, platformFile, remoteLocations } from "./platform.ts";
import { type Launched, launch } from "./processes.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { startTargets, type Targets } from "./target.ts";
import { newWitness, type Witness } from "./witness.ts";

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

export interface StagedServer {
  name: string;
  url: string;
  port: number;
  /** Its line to the database. */
  database: Line;
  process(): Launched;
  /** Whether it is meant to run and to have come up. */
  isUp(): boolean;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface StagedProbe {
  name: string;
  location: string;
  /** Where its key and its spool lie. */
  folder: string;
  /** Its line to the servers. */
  line: Line;
  /** Its line to the targets. */
  network: Line;
  /** Null: the plan asks for none. */
  disk: SmallDisk | null;
  witness: Witness;
  process(): Launched;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Sets its clock wrong by so much, at once. */
  skew(ms: number): Promise<void>;
}

/** The database server of all of them. */
export interface StagedDatabase {
  /** Ends it in order: away it is. */
  halt(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
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
        await database.resume();
        databaseRuns = true;
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
      if (!databaseRuns) {
        await stage.database.resume();
      }
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

async function stagedServer(
  name: string,
  plan: StagePlan,
  stage: Stage,
  note: (name: string, process: Launched) => Launched,
): Promise<StagedServer> {
  const port = await freePort();
  const database = await openLine({ to: () => [Number(new URL(stage.databaseUrl).port)] });
  const throughLine = new URL(stage.databaseUrl);
  throughLine.port = String(database.port);
  const folder = join(stage.folder, name.replace(" ", "-"));
  await mkdir(folder);
  let running: Launched | undefined;
  let up = false;
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    port,
    database,
    process: () => running!,
    isUp: () => up && running!.runs(),
    async start() {
      running = note(
        name,
        launch(["start"], {
          folder,
          environment: {
            PORT: String(port),
            DATABASE_URL: throughLine.href,
            DATA_DIR: join(folder, "data"),
            FOURNINES_CONFIG: join(stage.folder, "platform.yaml"),
            // Without a place of its own it stands where nothing is asked from.
            FOURNINES_LOCATION: plan.own ? ownLocation : "headquarters",
            SECRET_KEY: "faults of a whole platform, for nobody to guess",
            LOG_LEVEL: "debug",
          },
        }),
      );
      await running.says(/Fournines is running/);
      up = true;
    },
    async kill() {
      up = false;
      await running!.kill();
    },
    async stop() {
      up = false;
      await running!.stop();
    },
  };
}

async function stagedProbe(
  name: string,
  location: string,
  plan: StagePlan,
  stage: Stage,
  note: (name: string, process: Launched) => Launched,
): Promise<StagedProbe> {
  const witness = newWitness();
  const line = await openLine({ to: () => stage.servers.map(({ port }) => port), listen: witness.listen });
  const folder = join(stage.folder, `probe-${name.replace(" ", "-")}`);
  const spool = join(folder, "data");
  const clock = `${folder}.clock`;
  await mkdir(spool, { recursive: true });
  const disk = plan.smallDisks === true ? await mountSmallDisk(spool) : null;
  const { port } = stage.targets;
  const network = await openLine({ to: () => [port] });
  const token = await invite(stage, location);
  let running: Launched | undefined;
  return {
    name,
    location,
    folder,
    line,
    network,
    disk,
    witness,
    process: () => running!,
    async start() {
      running = note(
        `probe ${name}`,
        launch(["probe", "run"], {
          folder,
          environment: {
            FOURNINES_SERVER: `http://127.0.0.1:${line.port}`,
            PROBE_TOKEN: token,
            PROBE_DIR: spool,
            LOG_LEVEL: "debug",
          },
          world: { clock, network: new Map([[port, network.port]]) },
          enter: disk?.enter ?? [],
        }),
      );
      // It must have come so far that it runs at all; whether it asks is seen at the targets.
      await running.says(/\S/);
    },
    kill: () => running!.kill(),
    stop: async () => void (await running!.stop()),
    skew: (ms) => writeFile(clock, String(ms)),
  };
}

async function invite(stage: Stage, location: string): Promise<string> {
  const answer = await fetch(`${stage.servers[0]!.url}/api/v1/probe-invitations`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stage.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ location }),
  });
  const body = await answer.text();
  if (answer.status !== 201) {
    throw new Error(`inviting a probe to ${location} was answered with ${answer.status}: ${body}`);
  }
  return (JSON.parse(body) as { token: string }).token;
}
