import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  budgetShares,
  budgetTroubles,
  burnWindows,
  outgrownBy,
  ratesFromAllowedMs,
  type WatchedBudget,
} from "../../../src/domain/alerting/budget-troubles.ts";

const start = Date.UTC(2026, 6, 1);
const end = Date.UTC(2026, 7, 1);
const budget = (more: Partial<WatchedBudget> = {}): WatchedBudget => ({
  ...{ contract: "acme-gold", title: "Acme Gold", customer: "Acme", label: "2026-07", target: "99.9" },
  ...{ start, end, allowedMs: 1_000_000, spentMs: 0, leftMs: 1_000_000, projectedMs: null, burns: [] },
  ...more,
});
const subjects = (one: WatchedBudget, told: string[] = []) =>
  budgetTroubles([one], new Set(told)).map(({ kind, subject }) => `${kind} ${subject}`);

describe("a budget", () => {
  it.each([
    [0, null],
    [249_999, null],
    [250_000, 25],
    [499_999, 25],
    [500_000, 50],
    [750_000, 75],
    [1_000_000, 75],
    [1_000_001, 100],
    [9_000_000, 100],
  ])("of which %i of 1,000,000 ms are spent is told by its share of %s %%", (spentMs, share) => {
    expect(subjects(budget({ spentMs }))).toEqual(
      share === null ? [] : [`budget_spent acme-gold 2026-07 ${share}`],
    );
  });

  it("that allows nothing is all spent with the first millisecond, and not before", () => {
    expect(subjects(budget({ allowedMs: 0 }))).toEqual([]);
    expect(subjects(budget({ allowedMs: 0, spentMs: 1 }))).toEqual(["budget_spent acme-gold 2026-07 100"]);
  });

  it("is told of each share once in a cycle, also when it falls below and rises again", () => {
    const told = ["budget_spent acme-gold 2026-07 25", "budget_spent acme-gold 2026-07 50"];
    expect(subjects(budget({ spentMs: 600_000 }), told)).toEqual([]);
    expect(subjects(budget({ spentMs: 800_000 }), told)).toEqual(["budget_spent acme-gold 2026-07 75"]);
    expect(subjects(budget({ spentMs: 600_000, label: "2026-08" }), told)).toEqual([
      "budget_spent acme-gold 2026-08 50",
    ]);
  });

  it("never stands for more than one share, and for a higher one the more is spent", () => {
    fc.assert(
      fc.property(fc.nat(3_000_000), fc.nat(3_000_000), (a, b) => {
        const shareOf = (spentMs: number) => {
          const troubles = budgetTroubles([budget({ spentMs })], new Set());
          expect(troubles.length).toBeLessThanOrEqual(1);
          return Number(troubles[0]?.facts.percent ?? 0);
        };
        expect(shareOf(Math.max(a, b))).toBeGreaterThanOrEqual(shareOf(Math.min(a, b)));
      }),
    );
    expect([...budgetShares]).toEqual([25, 50, 75, 100]);
  });

  it("of which more is spent is told by a higher share in the place of the lower one, and of no other contract or cycle", () => {
    const [told] = budgetTroubles([budget({ spentMs: 600_000 })], new Set());
    const [projected] = budgetTroubles([budget({ projectedMs: 1_000_001 })], new Set());
    const grown = (one: typeof told, more: Partial<WatchedBudget>) =>
      outgrownBy(one!, budgetTroubles([budget(more)], new Set()));
    expect(grown(told, { spentMs: 800_000 })).toBe(75);
    expect(grown(told, { spentMs: 300_000 })).toBeNull();
    expect(grown(told, { spentMs: 800_000, label: "2026-08" })).toBeNull();
    expect(grown(told, { spentMs: 800_000, contract: "acme-tin" })).toBeNull();
    expect(grown(projected, { spentMs: 800_000 })).toBeNull();
    expect(grown(projected, { spentMs: 1_000_001 })).toBe(100);
  });

  it("that will not last at this rate is told while it lasts", () => {
    const projectedMs = 1_000_001;
    expect(subjects(budget({ projectedMs }))).toEqual(["budget_projected acme-gold 2026-07"]);
    expect(subjects(budget({ projectedMs: 1_000_000 }))).toEqual([]);
    expect(subjects(budget({ projectedMs, spentMs: 1_000_001 }))).toEqual([
      "budget_spent acme-gold 2026-07 100",
    ]);
  });

  it("burns too fast when it does over both stretches, and only where a rate says something", () => {
    const { longMs, shortMs } = burnWindows;
    const allowedMs = ratesFromAllowedMs;
    const fast = (windowMs: number, times: number) => ({
      ...{ windowMs, spentMs: Math.ceil((times * windowMs * allowedMs) / (end - start)) },
    });
    const burning = (burns: WatchedBudget["burns"], allowed = allowedMs) =>
      budgetTroubles([budget({ allowedMs: allowed, burns })], new Set()).map(({ facts }) => facts.burn);
    expect(burning([fast(longMs, 6), fast(shortMs, 6)])).toEqual(["6.0"]);
    expect(burning([fast(longMs, 6), fast(shortMs, 5)])).toEqual([]);
    expect(burning([fast(longMs, 5), fast(shortMs, 20)])).toEqual([]);
    expect(burning([fast(longMs, 20), fast(shortMs, 20)], allowedMs - 1)).toEqual([]);
    expect(burning([])).toEqual([]);
  });
});
