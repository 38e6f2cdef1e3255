/**
 * `fournines apply FILE [--dry-run]`: shows what a platform file changes and applies it. Where a server runs on the data folder, the
 * server does it, so that it takes effect at once; otherwise the database is opened directly.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { icmpAvailable } from "../../probes/node/icmp.ts";
import { applyPlatform, previewPlatform } from "../actions/apply-platform.ts";
import { dataPaths, readConfig } from "../config.ts";
import { InvalidInput } from "../domain/errors.ts";
import { planInWords, type PlatformPlan } from "../domain/status/platform-plan.ts";
import { parsePlatformFile } from "../platform-file/platform-file.ts";
import { whoHoldsDataFolder } from "../store/data-folder.ts";
import { askServer, findServer } from "./connection.ts";
import { withDatabase } from "./database.ts";
import type { Terminal } from "./words.ts";

export function addApplyCommand(program: Command, terminal: Terminal): void {
  program
    .command("apply")
    .description("bring the platform to what a file says")
    .argument("<file>", "the platform file, like platform.yaml")
    .option("--dry-run", "only show what would change")
    .action(async (file: string, options: { dryRun?: boolean }) => {
      const plan = await apply(file, options.dryRun === true, terminal);
      planInWords(plan).forEach(terminal.print);
      terminal.print(
        plan.changes.length === 0
          ? `Nothing to change: ${plan.unchanged} things are as ${basename(file)} says.`
          : `${options.dryRun === true ? "Would change" : "Changed"} ${plan.changes.length}, ${plan.unchanged} unchanged.`,
      );
    });
}

async function apply(file: string, dryRun: boolean, terminal: Terminal): Promise<PlatformPlan> {
  const text = readPlatformText(file);
  const definition = parsePlatformFile(text, {
    file: basename(file),
    capabilities: { icmp: await icmpAvailable() },
  });
  const config = readConfig(terminal.environment);
  if (
    config.databaseUrl === null &&
    (await whoHoldsDataFolder(config.dataDir, dataPaths(config.dataDir).server))
  ) {
    const server = findServer({}, terminal.environment);
    return askServer(server, "POST", `/api/v1/platform${dryRun ? "?dry_run=true" : ""}`, {
      file: basename(file),
      text,
    });
  }
  return withDatabase(
    ({ db }) => (dryRun ? previewPlatform(db, definition) : applyPlatform(db, definition, Date.now())),
    terminal.environment,
  );
}

function readPlatformText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InvalidInput("platform_file_missing", `${file} cannot be read (${code})`, [], { cause });
  }
}
