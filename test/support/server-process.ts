/**
 * The product as a process of its own, the way a user starts it: `node src/main.ts` with an environment, a data folder and a
 * platform file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

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

export interface Installation {
  folder: string;
  start(environment?: Record<string, string>): Promise<ServerProcess>;
  /** Writes the platform file anew. */
  write(platform: string): Promise<void>;
  remove(): Promise<void>;
}

/** A folder with a platform file, from which servers can be started one after the other. */
export async function install(platform: string | null): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-"));
  const file = join(folder, "platform.yaml");
  const write = (text: string) => writeFile(file, text);
  if (platform !== null) {
    await write(platform);
  }
  return {
    folder,
    write,
    start: (environment = {}) =>
      startProcess(folder, {
        DATA_DIR: join(folder, "data"),
        PORT: "0",
        LOG_LEVEL: "info",
        ...(platform === null ? {} : { FOURNINES_CONFIG: file }),
        ...environment,
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function startProcess(folder: string, environment: Record<string, string>): Promise<ServerProcess> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout!.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr!.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /Fournines is running: (\S+)/.exec(output)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    };
    child.stdout!.on("data", look);
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it ran:\n${output}`)));
  });
  return {
    url,
    pid: child.pid!,
    output: () => output,
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
