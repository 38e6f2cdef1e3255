/**
 * An empty, migrated database in a data folder, made once and copied: making one takes seconds, a copy does not. It is kept beside the
 * installed packages for the next test runs, under what it was made of: PGlite's version and the migrations.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import packages from "../../package.json" with { type: "json" };
import { migrationsFolder } from "../../src/store/migrations.ts";
import { openDatabase } from "../../src/store/open-database.ts";

/** Puts an empty, migrated database into a data folder that does not exist yet. */
export async function copyDatabaseInto(dataFolder: string): Promise<void> {
  await cp(inject("dataTemplate"), dataFolder, { recursive: true });
}

/** Makes what is copied, in a folder that does not exist yet; once, before any test. */
export async function makeDataTemplate(folder: string): Promise<void> {
  const version = packages.dependencies["@electric-sql/pglite"];
  const name = `pglite-${version}-${digestOfMigrations()}`;
  const kept = fileURLToPath(new URL(`../../node_modules/.cache/fournines-tests/${name}`, import.meta.url));
  if (!existsSync(kept)) {
    await keepMigrated(kept);
  }
  await cp(kept, folder, { recursive: true });
}

/** Beside, then renamed: of two test runs that come at once, each makes one, and the first to be done is taken. */
async function keepMigrated(kept: string): Promise<void> {
  const beside = `${kept}-${process.pid}`;
  await mkdir(beside, { recursive: true, mode: 0o700 });
  const { migrate, close } = await openDatabase({ folder: beside });
  await migrate();
  await close();
  await rename(beside, kept).catch(() => rm(beside, { recursive: true }));
}

function digestOfMigrations(): string {
  const digest = createHash("sha256");
  for (const file of ["meta/_journal.json", ...readdirSync(migrationsFolder).sort()]) {
    if (/\.(sql|json)$/.test(file)) {
      digest.update(readFileSync(join(migrationsFolder, file)));
    }
  }
  return digest.digest("hex").slice(0, 16);
}
