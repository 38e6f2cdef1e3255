import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import { type LiveReadings, loadReadings } from "../../src/live/live-readings.ts";
import { listCheckpointsFrom, putCheckpoints } from "../../src/store/checkpoints.ts";
import { type Database, type OpenDatabase, queryRows } from "../../src/store/database.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { probeIn, sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const second = 1000;
const hour = 3_600_000;
const places = ["lisbon", "osaka", "porto"] as const;

let open: OpenDatabase;
let db: Database;
beforeAll(async () => {
  open = await openFreshDatabase();
  ({ db } = open);
});
afterAll(() => open.close());

async function emptyTables() {
  await db.execute(
    sql`truncate batches, batch_packs, samples, readings, outages, checkpoints, rollups, reopenings, probe_keys, probes, check_revisions, checks, services, locations restart identity cascade`,
  );
}

/** Everything that is told of what was measured. */
async function derived() {
  return {
    readings: await queryRows(db, sql`select check_id, at::float, state from readings order by 1, 2`),
    outages: await queryRows(
      db,
      sql`select check_id, start::float, "end"::float, last_fail_at::float, last_ok_before_at::float, first_ok_after_at::float, uncertainty_ms from outages order by 1, 2`,
    ),
    silences: await queryRows(
      db,
      sql`select check_id, location, start::float, "end"::float from location_silences order by 1, 2, 3`,
    ),
  };
}

/** Derives all that is open, and writes every checkpoint, as a running server does. */
async function settle(live: LiveReadings, now: number, atMost?: number) {
  while ((await rederiveChecks(db, live, alone, now, atMost)) !== null);
  await saveCheckpoints(live);
}

async function saveCheckpoints(live: LiveReadings) {
  await putCheckpoints(
    db,
    [...live.checks.values()].map((check) => ({ checkId: check.id, ...check.derivation.settled })),
  );
}

