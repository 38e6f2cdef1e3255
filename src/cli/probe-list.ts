/** `fournines probe list`: the probes there are and how each is doing, in plain words. */
import type { Command } from "commander";
import { type ProbeCondition, probeConditionOf } from "../domain/monitoring/probe-condition.ts";
import { printDuration } from "../domain/time/duration.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { countHeldSlots } from "../store/check-leases.ts";
import { listStandingProbes } from "../store/probes.ts";
import { askServer, findServerFor } from "./connection.ts";
import { withDatabase } from "./database.ts";
import { type CommonOptions, type Terminal, withServerOptions } from "./words.ts";

/** What of a probe is printed, as the API tells it. */
export interface ListedProbe {
  id: string;
  location: string;
  engine: string;
  condition: ProbeCondition;
  seen_at: string | null;
  skew_ms: number | null;
  held: number | null;
  refused: number | null;
  network_lost_since: string | null;
  revoked_at: string | null;
  revoked_reason: string | null;
}

export function addProbeList(probe: Command, terminal: Terminal): void {
  withServerOptions(
    probe.command("list").description("show the probes there are, and how each is doing"),
  ).action(async (options: CommonOptions) => {
    const server = await findServerFor(options, terminal.environment);
    const probes =
      server === null
        ? await readProbes(terminal)
        : (await askServer<{ probes: ListedProbe[] }>(server, "GET", "/api/v1/probes")).probes;
    if (options.json === true) {
      terminal.print(JSON.stringify({ probes }));
      return;
    }
    if (probes.length === 0) {
      terminal.print("There are no probes yet.");
    }
    const now = Date.now();
    table(probes.map((one) => probeInWords(one, now))).forEach(terminal.print);
  });
}

/** Location, name, engine, last seen, clock, what it holds, state. */
export function probeInWords(probe: ListedProbe, now: number): string[] {
  const seen = probe.seen_at === null ? "never seen" : `seen ${ago(Date.parse(probe.seen_at), now)}`;
  const { held, refused } = probe;
  const lost = refused === null || refused === 0 ? "" : `, ${refused} lost`;
  const holds = held === null ? "–" : held === 0 && lost === "" ? "holds nothing" : `holds ${held}${lost}`;
  return [
    probe.location,
    probe.id,
    probe.engine,
    seen,
    clockInWords(probe.skew_ms),
    holds,
    state(probe, now),
  ];
}

function state(probe: ListedProbe, now: number): string {
  switch (probe.condition) {
    case "asking":
      return "asking";
    case "standing_by":
      return "standing by: others ask everything";
    case "quiet":
      return "quiet: does not poll";
    case "never_heard":
      return "has joined, and was never heard of since";
    case "network_lost":
      return `lost its own network ${ago(Date.parse(probe.network_lost_since ?? ""), now)}`;
    case "revoked":
      return `revoked ${probe.revoked_at?.slice(0, 10)}${probe.revoked_reason === null ? "" : `: ${probe.revoked_reason}`}`;
  }
}

/** Up to 2 s a clock counts as right (sla-semantics 3). */
function clockInWords(skewMs: number | null): string {
  if (skewMs === null) {
    return "clock not measured";
  }
  if (Math.abs(skewMs) <= 2_000) {
    return "clock right";
  }
  const by = printDuration(Math.round(Math.abs(skewMs) / 1_000) * 1_000);
  return `clock ${by} ${skewMs > 0 ? "ahead" : "behind"}`;
}

function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  const rounded =
    seconds < 120 ? seconds : seconds < 7_200 ? seconds - (seconds % 60) : seconds - (seconds % 3_600);
  return `${printDuration(rounded * 1_000)} ago`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}

/** The same without a server. */
async function readProbes(terminal: Terminal): Promise<ListedProbe[]> {
  return withDatabase(async ({ db }) => {
    const slots = await countHeldSlots(db);
    return (await listStandingProbes(db)).map((probe) => {
      const networkLostSince = probe.state?.networkLostSince ?? null;
      const share = slots.get(probe.id) ?? 0;
      return {
        id: probe.id,
        location: probe.location,
        engine: probe.engine,
        condition: probeConditionOf({ ...probe, networkLostSince, share }, Date.now()),
        seen_at: isoInstant(probe.seenAt),
        skew_ms: probe.skewMs,
        held: probe.state?.held ?? null,
        refused: probe.state?.refused ?? null,
        network_lost_since: isoInstant(networkLostSince),
        revoked_at: isoInstant(probe.revokedAt),
        revoked_reason: probe.revokedReason,
      };
    });
  }, terminal.environment);
}
