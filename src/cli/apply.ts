/**
 * `fournines apply FILE [--dry-run]`: shows what a platform file changes and applies it. Where a server is named or runs on the data
 * folder, it does that, so that it takes effect at once; otherwise the database is opened directly.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { icmpAvailable } from "../../probes/node/icmp.ts";
import { applyPlatform, previewPlatform, refuseConflicts } from "../actions/apply-platform.ts";
import { InvalidInput } from "../domain/errors.ts";
import { planInWords, type PlatformPlan } from "../domain/status/platform-plan.ts";
import { readBeside, readBytesBeside } from "../platform-file/includes.ts";
import { collectBrandFiles, collectIncludes, parsePlatformFile } from "../platform-file/platform-file.ts";
import { listAskers } from "../store/askers.ts";
import { askServer, findServerInCharge } from "./connection.ts";
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
      plan.warnings?.forEach((warning) => terminal.print(`! ${warning}`));
      refuseConflicts(plan);
      terminal.print(
        plan.changes.length === 0
          ? `Nothing to change: ${plan.unchanged} things are as ${basename(file)} says.`
          : `${options.dryRun === true ? "Would change" : "Changed"} ${plan.changes.length}, ${plan.unchanged} unchanged.`,
      );
    });
}

async function apply(file: string, dryRun: boolean, terminal: Terminal): Promise<PlatformPlan> {
  const text = readPlatformText(file);
  const [readInclude, readFile] = [readBeside(file), readBytesBeside(file)];
  const server = await findServerInCharge(terminal.environment);
  if (server !== null) {
    // It reads the file itself: what counts is what the server's machine can do.
    return askServer(server, "POST", `/api/v1/platform${dryRun ? "?dry_run=true" : ""}`, {
      file: basename(file),
      text,
      files: collectIncludes(text, basename(file), readInclude),
      brand_files: collectBrandFiles(text, basename(file), readFile),
    });
  }
  const capabilities = { icmp: await icmpAvailable() };
  // What is wrong with the file by itself is told without a database.
  parsePlatformFile(text, { file: basename(file), capabilities: { icmp: true }, readInclude, readFile });
  return withDatabase(async ({ db }) => {
    const askers = await listAskers(db);
    const options = { file: basename(file), capabilities, askers, readInclude, readFile };
    const definition = parsePlatformFile(text, options);
    const now = Date.now();
    return dryRun ? previewPlatform(db, definition, now) : applyPlatform(db, definition, now);
  }, terminal.environment);
}

function readPlatformText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InvalidInput("platform_file_missing", `${file} cannot be read (${code})`, [], { cause });
  }
}
