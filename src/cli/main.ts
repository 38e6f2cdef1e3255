/**
 * `fournines`: the command line, a table of commands. Each parses, calls an action or the running server, and prints. A refusal is a
 * sentence and exit status 1; a command that is typed wrongly, 2; a defect, 70.
 */
import { Command, CommanderError } from "commander";
import { type Fault, Refusal } from "../domain/errors.ts";
import { addApplyCommand } from "./apply.ts";
import { addCustomerCommands } from "./customer.ts";
import { addEvidenceCommands } from "./evidence.ts";
import { addEvaluateCommand } from "./evaluate.ts";
import { addExportPageCommand } from "./export-page.ts";
import { addIncidentCommands } from "./incident.ts";
import { addMaintenanceCommands } from "./maintenance.ts";
import { addMigrateCommand } from "./migrate.ts";
import { addProbeCommands } from "./probe.ts";
import { addReportCommands } from "./report.ts";
import { addStartCommand } from "./start.ts";
import { addTokenCommands } from "./token.ts";
import { addUserCommands } from "./user.ts";
import { addVerifyCommand } from "./verify.ts";
import { CommandEnded, type Terminal } from "./words.ts";

/** The program with all its commands. */
export function commandLine(terminal: Terminal): Command {
  const program = new Command("fournines")
    .description("uptime monitoring, a status page, and reports that can be recomputed")
    .exitOverride()
    .showHelpAfterError("(see fournines --help)");
  addStartCommand(program);
  addApplyCommand(program, terminal);
  addIncidentCommands(program, terminal);
  addMaintenanceCommands(program, terminal);
  addReportCommands(program, terminal);
  addCustomerCommands(program, terminal);
  addTokenCommands(program, terminal);
  addUserCommands(program, terminal);
  addProbeCommands(program, terminal);
  addEvidenceCommands(program, terminal);
  addVerifyCommand(program, terminal);
  addExportPageCommand(program, terminal);
  addEvaluateCommand(program, terminal);
  addMigrateCommand(program, terminal);
  return program;
}

/** Runs one command line; its exit status. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await commandLine(terminal).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommandEnded) {
      return error.status;
    }
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : 2;
    }
    if (error instanceof Refusal) {
      console.error(error.message);
      // A message that tells its faults itself, with their lines, is not told twice.
      const untold = error.fields.filter(({ detail }) => !error.message.includes(detail));
      untold.forEach((fault) => console.error(`  ${faultLine(fault)}`));
      return 1;
    }
    console.error("This is a defect of Fournines:", error);
    return 70;
  }
}

function faultLine({ pointer, detail }: Fault): string {
  return pointer === "" ? detail : `${pointer}: ${detail}`;
}
