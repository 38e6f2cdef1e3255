/**
 * The oracles of the fault suite are worth something only if they bite: the reference agrees with the domain on whatever may happen, and a
 * database in which something was lost, doubled or told wrong is found out.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeBatch,
  digestOf,
  exportPublicKey,
  generateKeys,
  noPrevious,
  signBatch,
} from "../../probes/batch.ts";
import { protocolVersion } from "../../probes/protocol.ts";
import { beforeAnySample, derivationFrom, takeSamples } from "../../src/domain/monitoring/derivation.ts";
import type { Facts } from "./facts.ts";
import { judgeDerived } from "./judge-derived.ts";
import { judgeEvidence } from "./judge-evidence.ts";
import { judgeAskings, judgeOutages, judgeReadings } from "./judge-truth.ts";
import { referenceOutages } from "./reference.ts";
import type { Stall } from "./stalls.ts";

const locations = ["copenhagen", "lisbon", "osaka"];

describe("the reference", () => {
  it("gives the outages that the domain gives", () => {
    const sample = fc.record({
      location: fc.constantFrom(...locations),
      at: fc.integer({ min: 1, max: 60 }),
      outcome: fc.constantFrom("ok" as const, "fail" as const, "probe_error" as const),
    });
    const rules = fc.record({
      staleAfterMs: fc.integer({ min: 1, max: 8 }),
      confirmDown: fc.integer({ min: 1, max: 3 }),
      confirmUp: fc.integer({ min: 1, max: 3 }),
      quorumFail: fc.integer({ min: 1, max: 2 }),
      minReporting: fc.integer({ min: 1, max: 2 }),
    });
    const samples = fc.uniqueArray(sample, {
      maxLength: 60,
      selector: ({ location, at }) => `${location} ${at}`,
    });
    fc.assert(
      fc.property(samples, rules, (given, of) => {
        const inOrder = given.toSorted((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1));
        const { put } = takeSamples(derivationFrom(beforeAnySample), inOrder, () => of, 1_000);
        expect(referenceOutages(given, of)).toEqual(
          put.outages.map((outage) => (outage.end === null ? { ...outage, lastFailAt: null } : outage)),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the judges", () => {
  const start = 1_800_000_000_000;
  /** Asked every second by two locations; down from the tenth second to the twentieth. */
  const isDown = (second: number) => second >= 10 && second < 20;

  async function sound() {
    const facts: Facts = {
      batches: [],
      keys: new Map(),
      samples: [],
      checks: new Map([
        [
          1,
          {
            service: "beacon-1",
            rules: { staleAfterMs: 2_500, confirmDown: 2, confirmUp: 1, quorumFail: 2, minReporting: 2 },
          },
        ],
      ]),
      buckets: [],
      readings: new Map(),
      outages: new Map(),
    };
    const askings: { at: number; up: boolean }[] = [];
    for (const [place, location] of ["lisbon", "osaka"].entries()) {
      const { privateKey, publicKey } = await generateKeys();
      facts.keys.set(`probe-${location}`, [{ from: 1, publicKey: await exportPublicKey(publicKey) }]);
      let previous = noPrevious;
      for (let sequence = 1; sequence <= 10; sequence++) {
        const observations = [0, 1, 2].map((step) => {
          const second = (sequence - 1) * 3 + step;
          const at = start + second * 1_000 + place * 300;
          askings.push({ at: at + 2, up: !isDown(second) });
          return { check: 1, at, outcome: isDown(second) ? ("fail" as const) : ("ok" as const), timings: {} };
        });
        facts.samples.push(
          ...observations.map(({ check, at, outcome }) => ({ check, at, outcome, location })),
        );
        const header = { version: protocolVersion, probe: `probe-${location}`, location, sequence, previous };
        const bytes = encodeBatch({ ...header, closedAt: observations[2]!.at + 100 }, observations);
        const digest = await digestOf(bytes);
        facts.batches.push({
          ...(await signBatch(bytes, privateKey)),
          digest,
          batch: { ...header, closedAt: observations[2]!.at + 100, observations },
        });
        previous = digest;
      }
    }
    const samples = facts.samples.toSorted((a, b) => a.at - b.at);
    const { put } = takeSamples(
      derivationFrom(beforeAnySample),
      samples,
      () => facts.checks.get(1)!.rules,
      Infinity,
    );
    facts.readings.set(1, put.changes);
    facts.outages.set(1, put.outages);
    const acknowledged = facts.batches.map(({ batch, digest }) => ({ ...batch, digest }));
    const truth = {
      records: new Map([
        [
          "beacon-1",
          {
            edges: [
              { at: start + 9_900, down: true },
              { at: start + 19_900, down: false },
            ],
            askings: askings.sort((a, b) => a.at - b.at),
          },
        ],
      ]),
      from: start,
      until: start + 30_000,
      losses: [],
      stalls: [] as Stall[],
      clocksWrong: false,
    };
    const judge = async () => [
      ...(await judgeEvidence(facts, acknowledged)),
      ...judgeDerived(facts),
      ...judgeReadings(facts, truth).findings,
      ...judgeOutages(facts, truth),
      ...judgeAskings(facts, truth),
    ];
    return { facts, truth, judge };
  }

  it("find nothing where everything is right", async () => {
    expect(await (await sound()).judge()).toEqual([]);
  });

  it.each([
    [
      "a batch that was acknowledged and is gone",
      (facts: Facts) => facts.batches.pop(),
      /was acknowledged and stands nowhere/,
    ],
    [
      "a batch that is missing in the middle",
      (facts: Facts) => facts.batches.splice(4, 1),
      /stands where 5 should/,
    ],
    [
      "a byte that was changed",
      (facts: Facts) => facts.batches[3]!.bytes[20]!++,
      /not the one its digest was taken of/,
    ],
    ["a row too few", (facts: Facts) => facts.samples.pop(), /no row for the sample/],
    ["a row too many", (facts: Facts) => facts.samples.push(facts.samples[0]!), /a row too many/],
    ["an outage that was lost", (facts: Facts) => facts.outages.set(1, []), /lack what the reference gives/],
    [
      "an outage that was invented",
      (facts: Facts) =>
        facts.outages.get(1)!.push({
          ...facts.outages.get(1)![0]!,
          start: start + 25_000,
          end: start + 26_000,
          lastFailAt: start + 25_500,
        }),
      /none that the target knows of/,
    ],
    [
      "up that was told while it was down",
      (facts: Facts) => facts.readings.set(1, facts.readings.get(1)!.slice(0, 1)),
      /told up for \d+ ms/,
    ],
    [
      "down that was told while it was up",
      (facts: Facts) => facts.readings.get(1)!.pop(),
      /told down for \d+ ms/,
    ],
  ])("find %s", async (_, spoil, words) => {
    const { facts, judge } = await sound();
    spoil(facts);
    expect((await judge()).join("\n")).toMatch(words);
  });

  it("find no fault with what seemed down while the harness stood still, and all the same with what lasted longer", async () => {
    const { facts, truth, judge } = await sound();
    const outages = facts.outages.get(1)!;
    outages.push({ ...outages[0]!, start: start + 25_000, end: start + 26_000, lastFailAt: start + 25_500 });
    facts.readings.get(1)!.push({ at: start + 25_000, state: "down" }, { at: start + 26_000, state: "up" });
    const untold = /none that the target knows of|told down/;
    const untrue = async () => (await judge()).filter((finding) => untold.test(finding));
    expect(await untrue()).toHaveLength(2);
    truth.stalls.push({ from: start + 25_100, until: start + 25_600 });
    expect(await untrue()).toEqual([]);
    truth.stalls.splice(0, 1, { from: start + 22_000, until: start + 22_600 });
    expect(await untrue()).toHaveLength(2);
  });

  it("find a question that never became a sample, and a sample that was never asked", async () => {
    const { truth, judge } = await sound();
    const [removed] = truth.records.get("beacon-1")!.askings.splice(12, 1);
    expect((await judge()).join("\n")).toMatch(/1 good samples of beacon-1 that it was never asked for/);
    truth.records.get("beacon-1")!.askings.splice(12, 0, removed!, { at: removed!.at + 90, up: true });
    expect((await judge()).join("\n")).toMatch(/1 of 61 questions that beacon-1 was asked are no samples/);
  });
});
