/** `fournines probe …`: the programs that ask from other places: run and given new keys there, invited, looked at and revoked from here. */
import type { Command } from "commander";
import { addProbeInvite } from "./probe-invite.ts";
import { addProbeList } from "./probe-list.ts";
import { addProbeRevoke } from "./probe-revoke.ts";
import { addProbeRotate } from "./probe-rotate.ts";
import { addProbeRun } from "./probe-run.ts";
import type { Terminal } from "./words.ts";

export function addProbeCommands(program: Command, terminal: Terminal): void {
  const probe = program.command("probe").description("programs that ask from other places");
  addProbeRun(probe, terminal);
  addProbeRotate(probe, terminal);
  addProbeInvite(probe, terminal);
  addProbeList(probe, terminal);
  addProbeRevoke(probe, terminal);
}
