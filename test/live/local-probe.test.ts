import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf, encodeBatch, noPrevious, signBatch } from "../../probes/batch.ts";
import { protocolVersion } from "../../probes/protocol.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { type AssignmentList, checkKinds, type ProbeState } from "../../probes/protocol.ts";
import { revokeProbe } from "../../src/actions/revoke-probe.ts";
import { openAssignments } from "../../src/live/assignments.ts";
import { countHeldSlots } from "../../src/store/check-leases.ts";
import { chooseLocation, joinAsProbe, type PollingDeps, startPolling } from "../../src/live/local-probe.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { probes } from "../../src/store/tables/evidence.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
let open: OpenDatabase;
let folder: string;
let check: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fournines-probe-"));
  open = await openFreshDatabase();
  check = await watch(open.db, "beacon", { locations: ["lisbon"] }, t0);
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true });
});

describe("where the server's own probe stands", () => {
  const archived = (slug: string, archivedAt: number | null) =>
    open.db.update(locations).set({ archivedAt }).where(eq(locations.slug, slug));

  it("is where it was told, known or not", async () => {
    expect(await chooseLocation(open.db, "porto")).toBe("porto");
  });

  it("is else the platform's only location, archived ones apart, else local", async () => {
    expect(await chooseLocation(open.db, null)).toBe("lisbon");
    await open.db
      .insert(locations)
      .values({ slug: "osaka", title: "Osaka", managedBy: "file", createdAt: t0 });
    expect(await chooseLocation(open.db, null)).toBe("local");
    await archived("lisbon", t0);
    expect(await chooseLocation(open.db, null)).toBe("osaka");
    await archived("osaka", t0);
    expect(await chooseLocation(open.db, null)).toBe("local");
    await archived("lisbon", null);
    await archived("osaka", null);
  });
});

describe("the server's own probe joins", () => {
  it("once: the same key file is the same probe, from whichever start on", async () => {
    const file = join(folder, "kept.key");
    const first = await joinAsProbe(open.db, file, "lisbon", checkKinds, t0);
    const key = await readFile(file, "utf8");
    const again = await joinAsProbe(open.db, file, "lisbon", checkKinds, t0 + 1);
    expect(again.probeId).toBe(first.probeId);
    expect(await readFile(file, "utf8")).toBe(key);
    const rows = await open.db.select().from(probes).where(eq(probes.id, first.probeId));
    expect(rows).toMatchObject([{ createdAt: t0, revokedAt: null }]);
  });

  it("with another key as another probe, with a chain of its own", async () => {
    const one = await joinAsProbe(open.db, join(folder, "one.key"), "lisbon", checkKinds, t0);
    const two = await joinAsProbe(open.db, join(folder, "two.key"), "lisbon", checkKinds, t0);
    expect(two.probeId).not.toBe(one.probeId);
    expect([one.probeId, two.probeId]).toEqual([
      expect.stringMatching(/^lisbon-[0-9a-f]{12}$/),
      expect.stringMatching(/^lisbon-[0-9a-f]{12}$/),
    ]);
  });

  it("delivers as any probe does, and goes on where the store says that its chain ended", async () => {
    const { probeId, privateKey, readChain } = await joinAsProbe(
      open.db,
      join(folder, "kept.key"),
      "lisbon",
      checkKinds,
      t0,
    );
    expect(await readChain()).toEqual({ sequence: 0, previous: noPrevious });
    const bytes = encodeBatch(
      {
        version: protocolVersion,
        probe: probeId,
        location: "lisbon",
        sequence: 1,
        previous: noPrevious,
        closedAt: t0,
      },
      [sample(check, t0)],
    );
    const live = await loadReadings(open.db, 0);
    await recordBatch(open.db, live, await signBatch(bytes, privateKey), t0 + 1);
    expect(await readChain()).toEqual({ sequence: 1, previous: await digestOf(bytes) });
  });

  it("not where the platform has no such place: the refusal names those it has", async () => {
    await expect(
      joinAsProbe(open.db, join(folder, "none.key"), "porto", checkKinds, t0),
    ).rejects.toMatchObject({
      code: "location_not_found",
      message: expect.stringMatching(/no location "porto".*FOURNINES_LOCATION.*lisbon, osaka/) as string,
    });
  });
});

describe("the server's own probe polls", () => {
  const state: ProbeState = {
    kinds: [...checkKinds],
    networkLostSince: null,
    held: 3,
    oldestHeldAt: null,
    refused: 0,
    skewMs: null,
  };

  async function polling(name: string, over: Partial<PollingDeps> = {}) {
    const probe = await joinAsProbe(open.db, join(folder, `${name}.key`), "lisbon", checkKinds, t0);
    const lists: AssignmentList[] = [];
    const said: string[] = [];
    const live = await loadReadings(open.db, 0);
    const assignments = openAssignments({
      db: open.db,
      checks: () => live.checks.values(),
      withSecrets: (target) => target,
    });
    const poller = await startPolling({
      db: open.db,
      assignments,
      probe,
      now: () => t0,
      asks: (list) => lists.push(list),
      state: () => Promise.resolve(state),
      failed: (error) => said.push((error as Error).message),
      revoked: () => said.push("revoked"),
      ...over,
    });
    return { probe, lists, said, poller, assignments };
  }

  it("before it asks anything, says how it is, and gives its part up when it leaves", async () => {
    const { probe, lists, poller } = await polling("leaving");
    expect(lists.map(({ assignments }) => assignments.map((one) => one.check))).toEqual([[check]]);
    await poller.poll();
    expect(lists).toHaveLength(1);
    await expect
      .poll(async () => (await open.db.select().from(probes).where(eq(probes.id, probe.probeId)))[0])
      .toMatchObject({ state, seenAt: t0 });
    expect((await countHeldSlots(open.db)).get(probe.probeId)).toBe(32);
    poller.stop();
    await poller.leave();
    expect((await countHeldSlots(open.db)).has(probe.probeId)).toBe(false);
  });

  it("and goes on with what it has while that fails, which is told once", async () => {
    let away = false;
    const { assignments } = await polling("away-first").then(async (first) => {
      first.poller.stop();
      await first.poller.leave();
      return first;
    });
    const { lists, said, poller } = await polling("away", {
      assignments: {
        poll: (...given) => (away ? Promise.reject(new Error("nobody answers")) : assignments.poll(...given)),
      },
    });
    away = true;
    await poller.poll();
    await poller.poll();
    expect(said).toEqual(["nobody answers"]);
    away = false;
    await poller.poll();
    away = true;
    await poller.poll();
    expect(said).toEqual(["nobody answers", "nobody answers"]);
    expect(lists).toHaveLength(1);
    poller.stop();
    await poller.leave();
  });

  it("until it is revoked", async () => {
    const { probe, said, poller } = await polling("revoked");
    await revokeProbe(open.db, probe.probeId, "its machine was sold", "Ann", t0);
    await poller.poll();
    await poller.poll();
    expect(said).toEqual(["revoked"]);
  });
});
