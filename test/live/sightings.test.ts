import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSightings } from "../../src/live/sightings.ts";
import { type OpenDatabase, queryRows } from "../../src/store/database.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { probeIn, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
let open: OpenDatabase;
let probe: string;
beforeAll(async () => {
  open = await openFreshDatabase();
  await watch(open.db, "beacon", {}, t0);
  probe = (await probeIn(open.db, "lisbon")).id;
});
afterAll(() => open.close());

/** What is noted, and the number of the transaction that wrote it. */
async function noted() {
  const [row] = await queryRows<{ seen: number; skew: number | null; written: string }>(
    open.db,
    sql`select seen_at::float8 as seen, skew_ms::float8 as skew, xmin::text as written from probes where id = ${probe}`,
  );
  return row!;
}

it("a probe that delivers often is written down every five seconds, or when its clock has moved by 100 ms", async () => {
  const sightings = openSightings(open.db, (error) => {
    throw error;
  });
  await sightings.saw(probe, t0, 20);
  const first = await noted();
  expect(first).toMatchObject({ seen: t0, skew: 20 });
  for (const [after, skew] of [
    [1, 119],
    [4_000, -79],
    [4_999, null],
  ] as const) {
    await sightings.saw(probe, t0 + after, skew);
    expect(await noted()).toEqual(first);
  }
  await sightings.saw(probe, t0 + 4_999, 120);
  expect(await noted()).toMatchObject({ seen: t0 + 4_999, skew: 120 });
  await sightings.saw(probe, t0 + 9_999, 130);
  expect(await noted()).toMatchObject({ seen: t0 + 9_999, skew: 120 });
});

it("another server's older sighting takes nothing back", async () => {
  const { seen } = await noted();
  await openSightings(open.db, () => {}).saw(probe, seen - 60_000, null);
  expect(await noted()).toMatchObject({ seen, skew: 120 });
});

it("a note that fails is told, tried again, and fails nothing else", async () => {
  const failures: unknown[] = [];
  const broken = new Proxy(open.db, {
    get: () => () => Promise.reject(new Error("nobody answers")),
  });
  const sightings = openSightings(broken, (error) => failures.push(error));
  await sightings.saw(probe, t0, 5);
  await sightings.saw(probe, t0 + 1, 5);
  expect(failures).toHaveLength(2);
});
