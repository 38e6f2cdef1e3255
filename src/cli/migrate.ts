/** `fournines migrate`: brings the schema of the database to this version, as every start does. */
import type { Command } from "commander";
import { withDatabase } from "./database.ts";
import type { Terminal } from "./words.ts";

export function addMigrateCommand(program: Command, terminal: Terminal): void {
  program
    .command("migrate")
    .description("bring the database to this version")
    .action(async () => {
      await withDatabase(async () => {}, terminal.environment);
      terminal.print("The database is at this version.");
    });
}
