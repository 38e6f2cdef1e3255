/**
 * An empty database in a data folder, made once for the whole test run and copied: making one takes seconds, a copy does not. What takes
 * longest, PGlite's own files, is kept beside the installed packages for the next run.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import packages from "../../package.json" with { type: "json" };
import { openDatabase } from "../../src/store/open-database.ts";

const version = packages.dependencies["@electric-sql/pglite"];
const kept = fileURLToPath(
  new URL(`../../node_modules/.cache/fournines-tests/pglite-${version}`, import.meta.url),
);

/** Puts an empty, migrated database into a data folder that does not exist yet. */
export async function copyDatabaseInto(dataFolder: string): Promise<void> {
  await cp(inject("dataTemplate"), dataFolder, { recursive: true });
}

/** Makes what is copied, in a folder that does not exist yet; once, before any test. */
export async function makeDataTemplate(folder: string): Promise<void> {
  if (!existsSync(kept)) {
    await keepUnmigrated();
  }
  await cp(kept, folder, { recursive: true });
  const { migrate, close } = await openDatabase({ folder });
  await migrate();
  await close();
}

/** Beside, then renamed: of two test runs that come at once, each makes one, and the first to be done is taken. */
async function keepUnmigrated(): Promise<void> {
  const beside = `${kept}-${process.pid}`;
  await mkdir(beside, { recursive: true, mode: 0o700 });
  await (await openDatabase({ folder: beside })).close();
  await rename(beside, kept).catch(() => rm(beside, { recursive: true }));
}
