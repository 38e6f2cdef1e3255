import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import { type LiveReadings, loadReadings } from "../../src/live/live-readings.ts";
import { listBatches } from "../../src/store/batches.ts";
import { putCheckpoints } from "../../src/store/checkpoints.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { listResponseTimes } from "../../src/store/rollups.ts";
import { eachDatabase } from "../support/databases.ts";
import { probeIn, sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const second = 1000;
const hour = 3_600_000;

/** Everything derived, as rows in order. */
async function derived(db: Database) {
  return {
    readings: await queryRows(db, sql`select check_id, at::float, state from readings order by 1, 2`),
    outages: await queryRows(
      db,
      sql`select check_id, start::float, "end"::float, last_fail_at::float, last_ok_before_at::float, first_ok_after_at::float from outages order by 1, 2`,
    ),
  };
}

async function emptyTables(db: Database) {
  await db.execute(
    sql`truncate batches, samples, readings, outages, checkpoints, rollups, probes, check_revisions, checks, services, locations restart identity cascade`,
  );
}

eachDatabase("recording a batch", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await emptyTables(db);
  });

  async function street(checks: number, locations = ["lisbon"]) {
    const ids: number[] = [];
    for (let i = 0; i < checks; i++) {
      ids.push(await watch(db, `beacon-${i}`, { locations }, t0 - hour));
    }
    return { ids, live: await loadReadings(db, 0), probe: await probeIn(db, locations[0]!) };
  }

  it("stores the evidence as received, its rows, and the outage that follows from it", async () => {
    const { ids, live, probe } = await street(1);
    const [check] = ids as [number];
    const at = (s: number) => t0 + s * second;
    const signed = await probe.next([
      sample(check, at(0)),
      sample(check, at(15), "fail"),
      sample(check, at(16), "fail"),
      sample(check, at(21), "fail"),
      sample(check, at(26)),
    ]);
    const result = await recordBatch(db, live, signed, at(27));
    expect(result).toMatchObject({ acknowledged: 1, samples: 5, setAside: 0 });
    expect([...result.changedServices]).toEqual(["beacon-0"]);
    expect(await derived(db)).toEqual({
      readings: [
        { check_id: check, at: at(0), state: "up" },
        { check_id: check, at: at(15), state: "down" },
        { check_id: check, at: at(26), state: "up" },
      ],
      outages: [
        {
          check_id: check,
          start: at(15),
          end: at(26),
          last_fail_at: at(21),
          last_ok_before_at: at(0),
          first_ok_after_at: at(26),
        },
      ],
    });
    const [stored] = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    expect(stored!.bytes).toEqual(signed.bytes);
    expect(stored!.signature).toEqual(signed.signature);
    expect(await queryRows(db, sql`select count(*)::int as n from samples`)).toEqual([{ n: 5 }]);
  });

  it("acknowledges a batch delivered twice and takes nothing from it the second time", async () => {
    const { ids, live, probe } = await street(1);
    const signed = await probe.next([sample(ids[0]!, t0), sample(ids[0]!, t0 + 15 * second)]);
    await recordBatch(db, live, signed, t0 + 16 * second);
    const again = await recordBatch(db, live, signed, t0 + 17 * second);
    expect(again).toMatchObject({ acknowledged: 1, samples: 0 });
    expect(await queryRows(db, sql`select count(*)::int as n from samples`)).toEqual([{ n: 2 }]);
  });

  describe("refuses", () => {
    it("a batch that skips one, and names the one it expects", async () => {
      const { ids, live, probe } = await street(1);
      await probe.next([sample(ids[0]!, t0)]);
      const second = await probe.next([sample(ids[0]!, t0 + 1)]);
      await expect(recordBatch(db, live, second, t0 + 2)).rejects.toMatchObject({
        code: "sequence_gap",
        fields: [{ pointer: "/sequence", detail: "must be 1" }],
      });
    });

    it("a batch whose bytes were changed on the way", async () => {
      const { ids, live, probe } = await street(1);
      const signed = await probe.next([sample(ids[0]!, t0, "fail")]);
      const text = new TextDecoder().decode(signed.bytes).replace(`"at":[${t0}`, `"at":[${t0 + 1}`);
      const forged = { ...signed, bytes: new TextEncoder().encode(text) };
      await expect(recordBatch(db, live, forged, t0 + 1)).rejects.toMatchObject({ code: "wrong_signature" });
    });

    it("a batch of nobody it knows, one from the future, and rubbish", async () => {
      const { ids, live, probe } = await street(1);
      const early = await probe.next([sample(ids[0]!, t0 + 61 * second)]);
      await expect(recordBatch(db, live, early, t0)).rejects.toMatchObject({ code: "batch_from_the_future" });
      const rubbish = { bytes: new TextEncoder().encode("{}"), signature: new Uint8Array(64) };
      await expect(recordBatch(db, live, rubbish, t0)).rejects.toMatchObject({ code: "malformed_batch" });
      await db.execute(sql`delete from probe_keys`);
      await db.execute(sql`delete from probes`);
      await expect(recordBatch(db, live, early, t0 + hour)).rejects.toMatchObject({ code: "unknown_probe" });
      expect(await queryRows(db, sql`select count(*)::int as n from batches`)).toEqual([{ n: 0 }]);
    });
  });

  it("keeps samples of a check it does not know as evidence and derives nothing from them", async () => {
    const { live, probe } = await street(1);
    const result = await recordBatch(db, live, await probe.next([sample(4711, t0)]), t0);
    expect(result).toMatchObject({ acknowledged: 1, samples: 1, setAside: 1 });
    expect((await derived(db)).readings).toEqual([]);
  });

  it("goes on after a restart, with or without a checkpoint, as if it had never stopped", async () => {
    const { ids, live, probe } = await street(2);
    const outcomes = ["ok", "fail", "fail", "ok", "fail", "fail", "fail", "ok", "ok"] as const;
    let reloaded: LiveReadings = live;
    for (const [i, outcome] of outcomes.entries()) {
      const at = t0 + i * 15 * second;
      const batch = await probe.next(ids.map((check) => sample(check, at, outcome)));
      await recordBatch(db, reloaded, batch, at + second);
      if (i === 3) {
        await putCheckpoints(
          db,
          [...reloaded.checks.values()].map((check) => ({ checkId: check.id, ...check.derivation.settled })),
        );
      }
      reloaded = await loadReadings(db, 0);
      const check = reloaded.checks.get(ids[0]!)!;
      expect(check.lastSampleAt).toBe(at);
      expect(check.trouble).toEqual(
        outcome === "fail" ? { reason: "timeout", detail: "no answer within 5 s" } : null,
      );
    }
    expect((await derived(db)).outages).toMatchObject([
      { check_id: ids[0], start: t0 + 15 * second, end: t0 + 45 * second },
      { check_id: ids[0], start: t0 + 60 * second, end: t0 + 105 * second },
      { check_id: ids[1] },
      { check_id: ids[1] },
    ]);
  });

  it("derives the same from two locations whose batches come hours late and interleaved", async () => {
    const [check] = (await street(1, ["lisbon", "osaka"])).ids as [number];
    const outcome = (i: number, shift: number) => (i % 11 === 4 || (i + shift) % 7 < 3 ? "fail" : "ok");
    const samples = (shift: number) =>
      Array.from({ length: 120 }, (_, i) => sample(check, t0 + i * 30 * second + shift, outcome(i, shift)));
    const deliver = async (order: ("lisbon" | "osaka")[]) => {
      await emptyTables(db);
      await watch(db, "beacon", { locations: ["lisbon", "osaka"], intervalMs: 30_000 }, t0 - hour);
      const live = await loadReadings(db, 0);
      const probes = { lisbon: await probeIn(db, "lisbon"), osaka: await probeIn(db, "osaka") };
      const left: Record<string, Observation[]> = { lisbon: samples(0), osaka: samples(7) };
      for (const location of order) {
        const batch = left[location]!.splice(0, 30);
        await recordBatch(db, live, await probes[location].next(batch), t0 + 2 * hour);
        if (location === "osaka") {
          await putCheckpoints(db, [{ checkId: check, ...live.checks.get(check)!.derivation.settled }]);
        }
      }
      while ((await rederiveChecks(db, live, alone, t0 + 2 * hour)) !== null);
      const head = live.checks.get(check)!.derivation.head;
      return { ...(await derived(db)), head };
    };
    const together = await deliver([
      "lisbon",
      "osaka",
      "lisbon",
      "osaka",
      "lisbon",
      "osaka",
      "lisbon",
      "osaka",
    ]);
    const late = await deliver(["lisbon", "lisbon", "lisbon", "lisbon", "osaka", "osaka", "osaka", "osaka"]);
    const mixed = await deliver(["osaka", "osaka", "lisbon", "osaka", "lisbon", "lisbon", "osaka", "lisbon"]);
    expect(together.outages.length).toBeGreaterThan(5);
    expect(late).toEqual(together);
    expect(mixed).toEqual(together);
  });

  it("rolls samples up to five minutes, hours and days, late ones too", async () => {
    const { ids, live, probe } = await street(1);
    const [check] = ids as [number];
    const day = Date.UTC(2026, 2, 10);
    const now = day + 27 * hour;
    for (let h = 0; h < 26; h++) {
      const samples = Array.from({ length: 12 }, (_, i) =>
        sample(check, day + h * hour + i * 300_000, i === 5 && h === 3 ? "fail" : "ok", 10 + h),
      );
      await recordBatch(db, live, await probe.next(samples), now);
    }
    const hours = await listResponseTimes(db, check, day, now, 3600);
    expect(hours).toHaveLength(25);
    expect(hours[3]).toMatchObject({ start: day + 3 * hour, count: 12, failures: 1 });
    expect(hours[3]!.p50Ms).toBeCloseTo(13, 0);
    const days = await listResponseTimes(db, check, day, now, 86_400);
    expect(days).toMatchObject([{ start: day, count: 288, failures: 1 }]);
  });

  it("tells response times of all locations together, and of each where there are several", async () => {
    const { ids, live, probe } = await street(1, ["lisbon", "osaka"]);
    const [check] = ids as [number];
    const now = t0 + 2 * hour;
    const of = (ms: number) =>
      Array.from({ length: 24 }, (_, i) => sample(check, t0 + i * 300 * second, "ok", ms));
    await recordBatch(db, live, await probe.next(of(10)), now);
    const told = async () => {
      const times = await listResponseTimes(db, check, t0, t0 + hour, 3600);
      return times.map(({ place, count, p50Ms }) => [place, count, Math.round(p50Ms!)]);
    };
    expect(await told()).toEqual([[undefined, 12, 10]]);
    await recordBatch(db, live, await (await probeIn(db, "osaka")).next(of(100)), now);
    const [together, ...places] = await told();
    expect(together!.slice(0, 2)).toEqual([undefined, 24]);
    expect(places).toEqual(
      expect.arrayContaining([
        ["lisbon", 12, 10],
        ["osaka", 12, expect.closeTo(100, -1)],
      ]),
    );
    expect(places).toHaveLength(2);
  });

  it("rolls up what is older than its rows straight into hours and days, and checkpoints it", async () => {
    const { ids, live, probe } = await street(1);
    const [check] = ids as [number];
    const now = t0 + 100 * 24 * hour;
    for (let part = 0; part < 4; part++) {
      const samples = Array.from({ length: 6 }, (_, i) => sample(check, t0 + (part * 6 + i) * 300_000));
      await recordBatch(db, live, await probe.next(samples), now);
    }
    expect(await queryRows(db, sql`select count(*)::int as n from samples`)).toEqual([{ n: 0 }]);
    expect(await listResponseTimes(db, check, 0, now, 3600)).toMatchObject([{ count: 12 }, { count: 12 }]);
    expect(await listResponseTimes(db, check, 0, now, 86_400)).toMatchObject([{ count: 24 }]);
    const reloaded = await loadReadings(db, 0);
    expect(reloaded.checks.get(check)!.derivation.head).toEqual(live.checks.get(check)!.derivation.head);
  });
});
