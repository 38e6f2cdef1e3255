/**
 * The product as a process of its own, the way a user starts it: what `npm start` runs, with an environment, a data folder and a platform
 * file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyDatabaseInto } from "./data-template.ts";
import { createPostgresDatabase } from "./databases.ts";

const launcher = fileURLToPath(new URL("../../src/cli/fournines.js", import.meta.url));

/** What Node is told to start the product as users do. */
export const asUsers: readonly string[] = [launcher];
/** The same; but no effort is spent on making PGlite quicker with time: a server of a test does not run for long. */
export const asTests: readonly string[] = ["--liftoff-only", launcher];

export interface ServerProcess {
  url: string;
  pid: number;
  /** Everything it printed so far, both streams. */
  output(): string;
  /** Ends it as a machine would. */
  kill(): Promise<void>;
  /** Ends it as an operator would; its exit status and how long it took. */
  stop(): Promise<{ code: number | null; tookMs: number }>;
}

/** A process that may never become a server. */
export interface Attempt {
  child: ChildProcess;
  output(): string;
  /** Its exit status, once it has ended; null: a signal ended it. */
  ended: Promise<number | null>;
}

export interface Installation {
  folder: string;
  /** Starts it, without waiting for anything. */
  launch(environment?: Record<string, string>): Attempt;
  start(environment?: Record<string, string>): Promise<ServerProcess>;
  /** Writes the platform file anew. */
  write(platform: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Where a server finds its database: an empty one of its own on the PostgreSQL of the test run, with which it starts for half the work; an
 * empty one in its data folder, for what is about its files; or no data folder yet, and where its environment says.
 */
export type Data = "PostgreSQL" | "data folder" | "none";

/**
 * A folder with a platform file, from which servers can be started one after the other.
 *
 * @param program what Node is told to start the product
 */
export async function install(
  platform: string | null,
  data: Data = "PostgreSQL",
  program = asTests,
): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-"));
  const file = join(folder, "platform.yaml");
  const write = (text: string) => writeFile(file, text);
  if (platform !== null) {
    await write(platform);
  }
  if (data === "data folder") {
    await copyDatabaseInto(join(folder, "data"));
  }
  const place = data === "PostgreSQL" ? await createPostgresDatabase() : undefined;
  const standard = {
    DATA_DIR: join(folder, "data"),
    PORT: "0",
    LOG_LEVEL: "info",
    ...(platform === null ? {} : { FOURNINES_CONFIG: file }),
    ...(place === undefined ? {} : { DATABASE_URL: place.url }),
  };
  return {
    folder,
    write,
    launch: (environment = {}) => launch(program, folder, { ...standard, ...environment }),
    start: (environment = {}) => becomesServer(launch(program, folder, { ...standard, ...environment })),
    async remove() {
      await place?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function launch(program: readonly string[], folder: string, environment: Record<string, string>): Attempt {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...program, "start"], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout!.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr!.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const ended = once(child, "close").then(() => child.exitCode);
  return { child, output: () => output, ended };
}

/** Waits until it says that it runs; rejects when it ends before. */
export async function becomesServer({ child, output }: Attempt): Promise<ServerProcess> {
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const found = /Fournines is running: (\S+)/.exec(output())?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    };
    child.stdout!.on("data", look);
    look();
    child.once("close", (code) => reject(new Error(`ended with ${code} before it ran:\n${output()}`)));
  });
  return {
    url,
    pid: child.pid!,
    output,
    async kill() {
      await ended(child, "SIGKILL");
    },
    async stop() {
      const began = performance.now();
      const code = await ended(child, "SIGTERM");
      return { code, tookMs: performance.now() - began };
    },
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
  return child.exitCode;
}
