/** One server of a stage: what `fournines start` runs, over a line of its own to the database, at the same port whenever it starts. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../support/postgres-server.ts";
import { type Line, openLine } from "./line.ts";
import { ownLocation } from "./platform.ts";
import { type Launched, launch } from "./processes.ts";
import type { Stage, StagePlan } from "./stage.ts";

export interface StagedServer {
  name: string;
  url: string;
  port: number;
  /** Its line to the database. */
  database: Line;
  process(): Launched;
  /** Whether it is meant to run and to have come up. */
  isUp(): boolean;
  /** How often that changed: an answer that was asked for before the last change says nothing. */
  changes(): number;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Lets it stand still. */
  freeze(): void;
  thaw(): void;
}

const databaseLost = /Fournines did not start: the database/;

/** Makes it ready to be started. */
export async function stagedServer(
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
  let changes = 0;
  const set = (next: boolean) => {
    up = next;
    changes++;
  };
  const launchServer = () =>
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
    });
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    port,
    database,
    process: () => running!,
    isUp: () => up && running!.runs(),
    changes: () => changes,
    async start() {
      // As whatever supervises it would: with the database gone again, it may end, in so many words, and is started anew.
      for (let attempts = 1; ; attempts++) {
        running = note(name, launchServer());
        running.excuse(databaseLost);
        try {
          await running.says(/Fournines is running/);
          break;
        } catch (error) {
          if (attempts === 10 || !databaseLost.test(running.output())) {
            throw error;
          }
        }
      }
      set(true);
    },
    async kill() {
      set(false);
      await running!.kill();
    },
    async stop() {
      set(false);
      await running!.stop();
    },
    freeze() {
      set(false);
      running!.freeze();
    },
    thaw() {
      running!.thaw();
      set(true);
    },
  };
}
