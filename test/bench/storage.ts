/**
 * Storage: what a sample costs in the database once it is older than 48 hours. A stretch of time goes through the real ingest in
 * batches as the probe's delivery makes them; then what expires by then is taken away and the rest is measured.
 */
import { sql } from "drizzle-orm";
import { lingerFor } from "../../probes/collecting.ts";
import type { Observation } from "../../probes/protocol.ts";
import { phaseOf } from "../../probes/rounds.ts";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { samplesKeptMs } from "../../src/store/samples.ts";
import { probeIn, watch } from "../support/watched.ts";
import { type Figure, progress } from "./figure.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 5, 1);
const restingTables = ["batches", "batch_packs", "rollups", "checkpoints", "readings", "outages"];

export async function storage(): Promise<Figure[]> {
  return [await stretch(100, 3), await stretch(8, 12)];
}

async function stretch(services: number, hours: number): Promise<Figure> {
  const intervalMs = 15_000;
  const open = await openDatabase({ memory: true });
  await open.migrate();
  const { db } = open;
  // Empty tables take pages too, which would weigh on a short stretch: only what comes on top is counted.
  const empty: Record<string, number> = {};
  for (const table of restingTables) {
    empty[table] = (await size(db, table)).bytes;
  }
  const checks: number[] = [];
  for (let i = 0; i < services; i++) {
    checks.push(await watch(db, `service-${i}`, { intervalMs, locations: ["lisbon"] }, start));
  }
  const probe = await probeIn(db, "lisbon");
  const live = await loadReadings(db, start);
  let samples = 0;
  for (const batch of batched(observationsOf(checks, intervalMs, hours), lingerFor([intervalMs]))) {
    samples += batch.length;
    const closedAt = batch.at(-1)!.at + 30;
    await recordBatch(db, live, await probe.next(batch, closedAt), closedAt);
  }
  const before = (await size(db, "batches")).bytes;
  // Two days later the schedule packs what is old enough.
  await packEvidence(db, start + hours * hourMs + samplesKeptMs + hourMs);
  progress(`storage: evidence ${round(before / samples)} bytes a sample before it is packed`);
  progress(`storage: ${samples} samples of ${services} services`);
  const parts = await bytesAtRest(db, empty, services, intervalMs, samples);
  await open.close();
  const total = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  return {
    name: `storage ${services} services x 15 s`,
    unit: "bytes per sample",
    better: "lower",
    target: 10,
    ours: { fournines: round(total) },
    peers: { "plain PostgreSQL row": 52, "Uptime Kuma (measured elsewhere)": 138 },
    note: Object.entries(parts)
      .map(([part, bytes]) => `${part} ${round(bytes)}`)
      .join(", "),
  };
}

/** Samples as a quiet day gives them: plausible latencies, a failure now and then. */
function* observationsOf(checks: number[], intervalMs: number, hours: number): Generator<Observation> {
  const dues = checks.map((check) => ({ check, phase: Math.floor(phaseOf(check) * intervalMs) }));
  dues.sort((a, b) => a.phase - b.phase);
  for (let round = 0; round < (hours * hourMs) / intervalMs; round++) {
    for (const { check, phase } of dues) {
      const at = start + round * intervalMs + phase + Math.floor(Math.random() * 3);
      const total = 18 + Math.random() * 9 + (Math.random() < 0.01 ? 80 : 0);
      yield Math.random() < 0.0002
        ? {
            check,
            at,
            outcome: "fail",
            timings: { total: 5_000 },
            reason: "timeout",
            detail: "no answer within 5 s",
          }
        : {
            check,
            at,
            outcome: "ok",
            timings: { connect: 0.6 + Math.random() * 0.4, firstByte: total - 1, total },
          };
    }
  }
}

/** In groups, each no longer than `lingerMs`, as delivery closes them. */
function* batched(observations: Iterable<Observation>, lingerMs: number): Generator<Observation[]> {
  let group: Observation[] = [];
  for (const observation of observations) {
    if (group.length === 1_000 || (group.length > 0 && observation.at - group[0]!.at > lingerMs)) {
      yield group;
      group = [];
    }
    group.push(observation);
  }
  yield group;
}

/** Bytes a sample by table, tables and indexes together; hour and day rollups by their rows, as many as the samples would have. */
async function bytesAtRest(
  db: Database,
  empty: Record<string, number>,
  services: number,
  intervalMs: number,
  samples: number,
): Promise<Record<string, number>> {
  await db.execute(sql`delete from rollups where seconds = 300`);
  const grown = async (table: string) => (await size(db, table)).bytes - empty[table]!;
  const rollups = await size(db, "rollups");
  const samplesADay = (24 * hourMs) / intervalMs;
  const parts = {
    evidence: ((await grown("batches")) + (await grown("batch_packs"))) / samples,
    rollups: (((await grown("rollups")) / rollups.rows) * 25) / samplesADay,
    checkpoints: (await grown("checkpoints")) / services / samplesADay,
    readings: (await grown("readings")) / samples,
    outages: (await grown("outages")) / samples,
  };
  return parts;
}

/** What a table takes with its indexes, and its rows. */
async function size(db: Database, table: string): Promise<{ bytes: number; rows: number }> {
  await db.execute(sql.raw(`vacuum full ${table}`));
  const [row] = await queryRows<{ bytes: number; rows: number }>(
    db,
    sql.raw(`select pg_total_relation_size('${table}')::int as bytes, count(*)::int as rows from ${table}`),
  );
  return row!;
}

const round = (value: number) => Math.round(value * 100) / 100;
