import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { isMonthOf, keptMonth, monthTerms, timesOf } from "../../../../src/domain/sla/measure/kept-month.ts";
import {
  keptUptime,
  monthlyTimes,
  monthlyUptime,
  type WatchedService,
} from "../../../../src/domain/sla/measure/monthly-uptime.ts";

const at = Date.parse;
const minute = 60_000;
const now = at("2026-11-22T01:23:00Z");
const commitment = commitmentFrom({ targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 });
const begun = at("2026-07-10T22:00:00Z");

/** Stretches of half a year in order, and outages around the ones that were down. */
const services: fc.Arbitrary<WatchedService> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 30_000 }),
      length: fc.integer({ min: 1, max: 20_000 }),
      state: fc.constantFrom(...(["down", "unknown", "degraded"] as const)),
      edge: fc.integer({ min: 0, max: 40_000 }),
    }),
    { maxLength: 20 },
  )
  .map((stretches) => {
    let end = begun;
    const segments = stretches.flatMap(({ gap, length, state, edge }) => {
      const start = end + gap * minute;
      end = start + length * minute;
      return end < now ? [{ start, end, state, edge }] : [];
    });
    return {
      observedFrom: begun,
      archivedAt: null,
      segments: segments.map(({ start, end, state }) => ({ start, end, state })),
      outages: segments
        .filter(({ state }) => state === "down")
        .map(({ start, end, edge }) => ({
          start,
          end,
          lastFailAt: Math.max(start, end - edge),
          lastOkBeforeAt: start - edge,
          firstOkAfterAt: end,
        })),
    };
  });

describe("a month that is kept", () => {
  test("tells every figure as it was computed", () => {
    fc.assert(
      fc.property(services, (service) => {
        const months = monthlyUptime(service, commitment, now);
        for (const [i, { cycle, times }] of monthlyTimes(service, commitment, now).entries()) {
          const kept = keptMonth(times);
          expect(kept === null).toBe(times.provisional);
          expect(kept && keptUptime(kept, cycle, commitment)).toEqual(kept && months[i]);
        }
      }),
    );
  });

  test("spares measuring it, and changes nothing of the others", () => {
    fc.assert(
      fc.property(services, fc.nat({ max: 31 }), (service, some) => {
        const all = monthlyTimes(service, commitment, now)
          .flatMap(({ times }) => keptMonth(times) ?? [])
          .filter((_, i) => (some >> i) % 2 === 1);
        const kept = new Map(all.map((month) => [month.start, month]));
        expect(monthlyUptime(service, commitment, now, kept)).toEqual(
          monthlyUptime(service, commitment, now),
        );
      }),
    );
  });

  test("is none while it runs, nor where time has left its denominator", () => {
    const [month] = monthlyTimes({ ...emptyFrom(begun), archivedAt: null }, commitment, now);
    expect(keptMonth(month!.times)).toMatchObject({ downMs: 0 });
    expect(keptMonth({ ...month!.times, provisional: true })).toBeNull();
    expect(keptMonth({ ...month!.times, elapsedMs: month!.times.elapsedMs - 1 })).toBeNull();
    const half = { numerator: 1n, denominator: 2n };
    expect(keptMonth({ ...month!.times, counted: { ...month!.times.counted, downMs: half } })).toBeNull();
  });

  test("ends where its service was archived, and is no other", () => {
    const archivedAt = at("2026-08-15T00:00:00Z");
    const months = monthlyTimes({ ...emptyFrom(begun), archivedAt }, commitment, now);
    const { cycle, times } = months.at(-1)!;
    const kept = keptMonth(times)!;
    expect(kept.end).toBe(archivedAt);
    expect(isMonthOf(kept, cycle, archivedAt)).toBe(true);
    expect(isMonthOf(kept, cycle, null)).toBe(false);
    expect(timesOf(kept, times.fullCycleMs)).toEqual(times);
  });

  test("holds for one zone and anchor, whatever the target", () => {
    expect(monthTerms(commitment)).toBe(monthTerms({ ...commitment, target: null } as typeof commitment));
    expect(monthTerms(commitment)).not.toBe(monthTerms({ ...commitment, anchorDay: 2 }));
    expect(monthTerms(commitment)).not.toBe(monthTerms({ ...commitment, timeZone: "UTC" }));
  });
});

function emptyFrom(observedFrom: number): WatchedService {
  return { observedFrom, archivedAt: null, segments: [], outages: [] };
}