describe("deriving again what came late", () => {
  beforeEach(emptyTables);

  /** Three hours of three locations, with troubles that one, two or all of them saw, and silences of each; cut into deliveries of 40 minutes. */
  function deliveries(check: number, seed: number) {
    const troubled = (i: number, place: number) =>
      (i * 7 + seed) % 53 < 4 ||
      ((i + seed) % 31 < 6 && (place + seed) % 3 !== 0) ||
      (i + place * 3) % 29 === 0;
    const pieces: { place: (typeof places)[number]; observations: Observation[] }[] = [];
    for (const [index, place] of places.entries()) {
      const all = Array.from({ length: 360 }, (_, i) =>
        sample(check, t0 + i * 30 * second + index * 7 * second, troubled(i, index) ? "fail" : "ok"),
      );
      const heard = all.filter((_, i) => (i + seed + index * 11) % 67 > 5);
      for (let i = 0; i < all.length; i += 80) {
        pieces.push({ place, observations: heard.slice(i, i + 80) });
      }
    }
    return pieces;
  }

  async function deliver(
    pieces: ReturnType<typeof deliveries>,
    now: number,
    settleAfter: (i: number) => boolean,
  ) {
    await emptyTables();
    await watch(db, "beacon", { locations: [...places], intervalMs: 30_000 }, t0 - hour);
    const live = await loadReadings(db, 0);
    const probes = new Map<string, Awaited<ReturnType<typeof probeIn>>>();
    for (const place of places) {
      probes.set(place, await probeIn(db, place));
    }
    for (const [i, { place, observations }] of pieces.entries()) {
      await recordBatch(db, live, await probes.get(place)!.next(observations, now), now);
      if (settleAfter(i)) {
        await settle(live, now);
      }
    }
    await settle(live, now);
    return { live, tables: await derived() };
  }

  for (const [when, now] of [
    ["from rows", t0 + 4 * hour],
    ["from evidence, where rows are no longer kept", t0 + 100 * hour],
  ] as const) {
    it(`gives the same readings, outages and silences as everything in order (${when})`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: 50 }),
          fc.array(fc.nat({ max: 1000 }), { minLength: 15, maxLength: 15 }),
          fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
          async (seed, priorities, settles) => {
            const pieces = deliveries(1, seed);
            const byTime = pieces.toSorted((a, b) => a.observations[0]!.at - b.observations[0]!.at);
            // The pieces of one location keep their order: its probe delivers them so.
            const next = new Map(
              places.map((place) => [place, pieces.filter((piece) => piece.place === place)]),
            );
            const shuffled = pieces
              .map((piece, i) => ({ place: piece.place, priority: priorities[i]! }))
              .sort((a, b) => a.priority - b.priority)
              .map(({ place }) => next.get(place)!.shift()!);
            const inOrder = await deliver(byTime, now, () => false);
            const late = await deliver(shuffled, now, (i) => settles[i]!);
            expect(inOrder.tables.outages.length).toBeGreaterThan(2);
            expect(inOrder.tables.silences.length).toBeGreaterThan(8);
            expect(late.tables).toEqual(inOrder.tables);
            const reloaded = await loadReadings(db, 0);
            const [memory] = late.live.checks.values();
            expect(reloaded.checks.get(1)).toMatchObject({
              changes: memory!.changes,
              outages: memory!.outages,
            });
          },
        ),
        { numRuns: 3 },
      );
    }, 60_000);
  }

  for (const [when, now] of [
    ["from rows", t0 + 4 * hour],
    ["from evidence", t0 + 100 * hour],
  ] as const) {
    it(`comes to the same in many small steps (${when})`, async () => {
      const pieces = deliveries(1, 3);
      const byTime = pieces.toSorted((a, b) => a.observations[0]!.at - b.observations[0]!.at);
      const inOrder = await deliver(byTime, now, () => false);
      await emptyTables();
      await watch(db, "beacon", { locations: [...places], intervalMs: 30_000 }, t0 - hour);
      const live = await loadReadings(db, 0);
      for (const place of places) {
        const probe = await probeIn(db, place);
        for (const piece of pieces.filter((one) => one.place === place)) {
          await recordBatch(db, live, await probe.next(piece.observations, now), now);
          await saveCheckpoints(live);
        }
      }
      let steps = 0;
      while ((await rederiveChecks(db, live, alone, now, 100)) !== null) {
        steps++;
      }
      expect(steps).toBeGreaterThan(1);
      expect(await derived()).toEqual(inOrder.tables);
    });
  }

  it("reads what was packed long ago", async () => {
    const now = t0 + 100 * hour;
    const pieces = deliveries(1, 3);
    const inOrder = await deliver(
      pieces.toSorted((a, b) => a.observations[0]!.at - b.observations[0]!.at),
      now,
      () => false,
    );
    await emptyTables();
    await watch(db, "beacon", { locations: [...places], intervalMs: 30_000 }, t0 - hour);
    const live = await loadReadings(db, 0);
    for (const place of places) {
      const probe = await probeIn(db, place);
      for (const piece of pieces.filter((one) => one.place === place)) {
        await recordBatch(db, live, await probe.next(piece.observations, now), now);
      }
      await packEvidence(db, now);
    }
    await settle(live, now);
    expect(await queryRows(db, sql`select count(*)::int as n from batches`)).toEqual([{ n: 0 }]);
    expect(await derived()).toEqual(inOrder.tables);
  });

  it("opens only the stretch that the late samples lie in", async () => {
    const check = await watch(db, "beacon", { locations: [...places], intervalMs: 30_000 }, t0 - hour);
    const live = await loadReadings(db, 0);
    const [lisbon, osaka, porto] = await Promise.all(places.map((place) => probeIn(db, place)));
    const quiet = (from: number, to: number, shift: number) =>
      Array.from({ length: (to - from) / 30_000 }, (_, i) => sample(check, from + i * 30_000 + shift));
    for (let h = 0; h < 6; h++) {
      const [from, to] = [t0 + h * hour, t0 + (h + 1) * hour];
      await recordBatch(db, live, await lisbon!.next(quiet(from, to, 0)), to);
      await recordBatch(db, live, await osaka!.next(quiet(from, to, 7000)), to);
      if (h !== 2) {
        await recordBatch(db, live, await porto!.next(quiet(from, to, 11_000)), to);
      }
      await saveCheckpoints(live);
    }
    await settle(live, t0 + 6 * hour);
    // What lies after the stretch is marked: had it been derived again, the mark would be gone.
    await db.execute(
      sql`insert into readings (check_id, at, state) values (${check}, ${t0 + 5 * hour + 1}, 'degraded')`,
    );
    const late = quiet(t0 + 2 * hour, t0 + 3 * hour, 11_000);
    const before = (await listCheckpointsFrom(db, check, t0 + 4 * hour)).map(({ through }) => through);
    const recorded = await recordBatch(db, live, await porto!.next(late), t0 + 6 * hour);
    expect(recorded.reopened).toBe(1);
    await settle(live, t0 + 6 * hour);
    const readings = await queryRows(db, sql`select at::float, state from readings order by at`);
    expect(readings).toEqual([
      { at: t0 + 7000, state: "up" },
      { at: t0 + 5 * hour + 1, state: "degraded" },
    ]);
    expect((await listCheckpointsFrom(db, check, t0 + 4 * hour)).map(({ through }) => through)).toEqual(
      before,
    );
    expect(await queryRows(db, sql`select * from reopenings`)).toEqual([]);
  });
});
