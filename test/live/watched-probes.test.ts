import { eq } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import type { ProbeState } from "../../probes/protocol.ts";
import { slotOf } from "../../src/domain/monitoring/share.ts";
import { openProbeMemory } from "../../src/live/watched-probes.ts";
import { takeCheckLeases } from "../../src/store/check-leases.ts";
import { noteSighting, revokeProbe, saveProbeState } from "../../src/store/probes.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { eachDatabase } from "../support/databases.ts";
import { liveCheck } from "../support/live-checks.ts";
import { probeIn, watch } from "../support/watched.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const minute = 60_000;

eachDatabase("the probes as alerts look at them", (database) => {
  let id: string;
  let locationId: number;
  const check = liveCheck("beacon", "web", { locations: ["osaka"], intervalMs: 30_000 });
  const elsewhere = liveCheck("lamp", "web", { locations: ["lisbon"], intervalMs: 1_000 });
  const checks = [check, elsewhere];

  beforeAll(async () => {
    await watch(database(), "beacon", { locations: ["osaka"] }, 0);
    ({ id } = await probeIn(database(), "osaka"));
    const [place] = await database().select().from(locations).where(eq(locations.slug, "osaka"));
    locationId = place!.id;
  });

  const look = (memory: ReturnType<typeof openProbeMemory>, at: number) =>
    memory.look(database(), checks, at).then(([probe]) => probe!);
  const charge = () =>
    takeCheckLeases(database(), locationId, id, new Map([["http", 1 << slotOf(check.id)]]), 1);
  const state = (more: Partial<ProbeState>): ProbeState => ({
    kinds: ["http"],
    networkLostSince: null,
    held: 0,
    oldestHeldAt: null,
    refused: 0,
    skewMs: 0,
    ...more,
  });

  it("are needed where there is something that they can ask, and hold nothing until they are given it", async () => {
    const memory = openProbeMemory();
    await noteSighting(database(), id, { seenAt: now, skewMs: 7 });
    expect(await look(memory, now)).toMatchObject({
      id,
      location: "osaka",
      charge: null,
      isNeeded: true,
      isServers: false,
      seenAt: now,
      skewMs: 7,
    });
  });

  it("answer for checks whose lease ran out while nobody took them, at the interval of those checks alone", async () => {
    await charge();
    const probe = await look(openProbeMemory(), now);
    expect(probe.charge).toEqual({ checks: 1, intervalMs: 30_000 });
  });

  it("are expected to deliver only from the first look that finds them in charge", async () => {
    const memory = openProbeMemory();
    expect(await look(memory, now)).toMatchObject({ chargedSince: now, watchedSince: now });
    expect(await look(memory, now + minute)).toMatchObject({ chargedSince: now, watchedSince: now });
    memory.forget();
    expect(await look(memory, now + 2 * minute)).toMatchObject({
      chargedSince: now + 2 * minute,
      watchedSince: now + 2 * minute,
    });
  });

  it("count what they had refused from when they last held nothing for long", async () => {
    const memory = openProbeMemory();
    const full = { held: 900, oldestHeldAt: now - 10 * minute };
    const refusedBefore = async (said: Partial<ProbeState>) => {
      await saveProbeState(database(), id, state(said));
      return (await look(memory, now)).refusedBefore;
    };
    expect(await refusedBefore({ refused: 5 })).toBe(5);
    expect(await refusedBefore({ refused: 9, ...full })).toBe(5);
    expect(await refusedBefore({ refused: 9 })).toBe(9);
    // The process began anew, and so did its counter.
    expect(await refusedBefore({ refused: 2, ...full })).toBe(2);
    memory.forget();
    expect(await refusedBefore({ refused: 2, ...full })).toBe(0);
  });

  it("are left out once they are revoked", async () => {
    await revokeProbe(database(), id, now);
    expect(await openProbeMemory().look(database(), checks, now)).toEqual([]);
  });
});
