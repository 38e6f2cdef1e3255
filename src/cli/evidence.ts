/**
 * `fournines evidence export`: fetches a service's evidence from the server and puts it into a file, whole or not at all.
 */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { findServer, openServerFile, type ServerOptions } from "./connection.ts";
import { saveFile } from "./save-file.ts";
import { converse, type Terminal } from "./words.ts";

interface ExportOptions extends ServerOptions {
  service: string;
  from: string;
  to?: string;
  out?: string;
}

export function addEvidenceCommands(program: Command, terminal: Terminal): void {
  program
    .command("evidence")
    .description("what figures rest on, for whoever wants to check them")
    .command("export")
    .description("a service's signed evidence as one file, for fournines verify")
    .requiredOption("--service <slug>", "the service")
    .requiredOption("--from <time>", 'from when on, like "2026-11-01 00:00" in the platform\'s zone')
    .option("--to <time>", "until when (default: now)")
    .option("--out <file>", "the file to write (default: named after service and time)")
    .option(
      "--server <address>",
      "the server to ask (default: FOURNINES_URL, or the one running in DATA_DIR)",
    )
    .option(
      "--token <token>",
      "the token to read with (default: FOURNINES_TOKEN, or that of the running server)",
    )
    .action(async (options: ExportOptions) => {
      const server = converse(options, terminal);
      const query = new URLSearchParams({
        service: options.service,
        from: await server.instant(options.from),
      });
      if (options.to !== undefined) {
        query.set("to", await server.instant(options.to));
      }
      const { body, name } = await openServerFile(
        await findServer(options, terminal.environment),
        `/api/v1/evidence/export?${query}`,
      );
      const file = options.out ?? name;
      await saveFile(body, file);
      const { size } = await stat(file);
      terminal.print(
        `${file} written, ${(size / 1024).toFixed(0)} KiB. Check it with: fournines verify ${file}`,
      );
    });
}
