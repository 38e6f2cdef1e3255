import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckRules } from "../../../src/domain/monitoring/check.ts";
import {
  beforeAnySample,
  type CheckSample,
  type Derivation,
  derivationFrom,
  takeSamples,
} from "../../../src/domain/monitoring/derivation.ts";
import type { Outage } from "../../../src/domain/monitoring/outage.ts";
import type { ReadingState } from "../../../src/domain/monitoring/timeline.ts";

const rules: CheckRules = { staleAfterMs: 75, confirmDown: 2, confirmUp: 2, quorumFail: 2, minReporting: 2 };

/** A store of change points and outages, as the tables would hold them. */
interface Stored {
  derivation: Derivation;
  changes: Map<number, ReadingState>;
  outages: Map<number, Outage>;
  late: CheckSample[];
}

function deliver(batches: CheckSample[][], settleBehind: number): Stored {
  const stored: Stored = {
    derivation: derivationFrom(beforeAnySample),
    changes: new Map(),
    outages: new Map(),
    late: [],
  };
  let newest = Number.MIN_SAFE_INTEGER;
  for (const batch of batches) {
    newest = Math.max(newest, ...batch.map((sample) => sample.at));
    const step = takeSamples(stored.derivation, batch, () => rules, newest - settleBehind);
    step.drop.changes.forEach((at) => stored.changes.delete(at));
    step.drop.outages.forEach((start) => stored.outages.delete(start));
    step.put.changes.forEach((change) => stored.changes.set(change.at, change.state));
    step.put.outages.forEach((outage) => stored.outages.set(outage.start, outage));
    stored.derivation = step.derivation;
    stored.late.push(...step.late);
  }
  return stored;
}

function rows(stored: Stored) {
  return {
    changes: [...stored.changes].sort((a, b) => a[0] - b[0]),
    outages: [...stored.outages.values()].sort((a, b) => a.start - b.start),
    head: stored.derivation.head,
  };
}

const sample = fc
  .record({
    location: fc.constantFrom("lisbon", "osaka", "lima"),
    at: fc.integer({ min: 0, max: 900 }).map((n) => n * 5),
    outcome: fc.constantFrom("ok", "ok", "fail", "fail", "slow", "probe_error"),
    uncertaintyMs: fc.constantFrom(undefined, undefined, 2_001, 7_000, 60_000),
  })
  .map(({ uncertaintyMs, ...certain }) =>
    uncertaintyMs === undefined ? certain : { ...certain, uncertaintyMs },
  ) as fc.Arbitrary<CheckSample>;

const samples = fc.uniqueArray(sample, {
  maxLength: 60,
  selector: ({ location, at }) => `${location} ${at}`,
});

/** Cuts a list into batches of the given sizes. */
function cut(list: CheckSample[], sizes: number[]): CheckSample[][] {
  const batches: CheckSample[][] = [];
  let rest = list;
  for (let i = 0; rest.length > 0; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    batches.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return batches;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

describe("derivation", () => {
  it("gives the same readings and outages for any order, batching and repetition of the same samples", () => {
    fc.assert(
      fc.property(samples, fc.infiniteStream(fc.nat()), sizes, (list, order, split) => {
        const inOrder = list.toSorted((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1));
        const shuffled = list
          .map((entry) => ({ entry, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry);
        const expected = rows(deliver([inOrder], Number.MAX_SAFE_INTEGER));
        expect(rows(deliver(cut(shuffled, split), Number.MAX_SAFE_INTEGER))).toEqual(expected);
        expect(rows(deliver(cut([...shuffled, ...shuffled], split), Number.MAX_SAFE_INTEGER))).toEqual(
          expected,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("does not care which of two probes of one location is heard first, when both asked at one instant", () => {
    const crowded = fc.array(
      fc.tuple(sample, fc.nat(12)).map(([entry, n]) => ({ ...entry, at: n * 30 })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(crowded, fc.infiniteStream(fc.nat()), sizes, (list, order, split) => {
        const shuffled = list
          .map((entry) => ({ entry, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry);
        expect(rows(deliver(cut(shuffled, split), Number.MAX_SAFE_INTEGER))).toEqual(
          rows(deliver([list], Number.MAX_SAFE_INTEGER)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("lets the worse word of two such probes count", () => {
    const say = (outcome: CheckSample["outcome"], at: number): CheckSample[] => [
      { location: "lisbon", at, outcome },
      { location: "lisbon", at, outcome: "ok" },
      { location: "osaka", at, outcome },
    ];
    const stored = deliver([say("fail", 0), say("fail", 30)], 0);
    expect([...stored.changes]).toEqual([[0, "down"]]);
  });

  it("does not depend on how much of the tail is settled, as long as nothing is late", () => {
    fc.assert(
      fc.property(samples, sizes, fc.integer({ min: 0, max: 500 }), (list, split, behind) => {
        const inOrder = list.toSorted((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1));
        const settled = deliver(cut(inOrder, split), behind);
        fc.pre(settled.late.length === 0);
        expect(rows(settled)).toEqual(rows(deliver([inOrder], Number.MAX_SAFE_INTEGER)));
      }),
      { numRuns: 300 },
    );
  });

  it("reports a sample older than what is settled as late instead of bending the past", () => {
    const ok = (at: number, location = "lisbon"): CheckSample => ({ location, at, outcome: "ok" });
    const stored = deliver([[ok(0), ok(0, "osaka")], [ok(30)], [ok(10)]], 0);
    expect(stored.late).toEqual([ok(10)]);
    expect(stored.derivation.head.through).toBe(30);
  });

  it("keeps no tail where everything is settled at once, so that one location costs one state", () => {
    const stored = deliver([[{ location: "lisbon", at: 5, outcome: "ok" }]], 0);
    expect(stored.derivation.tail).toEqual([]);
    expect(stored.derivation.settled).toBe(stored.derivation.head);
  });
});
