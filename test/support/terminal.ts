/**
 * The command line against a real server on a loopback port: what is typed goes in, what is printed comes out.
 */
import { join } from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import { Command } from "commander";
import { addCustomerCommands } from "../../src/cli/customer.ts";
import { addIncidentCommands } from "../../src/cli/incident.ts";
import { commandLine } from "../../src/cli/main.ts";
import { addMaintenanceCommands } from "../../src/cli/maintenance.ts";
import { addPageCommands } from "../../src/cli/page.ts";
import { addReportCommands } from "../../src/cli/report.ts";
import type { Terminal } from "../../src/cli/words.ts";
import type { TestApi } from "./api.ts";

/** Serves the API; resolves with its address once it listens. */
export function serveApi(api: TestApi): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve) => {
    const server: ServerType = serve(
      { fetch: (request) => api.request(request), hostname: "127.0.0.1", port: 0 },
      ({ port }) =>
        resolve({
          url: `http://127.0.0.1:${port}`,
          close: () => new Promise((closed) => void server.close(() => closed())),
        }),
    );
  });
}

/** What `fournines …words` prints in this environment; throws what it refuses. */
export function type(environment: Record<string, string>, ...words: string[]): Promise<string> {
  return typeOn({ environment }, ...words);
}

/** The same on a terminal with a clock of its own. */
export async function typeOn(at: Omit<Terminal, "print">, ...words: string[]): Promise<string> {
  const lines: string[] = [];
  const terminal = { ...at, print: (line: string) => void lines.push(line) };
  const program = new Command("fournines").exitOverride().configureOutput({ writeErr: () => {} });
  addIncidentCommands(program, terminal);
  addMaintenanceCommands(program, terminal);
  addReportCommands(program, terminal);
  addCustomerCommands(program, terminal);
  addPageCommands(program, terminal);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  await program.parseAsync(words, { from: "user" });
  return lines.join("\n");
}

/** What `fournines …words` prints on an installation, by its data folder; throws what it refuses. */
export async function typeAt(folder: string, ...words: string[]): Promise<string> {
  const lines: string[] = [];
  const environment = { DATA_DIR: join(folder, "data") };
  const terminal = { print: (line: string) => void lines.push(line), environment };
  const program = await commandLine(words, terminal);
  await program.parseAsync(words, { from: "user" });
  return lines.join("\n");
}
