/**
 * `kill -9` of a server in the middle of probing, five times over: no acknowledged sample is lost, none is doubled, the chain has no
 * break, and what was derived is what the evidence says.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, expect, it } from "vitest";
import { decodeBatch } from "../probes/batch.ts";
import type { Observation } from "../probes/protocol.ts";
import { recordBatch } from "../src/actions/record-batch.ts";
import { loadReadings } from "../src/live/live-readings.ts";
import { listBatches } from "../src/store/batches.ts";
import { type Database, queryRows } from "../src/store/database.ts";
import { openDatabase } from "../src/store/open-database.ts";
import { insertProbe } from "../src/store/probes.ts";
import { openFreshDatabase } from "./support/databases.ts";
import { install } from "./support/server-process.ts";
import { startTarget } from "./support/target.ts";

const kills = 5;
const services = 12;
/** A fixed sequence of moments to kill at, so that a failure can be repeated: after so many deliveries, then so many milliseconds. */
const moments = Array.from({ length: kills }, (_, i) => ({
  deliveries: i % 4,
  thenMs: 200 + ((i * 7919) % 1300),
}));

const target = await startTarget();
const installation = await install(
  [
    "platform: { name: Acme, time_zone: UTC }",
    "services:",
    ...Array.from(
      { length: services },
      (_, i) =>
        `  beacon-${i}:\n    title: Beacon ${i}\n    checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } }`,
    ),
  ].join("\n"),
  "data folder",
);
afterAll(async () => {
  await target.close();
  await installation.remove();
});

it(
  "loses no acknowledged sample and doubles none, however often it is killed",
  { timeout: 480_000 },
  async () => {
    const acknowledged = new Set<number>();
    for (const [i, moment] of moments.entries()) {
      target.answer(i % 5 === 3 ? 503 : 200);
      const server = await installation.start({ LOG_LEVEL: "debug" });
      const deliveries = () =>
        [...server.output().matchAll(/"acknowledged":(\d+)/g)].map(([, sequence]) => Number(sequence));
      await expect.poll(() => deliveries().length).toBeGreaterThanOrEqual(moment.deliveries);
      await sleep(moment.thenMs);
      await server.kill();
      deliveries().forEach((sequence) => acknowledged.add(sequence));
    }
    expect(acknowledged.size).toBeGreaterThan(kills);

    const { db, migrate, close } = await openDatabase({ folder: join(installation.folder, "data") });
    await migrate();
    const batches = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    const decoded = batches.map(({ bytes }) => decodeBatch(bytes));
    const sequences = decoded.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
    expect(decoded.slice(1).map(({ previous }) => previous)).toEqual(
      batches.slice(0, -1).map(({ digest }) => digest),
    );
    expect([...acknowledged].filter((sequence) => sequence > sequences.length)).toEqual([]);

    const name = ({ check, at }: Pick<Observation, "check" | "at">) => `${check} ${at}`;
    const inEvidence = decoded.flatMap(({ observations }) => observations.map(name));
    expect(new Set(inEvidence).size).toBe(inEvidence.length);
    const rows = await queryRows<{ check_id: number; at: number }>(
      db,
      sql`select check_id, at::float from samples`,
    );
    const inRows = rows.map(({ check_id, at }) => name({ check: check_id, at }));
    expect(inRows.sort()).toEqual(inEvidence.sort());

    expect(await derived(await replay(db))).toEqual(await derived(db));
    await close();
  },
);

/** The evidence of one database, recorded anew into an empty one that knows the same platform. */
async function replay(from: Database): Promise<Database> {
  const empty = await openFreshDatabase();
  for (const table of ["locations", "service_groups", "services", "checks", "check_revisions"]) {
    for (const row of await queryRows<Record<string, unknown>>(
      from,
      sql.raw(`select to_jsonb(t)::text as row from ${table} t`),
    )) {
      await empty.db.execute(
        sql`insert into ${sql.identifier(table)} select * from jsonb_populate_record(null::${sql.identifier(table)}, ${row.row as string}::jsonb)`,
      );
    }
  }
  const probes = await queryRows<{ id: string; location_id: number; public_key: Uint8Array }>(
    from,
    sql`select id, location_id, public_key from probes join probe_keys on probe_id = id`,
  );
  for (const { id, location_id, public_key } of probes) {
    await insertProbe(empty.db, {
      id,
      locationId: location_id,
      publicKey: Uint8Array.from(public_key),
      engine: "server",
      kinds: [],
      createdAt: 0,
    });
  }
  const live = await loadReadings(empty.db, 0);
  for await (const { bytes, signature } of listBatches(from, 0, Number.MAX_SAFE_INTEGER)) {
    await recordBatch(empty.db, live, { bytes, signature: signature! }, Date.now());
  }
  return empty.db;
}

async function derived(db: Database) {
  return {
    readings: await queryRows(db, sql`select check_id, at::float, state from readings order by 1, 2`),
    outages: await queryRows(
      db,
      sql`select check_id, start::float, "end"::float, last_ok_before_at::float, first_ok_after_at::float from outages order by 1, 2`,
    ),
  };
}
