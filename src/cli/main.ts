/**
 * `fournines`: the command line, a table of commands. Each parses, calls an action or the running server, and prints. A refusal is a
 * sentence and exit status 1; a command that is typed wrongly, 2; a defect, 70.
 */
import { Command, CommanderError } from "commander";
import { type Fault, Refusal } from "../domain/errors.ts";
import { CommandEnded, type Terminal } from "./words.ts";

type Add = (program: Command, terminal: Terminal) => void;

/** Each command by its name, in the order of the help: loaded when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  start: async () => (await import("./start.ts")).addStartCommand,
  apply: async () => (await import("./apply.ts")).addApplyCommand,
  incident: async () => (await import("./incident.ts")).addIncidentCommands,
  maintenance: async () => (await import("./maintenance.ts")).addMaintenanceCommands,
  report: async () => (await import("./report.ts")).addReportCommands,
  customer: async () => (await import("./customer.ts")).addCustomerCommands,
  page: async () => (await import("./page.ts")).addPageCommands,
  token: async () => (await import("./token.ts")).addTokenCommands,
  user: async () => (await import("./user.ts")).addUserCommands,
  probe: async () => (await import("./probe.ts")).addProbeCommands,
  evidence: async () => (await import("./evidence.ts")).addEvidenceCommands,
  verify: async () => (await import("./verify.ts")).addVerifyCommand,
  "export-page": async () => (await import("./export-page.ts")).addExportPageCommand,
  evaluate: async () => (await import("./evaluate.ts")).addEvaluateCommand,
  migrate: async () => (await import("./migrate.ts")).addMigrateCommand,
};

/** The program with the command that these words begin with, or with all of them where it is none: for their help. */
export async function commandLine(words: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command("fournines")
    .description("uptime monitoring, a status page, and reports that can be recomputed")
    .exitOverride()
    .showHelpAfterError("(see fournines --help)");
  const [name = ""] = words;
  const wanted = Object.hasOwn(commands, name) ? [commands[name]!] : Object.values(commands);
  for (const load of wanted) {
    (await load())(program, terminal);
  }
  return program;
}

/** Runs one command line; its exit status. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await commandLine(words, terminal);
    await program.parseAsync(words, { from: "user" });
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
