/** `fournines probe invite --location X`: a token with which one probe can join, and how it is used. */
import type { Command } from "commander";
import { inviteProbe } from "../actions/invite-probe.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { askServer, type Connection, findServerFor } from "./connection.ts";
import { withDatabase } from "./database.ts";
import { type CommonOptions, type Terminal, withServerOptions } from "./words.ts";

interface Invitation {
  token: string;
  location: string;
  expires_at: string;
}

export function addProbeInvite(probe: Command, terminal: Terminal): void {
  withServerOptions(
    probe
      .command("invite")
      .description("make an invitation for one probe; it is shown once and good for a day")
      .requiredOption("--location <slug>", "where the probe will stand"),
  ).action(async (options: CommonOptions & { location: string }) => {
    const server = await findServerFor(options, terminal.environment);
    const invitation = await invite(server, options.location, terminal);
    if (options.json === true) {
      terminal.print(JSON.stringify(invitation));
      return;
    }
    const until = `${invitation.expires_at.slice(0, 16).replace("T", " ")} UTC`;
    terminal.print(invitation.token);
    terminal.print(`Good for one probe in ${invitation.location}, until ${until}. There, run:`);
    const address = server?.url ?? "<address of the server>";
    terminal.print(`  fournines probe run --server ${address} --token ${invitation.token}`);
  });
}

async function invite(server: Connection | null, location: string, terminal: Terminal): Promise<Invitation> {
  if (server !== null) {
    return askServer(server, "POST", "/api/v1/probe-invitations", { location });
  }
  const { expiresAt, ...made } = await withDatabase(
    ({ db }) => inviteProbe(db, location, "command line", Date.now()),
    terminal.environment,
  );
  return { ...made, expires_at: isoInstant(expiresAt) };
}
