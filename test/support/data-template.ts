/** An empty database in a data folder, made once for the whole test run and copied: making one takes seconds, a copy does not. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { openDatabase } from "../../src/store/database.ts";

/** Puts an empty, migrated database into a data folder that does not exist yet. */
export async function copyDatabaseInto(dataFolder: string): Promise<void> {
  const template = join(inject("sharedFolder"), "data");
  if (!existsSync(template)) {
    await makeTemplate(template);
  }
  await cp(template, dataFolder, { recursive: true });
}

/** Beside, then renamed: of two test files that come at once, each makes one, and the first to be done is taken. */
async function makeTemplate(template: string): Promise<void> {
  const beside = `${template}-${process.pid}`;
  await mkdir(beside, { mode: 0o700 });
  const { migrate, close } = await openDatabase({ folder: beside });
  await migrate();
  await close();
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}
