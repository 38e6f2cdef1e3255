/**
 * `fournines probe run`: a probe on this machine, for a server elsewhere. Settings come from the environment, so that a container needs no
 * arguments. What it does stands in probe-process.ts, which other commands need not load.
 */
import type { Command } from "commander";
import { readProbeConfig } from "../config.ts";
import type { Terminal } from "./words.ts";

interface RunOptions {
  server?: string;
  token?: string;
  data?: string;
}

export function addProbeRun(probe: Command, terminal: Terminal): void {
  probe
    .command("run", { isDefault: true })
    .description("ask from this machine, for a server elsewhere (what `fournines probe` alone does)")
    .option("--server <address>", "the server (default: FOURNINES_SERVER, or the one it has joined)")
    .option("--token <token>", "invitation to join with, once (default: PROBE_TOKEN)")
    .option("--data <folder>", "where its key and its spool lie (default: PROBE_DIR, or ./probe-data)")
    .action(async (options: RunOptions) => {
      const config = readProbeConfig(environmentWith(options, terminal.environment ?? process.env));
      const { runProbe } = await import("./probe-process.ts");
      process.exit(await runProbe(config, terminal));
    });
}

/** What is typed comes before what stands in the environment. */
export function environmentWith(
  { server, token, data }: RunOptions,
  environment: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return {
    ...environment,
    ...(server === undefined ? {} : { FOURNINES_SERVER: server }),
    ...(token === undefined ? {} : { PROBE_TOKEN: token, PROBE_TOKEN_FILE: undefined }),
    ...(data === undefined ? {} : { PROBE_DIR: data }),
  };
}
