/** `fournines probe revoke ID --reason "…"`: hears a probe no more. */
import type { Command } from "commander";
import { controlAuthor } from "../actions/create-token.ts";
import { revokeProbe } from "../actions/revoke-probe.ts";
import { askServer, findServerFor } from "./connection.ts";
import { withDatabase } from "./database.ts";
import { type CommonOptions, type Terminal, withServerOptions } from "./words.ts";

export function addProbeRevoke(probe: Command, terminal: Terminal): void {
  withServerOptions(
    probe
      .command("revoke")
      .description("hear a probe no more; what it delivered before stays valid")
      .argument("<id>", "the probe, as fournines probe list names it")
      .requiredOption("--reason <words>", "why, on one line; it is kept"),
  ).action(async (id: string, options: CommonOptions & { reason: string }) => {
    const server = await findServerFor(options, terminal.environment);
    const { reason } = options;
    if (server !== null) {
      const path = `/api/v1/probes/${encodeURIComponent(id)}/revocation`;
      const revoked = await askServer(server, "POST", path, { reason });
      if (options.json === true) {
        terminal.print(JSON.stringify(revoked));
        return;
      }
    } else {
      await withDatabase(
        ({ db }) => revokeProbe(db, id, reason, controlAuthor, Date.now()),
        terminal.environment,
      );
    }
    terminal.print(`${id} is heard no more. What it delivered stays valid.`);
  });
}
