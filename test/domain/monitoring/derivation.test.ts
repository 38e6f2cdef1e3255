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
import type { Silence } from "../../../src/domain/monitoring/silence.ts";
import type { ReadingState } from "../../../src/domain/monitoring/timeline.ts";

const rules: CheckRules = { staleAfterMs: 75, confirmDown: 2, confirmUp: 2, quorumFail: 2, minReporting: 2 };

/** A store of change points, outages and silences, as the tables would hold them. */
interface Stored {
  derivation: Derivation;
  changes: Map<number, ReadingState>;
  outages: Map<number, Outage>;
  silences: Map<string, Silence>;
  late: CheckSample[];
}

function deliver(batches: CheckSample[][], settleBehind: number, rulesAt = (_: number) => rules): Stored {
  const stored: Stored = {
    derivation: derivationFrom(beforeAnySample),
    changes: new Map(),
    outages: new Map(),
    silences: new Map(),
    late: [],
  };
  let newest = Number.MIN_SAFE_INTEGER;
  for (const batch of batches) {
    newest = Math.max(newest, ...batch.map((sample) => sample.at));
    const step = takeSamples(stored.derivation, batch, rulesAt, newest - settleBehind);
    step.drop.changes.forEach((at) => stored.changes.delete(at));
    step.drop.outages.forEach((start) => stored.outages.delete(start));
    step.drop.silences.forEach((place) => stored.silences.delete(placeOf(place)));
    step.put.changes.forEach((change) => stored.changes.set(change.at, change.state));
    step.put.outages.forEach((outage) => stored.outages.set(outage.start, outage));
    step.put.silences.forEach((silence) => stored.silences.set(placeOf(silence), silence));
    stored.derivation = step.derivation;
    stored.late.push(...step.late);
  }
  return stored;
}

function placeOf({ location, start }: Pick<Silence, "location" | "start">): string {
  return `${location} ${start}`;
}

function rows(stored: Stored) {
  return {
    changes: [...stored.changes].sort((a, b) => a[0] - b[0]),
    outages: [...stored.outages.values()].sort((a, b) => a.start - b.start),
    silences: [...stored.silences.values()].sort(
      (a, b) => a.start - b.start || (a.location < b.location ? -1 : 1),
    ),
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
  it("gives the same readings, outages and silences for any order, batching and repetition of the same samples", () => {
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

  it("does so also where locations are named, and named otherwise from some instant on", () => {
    const [all, two] = [
      ["lisbon", "osaka", "lima"],
      ["lisbon", "osaka"],
    ].map((locations) => ({ ...rules, locations }));
    const rulesAt = (at: number) => (at >= 1_000 && at < 3_000 ? two! : all!);
    fc.assert(
      fc.property(samples, fc.infiniteStream(fc.nat()), sizes, (list, order, split) => {
        const inOrder = list.toSorted((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1));
        const shuffled = list
          .map((entry) => ({ entry, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry);
        expect(rows(deliver(cut(shuffled, split), Number.MAX_SAFE_INTEGER, rulesAt))).toEqual(
          rows(deliver([inOrder], Number.MAX_SAFE_INTEGER, rulesAt)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("tells exactly the gaps that a look at all reports of each location shows", () => {
    let told = 0;
    fc.assert(
      fc.property(samples, fc.infiniteStream(fc.nat()), sizes, (list, order, split) => {
        const shuffled = list
          .map((entry) => ({ entry, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry);
        const reports = Map.groupBy(
          list.filter(({ outcome }) => outcome !== "probe_error").toSorted((a, b) => a.at - b.at),
          ({ location }) => location,
        );
        const expected = [...reports].flatMap(([location, each]) =>
          each.slice(1).flatMap(({ at }, i) => {
            const start = each[i]!.at + rules.staleAfterMs;
            return start < at ? [{ location, start, end: at }] : [];
          }),
        );
        const { silences } = rows(deliver(cut(shuffled, split), Number.MAX_SAFE_INTEGER));
        expect(new Set(silences.map((one) => JSON.stringify(one)))).toEqual(
          new Set(expected.map((one) => JSON.stringify(one))),
        );
        expect(silences).toHaveLength(expected.length);
        told += expected.length;
      }),
      { numRuns: 200 },
    );
    expect(told).toBeGreaterThan(100);
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
