import { describe, expect, test } from "vitest";
import { decodeBatch, importPublicKey, verifyBatch, noPrevious } from "../../probes/batch.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { historyProbe, openHistory, publicKeyOf } from "../../src/demo/history/chain.ts";
import { type PastCheck, pastRounds } from "../../src/demo/history/rounds.ts";
import { clockTime, dayMs, spanOf } from "../../src/demo/history/span.ts";
import { intervalOf } from "../../src/demo/history/told-troubles.ts";
import { blipMs, troublesOf } from "../../src/demo/history/troubles.ts";
import { saidIncidents, saidMaintenance } from "../../src/demo/history/words.ts";
import { demoServices } from "../../src/demo/places.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { insertProbe } from "../../src/store/probes.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { eachDatabase } from "../support/databases.ts";
import { httpCheck, watch } from "../support/watched.ts";

const end = Date.UTC(2026, 10, 22, 4, 30);
const wholeYear = { seed: 7, end, days: 396 };
const beforeAny = { sequence: 0, previous: noPrevious };

function pastChecks(from: number): PastCheck[] {
  return demoServices.map((service, i) => ({
    check: i + 1,
    service,
    definition: { ...httpCheck, slowAboveMs: 1_000 },
    intervalMs: 300_000,
    from,
  }));
}

async function bytesOf(seed: number, days: number): Promise<Uint8Array[]> {
  const origin = { seed, end, days };
  const history = openHistory(origin, pastChecks(spanOf(origin).start));
  const all: Uint8Array[] = [];
  for await (const { signed } of history.batchesAfter(beforeAny)) {
    expect(await verifyBatch(signed, await importPublicKey(publicKeyOf(seed).toBase64()))).toBe(true);
    all.push(signed.bytes, signed.signature);
  }
  return all;
}

