/** The encoding of a batch: the same samples in any order give the same bytes, and nothing but those bytes is a batch. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zstdCompressSync } from "node:zlib";
import {
  MalformedBatch,
  decodeBatch,
  digestOf,
  encodeBatch,
  exportPrivateKey,
  exportPublicKey,
  generateKeys,
  importPrivateKey,
  importPublicKey,
  noPrevious,
  quantise,
  signBatch,
  verifyBatch,
} from "../../probes/batch.ts";
import { failureReasons, outcomes, phases } from "../../probes/protocol.ts";
import type { BatchHeader, Observation, Timings } from "../../probes/protocol.ts";

const header: BatchHeader = {
  version: 1,
  probe: "local",
  location: "lisbon",
  sequence: 1,
  previous: noPrevious,
  closedAt: 1_780_000_000_000,
};

const duration = fc.double({ min: 0, max: 90_000, noNaN: true });
const timings = fc.record(
  Object.fromEntries(phases.map((phase) => [phase, duration])) as Record<
    (typeof phases)[number],
    typeof duration
  >,
  { requiredKeys: [] },
);
const sample: fc.Arbitrary<Observation> = fc
  .record({
    check: fc.integer({ min: 1, max: 2_000 }),
    at: fc.integer({ min: 1_780_000_000_000, max: 1_780_000_100_000 }),
    outcome: fc.constantFrom(...outcomes),
    timings,
    reason: fc.constantFrom(...failureReasons),
    detail: fc.option(fc.string({ unit: "grapheme", maxLength: 20 }), { nil: undefined }),
  })
  .map(({ reason, detail, ...rest }) => ({
    ...rest,
    ...(rest.outcome === "fail" || rest.outcome === "probe_error" ? { reason } : {}),
    ...(detail === undefined ? {} : { detail: detail.toWellFormed() }),
  }));
const samples = fc.uniqueArray(sample, { selector: ({ at, check }) => `${at} ${check}`, maxLength: 60 });

const kept = (observation: Observation): Observation => ({
  ...observation,
  timings: Object.fromEntries(
    Object.entries(observation.timings).map(([phase, ms]) => [phase, quantise(ms)]),
  ) as Timings,
});

const inOrder = (observations: Observation[]) =>
  observations.toSorted((a, b) => a.at - b.at || a.check - b.check);

describe("encoding", () => {
  it("what was encoded is decoded, timings as they are kept", () => {
    fc.assert(
      fc.property(samples, (observations) => {
        const batch = decodeBatch(encodeBatch(header, observations));
        expect(batch).toEqual({ ...header, observations: inOrder(observations).map(kept) });
      }),
    );
  });

  it("the order in which samples came does not matter", () => {
    fc.assert(
      fc.property(
        samples.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(encodeBatch(header, shuffled)).toEqual(encodeBatch(header, list));
        },
      ),
    );
  });

  it("decoding and encoding again gives the same bytes", () => {
    fc.assert(
      fc.property(samples, (observations) => {
        const bytes = encodeBatch(header, observations);
        const { observations: decoded, ...head } = decodeBatch(bytes);
        expect(encodeBatch(head, decoded)).toEqual(bytes);
      }),
    );
  });

  it.each([
    [0.04, 0],
    [0.05, 0.1],
    [3.14, 3.1],
    [9.94, 9.9],
    [9.96, 10],
    [10.4, 10],
    [10.5, 11],
    [1234.5, 1235],
  ])("%f ms is kept as %f", (ms, keptMs) => {
    expect(quantise(ms)).toBe(keptMs);
    expect(quantise(keptMs)).toBe(keptMs);
  });

  it("a plain http sample takes at most six bytes once it is compressed", () => {
    const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { numRuns: 4_000, seed: 7 });
    const draw = () => random[(drawn++ * 7919) % random.length]!;
    let drawn = 0;
    const observations = Array.from({ length: 600 }, (_, i): Observation => {
      const check = (i % 100) + 1;
      const round = Math.floor(i / 100);
      const connect = 4 + (check % 40) + draw();
      const firstByte = 2 * connect + 3 * draw();
      const at =
        1_780_000_000_000 + round * 15_000 + Math.floor(((check * 0.618034) % 1) * 15_000 + 2 * draw());
      return { check, at, outcome: "ok", timings: { connect, firstByte, total: connect + firstByte + 0.3 } };
    });
    const bytes = zstdCompressSync(encodeBatch(header, observations)).length;
    expect(bytes / observations.length).toBeLessThan(6);
  });
});

describe("validation", () => {
  const good: Observation[] = [
    { check: 3, at: 1_780_000_000_000, outcome: "ok", timings: { connect: 1, total: 12 } },
    { check: 5, at: 1_780_000_000_500, outcome: "fail", timings: {}, reason: "timeout", detail: "no answer" },
  ];

  const changed = (change: (columns: Record<string, unknown>) => void) => {
    const columns = JSON.parse(new TextDecoder().decode(encodeBatch(header, good))) as Record<
      string,
      unknown
    >;
    change(columns);
    return new TextEncoder().encode(JSON.stringify(columns));
  };

  it("the unchanged one is a batch", () => {
    expect(decodeBatch(changed(() => {})).observations).toEqual(good);
  });

  it.each<[string, RegExp, (columns: Record<string, unknown>) => void]>([
    ["another version", /version: 2 is not known/, (c) => (c.version = 2)],
    ["no probe", /probe/, (c) => (c.probe = "")],
    ["no location", /location/, (c) => delete c.location],
    ["sequence 0", /sequence/, (c) => (c.sequence = 0)],
    ["a second batch that names none before it", /previous/, (c) => (c.sequence = 2)],
    ["a digest that is none", /previous/, (c) => (c.previous = "00")],
    ["an unknown outcome", /outcome/, (c) => (c.outcome = "ox")],
    ["a missing check", /check: one value a sample/, (c) => (c.check = [3])],
    ["a fraction of a check", /check: integers/, (c) => (c.check = [3, 0.5])],
    ["check 0", /check: sample 0/, (c) => (c.check = [0, 5])],
    ["a time before time", /at: sample 0/, (c) => (c.at = [-1, 5])],
    ["samples out of order", /order: sample 1/, (c) => (c.at = [1_780_000_000_000, -1])],
    ["a phase of too few", /connect: one value/, (c) => (c.connect = [1])],
    ["a phase below zero", /connect: sample 0/, (c) => (c.connect = [-1, null])],
    ["a phase finer than it is kept", /connect: sample 0/, (c) => (c.connect = [1.23, null])],
    ["a phase in words", /connect: sample 0/, (c) => (c.connect = ["1", null])],
    ["a reason nobody knows", /unknown reason/, (c) => (c.notes = [[1, "bad_luck", null]])],
    ["a failure without a reason", /sample 1 is fail/, (c) => (c.notes = [])],
    [
      "a reason for a good sample",
      /sample 0 is ok/,
      (c) =>
        (c.notes = [
          [0, "timeout", null],
          [1, "timeout", null],
        ]),
    ],
    [
      "notes out of order",
      /notes: samples in order/,
      (c) =>
        (c.notes = [
          [1, "timeout", null],
          [0, null, "x"],
        ]),
    ],
    ["a note to no sample", /notes/, (c) => (c.notes = [[2, "timeout", null]])],
    ["a detail with NUL", /without NUL/, (c) => (c.notes = [[1, "timeout", "a\0b"]])],
    ["a detail with half a character", /Unicode/, (c) => (c.notes = [[1, "timeout", "\ud800"]])],
    ["a detail without end", /detail too long/, (c) => (c.notes = [[1, "timeout", "x".repeat(201)]])],
    ["a field nobody knows", /canonical/, (c) => (c.extra = 1)],
    ["an empty column", /canonical/, (c) => (c.tls = [null, null])],
  ])("%s is refused, and it is said why", (_, rule, change) => {
    expect(() => decodeBatch(changed(change))).toThrow(MalformedBatch);
    expect(() => decodeBatch(changed(change))).toThrow(rule);
  });

  it("any other bytes are refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => new TextEncoder().encode(json)),
        ),
        (bytes) => {
          expect(() => decodeBatch(bytes)).toThrow(MalformedBatch);
        },
      ),
    );
  });

  it("a batch in another spelling is refused", () => {
    const bytes = new TextDecoder().decode(encodeBatch(header, good));
    expect(() => decodeBatch(new TextEncoder().encode(` ${bytes}`))).toThrow(/canonical/);
    expect(() => decodeBatch(new TextEncoder().encode(`\uFEFF${bytes}`))).toThrow(MalformedBatch);
  });
});

describe("chain and signature", () => {
  it("the digest is SHA-256 in hex", async () => {
    expect(await digestOf(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("a signature holds for these bytes and this key only, and keys survive being written down", async () => {
    const { privateKey, publicKey } = await generateKeys();
    const other = await generateKeys();
    const again = await importPrivateKey(await exportPrivateKey(privateKey));
    const known = await importPublicKey(await exportPublicKey(publicKey));
    const signed = await signBatch(encodeBatch(header, []), again);
    expect(await verifyBatch(signed, known)).toBe(true);
    expect(await verifyBatch(signed, other.publicKey)).toBe(false);
    const tampered = signed.bytes.slice();
    tampered[20]! ^= 1;
    expect(await verifyBatch({ ...signed, bytes: tampered }, known)).toBe(false);
  });
});
