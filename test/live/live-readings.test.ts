import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import { openIngest } from "../../src/live/ingest.ts";
import {
  type LiveReadings,
  loadReadings,
  reloadChecks,
  reloadReadings,
} from "../../src/live/live-readings.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { checkRevisions, checks } from "../../src/store/tables/watched.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { httpCheck, probeIn, sample, type TestProbe, watch } from "../support/watched.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const t0 = Date.UTC(2026, 2, 10, 12);

let open: OpenDatabase;
beforeAll(async () => {
  open = await openFreshDatabase();
});
afterAll(() => open.close());
beforeEach(async () => {
  await open.db.execute(
    sql`truncate batches, samples, readings, outages, checkpoints, rollups, probes, check_revisions, checks, services, locations restart identity cascade`,
  );
});

/** What a server knows of its checks, but for what only says whether it was written down, and how far the tail reaches. */
function known(live: LiveReadings) {
  return [...live.checks.values()].map(({ unsaved: _, derivation, ...check }) => ({
    ...check,
    head: derivation.head,
  }));
}

async function record(live: LiveReadings, probe: TestProbe, observations: Observation[], now?: number) {
  const received = now ?? observations.at(-1)!.at + second;
  await recordBatch(open.db, live, await probe.next(observations), received);
}

/** A server that writes down where it stands. */
async function saveCheckpoints(live: LiveReadings, now = t0): Promise<void> {
  const database = { failed: () => false, succeeded() {} };
  await openIngest({ db: open.db, live, board: { touch() {} }, database }).saveCheckpoints(now);
}

const every15s = (check: number, from: number, count: number, outcome: Observation["outcome"] = "ok") =>
  Array.from({ length: count }, (_, i) => sample(check, from + i * 15 * second, outcome, 20 + i));

describe("a restart", () => {
  it("knows what the server before it knew: readings, outages, the bucket being counted, the trouble", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0 + minute, 12));
    await record(live, probe, every15s(check, t0 + 4 * minute, 5, "fail"));
    await record(live, probe, every15s(check, t0 + 6 * minute, 3));
    await record(live, probe, every15s(check, t0 + 7 * minute, 2, "fail"));
    const loaded = await loadReadings(open.db, 0);
    expect(known(loaded)).toEqual(known(live));
    expect(loaded.checks.get(check)).toMatchObject({
      observedFrom: t0 + minute,
      trouble: { reason: "timeout", detail: "no answer within 5 s" },
      outages: [{ start: t0 + 4 * minute }, { start: t0 + 7 * minute, end: null }],
    });
    expect([...loaded.checks.get(check)!.buckets.values()]).toMatchObject([
      { start: t0 + 5 * minute, count: 6, failures: 3 },
    ]);
  });

  it("goes on from a checkpoint in the middle of a bucket, and counts that bucket whole", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0, 10));
    await saveCheckpoints(live);
    const between = await loadReadings(open.db, 0);
    expect(known(between)).toEqual(known(live));
    await record(live, probe, every15s(check, t0 + 150 * second, 4, "fail"));
    const loaded = await loadReadings(open.db, 0);
    expect(known(loaded)).toEqual(known(live));
    expect([...loaded.checks.get(check)!.buckets.values()]).toMatchObject([
      { start: t0, count: 14, failures: 4 },
    ]);
  });

  it("goes on like a server that never stopped", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    // One failing round: whether it is confirmed is for the server after the restart to say.
    await record(live, probe, [...every15s(check, t0, 3), sample(check, t0 + 45 * second, "fail")]);
    await saveCheckpoints(live);
    const restarted = await loadReadings(open.db, 0);
    await record(restarted, probe, [sample(check, t0 + 46 * second, "fail")]);
    expect(restarted.checks.get(check)!.outages).toMatchObject([
      { start: t0 + 45 * second, end: null, lastOkBeforeAt: t0 + 30 * second },
    ]);
  });

  it("of a check that several locations ask puts their samples in order again", async () => {
    const check = await watch(open.db, "beacon", { locations: ["lisbon", "osaka"] }, t0 - hour);
    const [lisbon, osaka] = [await probeIn(open.db, "lisbon"), await probeIn(open.db, "osaka")];
    const live = await loadReadings(open.db, 0);
    await record(live, lisbon, every15s(check, t0, 12));
    await record(live, osaka, every15s(check, t0 + 5 * second, 11), t0 + 4 * minute);
    await saveCheckpoints(live);
    await record(live, osaka, every15s(check, t0 + 170 * second, 3, "fail"));
    await record(live, lisbon, every15s(check, t0 + 180 * second, 2, "fail"), t0 + 5 * minute);
    const loaded = await loadReadings(open.db, 0);
    expect(known(loaded)).toEqual(known(live));
    expect(loaded.checks.get(check)!.outages).toMatchObject([{ start: t0 + 180 * second, end: null }]);
  });

  it("knows the last samples of a check that several locations asked days ago, when their rows are gone", async () => {
    const check = await watch(open.db, "beacon", { locations: ["lisbon", "osaka"] }, t0 - hour);
    const [lisbon, osaka] = [await probeIn(open.db, "lisbon"), await probeIn(open.db, "osaka")];
    const live = await loadReadings(open.db, 0);
    await record(live, lisbon, every15s(check, t0, 12));
    await record(live, osaka, every15s(check, t0 + 5 * second, 11), t0 + 4 * minute);
    const before = known(live).map(({ head }) => head);
    await saveCheckpoints(live, t0 + 2 * hour);
    await open.db.execute(sql`truncate samples`);
    expect(known(await loadReadings(open.db, 0)).map(({ head }) => head)).toEqual(before);
  });

  it("knows samples that came after days, of which there are no rows", async () => {
    const check = await watch(open.db, "beacon", { locations: ["lisbon", "osaka"] }, t0 - hour);
    const lisbon = await probeIn(open.db, "lisbon");
    const osaka = await probeIn(open.db, "osaka");
    const live = await loadReadings(open.db, 0);
    const days = t0 + 72 * hour;
    await record(live, lisbon, every15s(check, t0, 12), days);
    const first = known(live).map(({ head }) => head);
    expect(known(await loadReadings(open.db, 0)).map(({ head }) => head)).toEqual(first);
    await record(live, osaka, every15s(check, t0 + 5 * second, 11), days);
    while ((await rederiveChecks(open.db, live, alone, days)) !== null);
    const second_ = known(live).map(({ head }) => head);
    expect(known(await loadReadings(open.db, 0)).map(({ head }) => head)).toEqual(second_);
    expect(second_[0]).toMatchObject({ through: t0 + 165 * second, state: { reading: "up" } });
  });

  it("holds what the horizon holds, and the reading that held when it began", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0, 3));
    await record(live, probe, every15s(check, t0 + 45 * second, 3, "fail"));
    await record(live, probe, every15s(check, t0 + 90 * second, 3));
    await saveCheckpoints(live);
    const loaded = (await loadReadings(open.db, t0 + 60 * second)).checks.get(check)!;
    expect(loaded.changes).toEqual([
      { at: t0 + 45 * second, state: "down" },
      { at: t0 + 90 * second, state: "up" },
    ]);
    expect(loaded.outages).toMatchObject([{ start: t0 + 45 * second, end: t0 + 90 * second }]);
    expect(loaded.observedFrom).toBe(t0);
  });

  it("observes a check from its first sample on, also when that came last", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0 + 10 * minute, 8));
    await record(live, probe, every15s(check, t0, 8), t0 + 20 * minute);
    await rederiveChecks(open.db, live, alone, t0 + 20 * minute);
    expect(live.checks.get(check)!.observedFrom).toBe(t0);
    expect((await loadReadings(open.db, 0)).checks.get(check)!.observedFrom).toBe(t0);
  });
});