describe("the demo's history", () => {
  test("the same seed gives the same bytes and signatures, another seed gives others", async () => {
    const [once, again, other] = await Promise.all([bytesOf(7, 3), bytesOf(7, 3), bytesOf(8, 3)]);
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test("it can be taken up at any batch and goes on with the same bytes", async () => {
    const origin = { seed: 7, end, days: 4 };
    const history = openHistory(origin, pastChecks(spanOf(origin).start));
    const all = await Array.fromAsync(history.batchesAfter(beforeAny));
    const later = await Array.fromAsync(history.batchesAfter(all[1]!));
    expect(all).toHaveLength(history.length);
    expect(later.map(({ signed }) => signed)).toEqual(all.slice(2).map(({ signed }) => signed));
  });

  test("about a million samples over thirteen months, and none while the probe was silent", () => {
    const span = spanOf(wholeYear);
    const troubles = troublesOf(wholeYear);
    let samples = 0;
    for (const check of pastChecks(span.start)) {
      const seen = pastRounds(check, troubles, 7)(span);
      samples += seen.length;
      expect(seen.every(({ at }, i) => i === 0 || at > seen[i - 1]!.at)).toBe(true);
      const [silence] = troubles.silences;
      expect(seen.some(({ at }) => at >= silence!.start && at < silence!.end)).toBe(false);
    }
    expect(span.end - span.start).toBeGreaterThan(395 * dayMs);
    expect(samples).toBeGreaterThan(900_000);
    expect(samples).toBeLessThan(1_300_000);
  });

  test("samples do not depend on how the time is cut into windows", () => {
    const day = clockTime(wholeYear, { daysAgo: 34 }, "00:00");
    const api = pastChecks(day)[demoServices.indexOf("api")]!;
    const roundsIn = pastRounds(api, troublesOf(wholeYear), 7);
    const pieces = [0, 0.43, 0.434, 0.5, 1].map((share) => day + Math.floor(share * dayMs));
    const cut = pieces.slice(1).flatMap((until, i) => roundsIn({ start: pieces[i]!, end: until }));
    expect(cut).toEqual(roundsIn({ start: day, end: day + dayMs }));
  });

  test("around a trouble it asks every 15 s, again after 1 s, then every 5 s until it is over", () => {
    const { start, end: over } = intervalOf(wholeYear, "search shard moved");
    const search = pastChecks(0)[demoServices.indexOf("search")]!;
    const seen = pastRounds(search, troublesOf(wholeYear), 7)({ start: start - 30_000, end: over + 30_000 });
    expect(seen.slice(0, 6).map(({ at }) => at - start)).toEqual([-30_000, -15_000, 0, 1_000, 6_000, 11_000]);
    const failed = seen.filter(({ outcome }) => outcome === "fail").map(({ at }) => at - start);
    expect(failed[0]).toBe(0);
    expect(over - start - failed.at(-1)!).toBeLessThanOrEqual(5_000);
  });

  test("people's words come in order of time, none later than the end, and some are still open", () => {
    const incidents = saidIncidents(wholeYear);
    const spoken = incidents.map(({ updates }) => updates.map(({ at }) => at));
    expect(spoken.flat()).toEqual(spoken.flat().toSorted((a, b) => a - b));
    expect(spoken.flat().every((at) => at <= end)).toBe(true);
    expect(incidents.filter(({ updates }) => updates.at(-1)!.state !== "resolved")).toHaveLength(1);
    const learned = incidents.flatMap((one) =>
      one.learned ? [[one.updates.at(-1)!.at, one.learned.at]] : [],
    );
    expect(learned).toHaveLength(1);
    expect(learned[0]).toEqual([...learned[0]!, end].toSorted((a, b) => a - b).slice(0, 2));
    const windows = saidMaintenance(wholeYear);
    expect(windows.filter((window) => window.plannedStart <= end && window.plannedEnd > end)).toHaveLength(1);
    expect(windows.filter((window) => window.plannedStart > end)).toHaveLength(1);
  });
});

eachDatabase("a short history through the real path", (database) => {
  test("outages stand where the troubles were, and nothing else does", async () => {
    const origin = { seed: 7, end, days: 6 };
    const { start: from } = spanOf(origin);
    const db = database();
    const checks: PastCheck[] = [];
    for (const past of pastChecks(from).filter(
      ({ service }) => service === "exports" || service === "mail",
    )) {
      const definition = { slowAboveMs: 1_000, intervalMs: 300_000, locations: [historyProbe.location] };
      checks.push({ ...past, check: await watch(db, past.service, definition, from) });
    }
    const [location] = await db.select().from(locations);
    const probe = {
      id: historyProbe.id,
      locationId: location!.id,
      publicKey: publicKeyOf(7),
      engine: "node" as const,
      kinds: [],
      createdAt: end,
    };
    await insertProbe(db, probe);
    const live = await loadReadings(db, from);
    const history = openHistory(origin, checks);
    let chain = beforeAny;
    for await (const batch of history.batchesAfter(chain)) {
      await recordBatch(db, live, batch.signed, end);
      chain = batch;
    }
    const bridge = await history.bridge(chain, end + 20_000);
    await recordBatch(db, live, bridge.signed, end + 20_000);

    const confirmed = troublesOf(origin).all.filter((trouble) => trouble.end - trouble.start > blipMs);
    expect(confirmed.map(({ service }) => service)).toContain("exports");
    for (const { check, service } of checks) {
      const own = confirmed.filter((trouble) => trouble.service === service && trouble.effect === "fails");
      const { outages, derivation } = live.checks.get(check)!;
      expect(outages.map((outage) => outage.start)).toEqual(own.map((trouble) => trouble.start));
      outages.forEach((outage, i) => {
        expect(outage.end! - own[i]!.end).toBeGreaterThanOrEqual(0);
        expect(outage.end! - own[i]!.end).toBeLessThan(5_000);
        expect(outage.start - outage.lastOkBeforeAt!).toBe(15_000);
      });
      expect(derivation.head.state.reading).toBe("up");
      expect(derivation.head.through).toBe(end + 20_000);
    }
    const last = decodeBatch(bridge.signed.bytes).observations.at(-1)!;
    expect(last.at).toBe(end + 20_000);
  });
});
