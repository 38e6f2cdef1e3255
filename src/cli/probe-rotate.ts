/** `fournines probe rotate`: a new key for the probe in a folder of this machine, whether it runs or not. */
import type { Command } from "commander";
import { readProbeConfig } from "../config.ts";
import { environmentWith } from "./probe-run.ts";
import type { Terminal } from "./words.ts";

export function addProbeRotate(probe: Command, terminal: Terminal): void {
  probe
    .command("rotate")
    .description("give the probe on this machine a new key; the old one vouches for it")
    .option("--data <folder>", "the probe's folder (default: PROBE_DIR, or ./probe-data)")
    .action(async (options: { data?: string }) => {
      const config = readProbeConfig(environmentWith(options, terminal.environment ?? process.env));
      const { rotateInFolder } = await import("../../probes/node/rotation.ts");
      const { asRefusal } = await import("./probe-process.ts");
      try {
        const from = await rotateInFolder(config.dir);
        terminal.print(`The new key signs from batch ${from} on.`);
      } catch (error) {
        throw asRefusal(error, config);
      }
    });
}
