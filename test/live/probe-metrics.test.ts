import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { addProbeMetrics } from "../../src/live/probe-metrics.ts";
import type { StandingProbe } from "../../src/store/probes.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const probe: StandingProbe = {
  id: "osaka-1",
  locationId: 1,
  location: "osaka",
  engine: "node",
  kinds: ["http"],
  createdAt: t0 - 1_000_000,
  revokedAt: null,
  revokedReason: null,
  seenAt: t0 - 3_000,
  state: { kinds: ["http"], networkLostSince: null, held: 7, oldestHeldAt: null, refused: 2, skewMs: null },
  skewMs: -1_500,
  delivered: { sequence: 9, at: t0 - 4_500 },
};

async function numbers(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => /^fournines_probe/.test(line));
}

it("of each probe it is told how long it is silent, how far its clock is off and what it holds", async () => {
  const registry = new Registry();
  addProbeMetrics(
    registry,
    () => Promise.resolve([probe]),
    () => t0,
  );
  const labels = '{probe="osaka-1",location="osaka"}';
  expect(await numbers(registry)).toEqual([
    `fournines_probe_seen_age_seconds${labels} 3`,
    `fournines_probe_delivery_age_seconds${labels} 4.5`,
    `fournines_probe_skew_seconds${labels} -1.5`,
    `fournines_probe_held_samples${labels} 7`,
    `fournines_probe_refused_samples${labels} 2`,
  ]);
});

it("what is not known of a probe is no number, and one revoked or silent for a week is none", async () => {
  const registry = new Registry();
  const fresh = { ...probe, id: "osaka-2", seenAt: null, state: null, skewMs: null, delivered: null };
  const old = { ...probe, id: "osaka-3", seenAt: t0 - 7 * 86_400_000 };
  const revoked = { ...probe, id: "osaka-4", revokedAt: t0 - 1 };
  addProbeMetrics(
    registry,
    () => Promise.resolve([fresh, old, revoked]),
    () => t0,
  );
  expect(await numbers(registry)).toEqual([]);
});

it("the store is asked once for all numbers of an answer, and while it is away they stay as they were", async () => {
  const registry = new Registry();
  let asked = 0;
  let now = t0;
  addProbeMetrics(
    registry,
    () => (++asked === 1 ? Promise.resolve([probe]) : Promise.reject(new Error("away"))),
    () => now,
  );
  expect(await numbers(registry)).toHaveLength(5);
  expect(asked).toBe(1);
  now += 10_000;
  const later = await numbers(registry);
  expect(asked).toBe(2);
  expect(later[0]).toMatch(/ 13$/);
});