describe("a configuration that changed", () => {
  it("begins new checks, gives known ones their revisions, and touches nothing that was measured", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0, 4));
    const before = live.checks.get(check)!;
    const [{ head }, { changes }] = [before.derivation, before];
    await open.db.insert(checkRevisions).values({
      checkId: check,
      effectiveAt: t0 + minute,
      definition: { ...httpCheck, intervalMs: 60_000 },
    });
    const added = await watch(open.db, "lamp", {}, t0 + minute);
    await reloadChecks(open.db, live);
    expect(live.checks.get(check)).toBe(before);
    expect(before.revisions.map(({ definition }) => definition.intervalMs)).toEqual([15_000, 60_000]);
    expect(before.derivation.head).toBe(head);
    expect(before.changes).toBe(changes);
    expect(live.checks.get(added)).toMatchObject({
      serviceSlug: "lamp",
      observedFrom: null,
      lastSampleAt: null,
      changes: [],
    });
    await record(live, probe, [sample(added, t0 + minute + second)]);
    expect(live.checks.get(added)!.observedFrom).toBe(t0 + minute + second);
  });

  it("keeps an archived check with its past, and takes it up again where it comes back", async () => {
    const check = await watch(open.db, "beacon", {}, t0 - hour);
    const probe = await probeIn(open.db, "lisbon");
    const live = await loadReadings(open.db, 0);
    await record(live, probe, every15s(check, t0, 4));
    for (const archivedAt of [t0 + minute, null]) {
      await open.db.update(checks).set({ archivedAt }).where(eq(checks.id, check));
      await reloadChecks(open.db, live);
      expect(live.checks.get(check)).toMatchObject({ archivedAt, observedFrom: t0 });
      expect((await loadReadings(open.db, 0)).checks.get(check)).toMatchObject({
        archivedAt,
        observedFrom: t0,
      });
    }
  });
});

it("read anew, the memory says what the store says, whatever it said before", async () => {
  const check = await watch(open.db, "beacon", {}, t0 - hour);
  const probe = await probeIn(open.db, "lisbon");
  const live = await loadReadings(open.db, 0);
  await record(live, probe, every15s(check, t0, 4));
  const elsewhere = await loadReadings(open.db, 0);
  await record(elsewhere, probe, every15s(check, t0 + minute, 3, "fail"));
  await reloadReadings(open.db, live);
  expect(known(live)).toEqual(known(elsewhere));
});
