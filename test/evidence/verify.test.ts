import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf, encodeBatch, exportPublicKey, generateKeys, signBatch } from "../../probes/batch.ts";
import { endorseKey } from "../../probes/key-endorsement.ts";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import type { BatchLine } from "../../src/evidence/format.ts";
import { type Verdict, verifyEvidence } from "../../src/evidence/verify.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { openFreshDatabase } from "../support/databases.ts";
import {
  changed,
  day,
  type EvidenceWorld,
  evidenceWorld,
  hour,
  minute,
  resealed,
  type Seen,
  verifyLines,
  withFile,
} from "../support/evidence.ts";
import { sample } from "../support/watched.ts";

const t0 = Date.UTC(2026, 10, 2, 6);
const end = t0 + 5 * hour;

let database: OpenDatabase;
let world: EvidenceWorld;
/** An export with a packed part, a loose one, two locations and a rotated key. */
let lines: string[];

beforeAll(async () => {
  database = await openFreshDatabase();
  world = await evidenceWorld(database.db, t0 - hour, { locations: ["lisbon", "osaka"] });
  const outage = { from: t0 + hour, to: t0 + hour + 3 * minute, outcome: "fail" as const };
  const later: Seen = [
    { from: t0 + 3 * hour, to: t0 + 3 * hour + 4 * minute, outcome: "fail" },
    { from: t0 + 3 * hour + 10 * minute, to: t0 + 3 * hour + 15 * minute, outcome: "nothing" },
    { from: t0 + 3 * hour + 15 * minute, to: t0 + 3 * hour + 17 * minute, outcome: "fail" },
    { from: t0 + 4 * hour, to: t0 + 4 * hour + 10 * minute, outcome: "slow" },
  ];
  for (const location of ["lisbon", "osaka"]) {
    const probe = await world.probe(location);
    await probe.watch(t0, t0 + 2 * hour, [outage], { everyMs: 20 * minute });
    await probe.rotate(t0 + 2 * hour);
    await probe.watch(t0 + 2 * hour, end, later, { everyMs: 20 * minute });
  }
  await world.settle(end);
  // Everything up to the third hour is packed.
  await packEvidence(database.db, t0 + 3 * hour + 2 * day);
  lines = await world.export({ from: t0 }, end);
});
afterAll(() => database.close());

const kinds = ({ faults }: Verdict) => [...new Set(faults.map(({ kind }) => kind))];
const batchesOf = (verdict: Verdict, kind: string) =>
  verdict.faults.filter((fault) => fault.kind === kind).map(({ probe, batches }) => [probe, batches?.first]);
const isBatch = (line: string) => line.startsWith('{"type":"batch"');

describe("verifying evidence", () => {
  it("takes a file as it was written, whatever it is compressed with", async () => {
    const text = Buffer.from(lines.join(""));
    for (const bytes of [gzipSync(text), zstdCompressSync(text), text]) {
      const verdict = await withFile(bytes, (file) => verifyEvidence(file));
      expect(verdict).toMatchObject({ verified: true, faults: [], gaps: [], differences: [] });
      expect(verdict.told.outages).toHaveLength(3);
      expect(verdict.chains.map(({ vouched }) => vouched)).toEqual([15, 15]);
    }
  });

  it("comes to what the page says, whatever stretch of time is asked for", async () => {
    const within = fc.integer({ min: 0, max: end - t0 });
    await fc.assert(
      fc.asyncProperty(within, within, async (one, other) => {
        fc.pre(one !== other);
        const request = { from: t0 + Math.min(one, other), to: t0 + Math.max(one, other) };
        const verdict = await verifyLines(await world.export(request, end));
        expect(verdict).toMatchObject({ verified: true, faults: [], differences: [], undecided: [] });
      }),
      { numRuns: 25, examples: [[3 * hour + 2 * minute, 3 * hour + 12 * minute]] },
    );
  });

  it("detects every flipped byte of batches and keys, also where the end of the file was made to fit", async () => {
    const from = lines.findIndex((line) => line.startsWith('{"type":"probe"'));
    const part = Buffer.from(lines.slice(from, -1).join(""));
    const before = lines.slice(0, from);
    await fc.assert(
      fc.asyncProperty(fc.nat(part.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const touched = Buffer.from(part);
        touched[place] = touched[place]! ^ flip;
        const whole = Buffer.concat([Buffer.from(before.join("")), touched]);
        const count = [...whole].filter((byte) => byte === 10).length;
        const sha256 = createHash("sha256").update(whole).digest("hex");
        const last = `${JSON.stringify({ type: "end", lines: count, sha256 })}\n`;
        const verdict = await withFile(Buffer.concat([whole, Buffer.from(last)]), (file) =>
          verifyEvidence(file),
        );
        // What a probe line says besides its chain and keys is the server's word: only the digest at the end guards it.
        const said = Buffer.from(lines.at(-1)!);
        const sealed = await withFile(Buffer.concat([whole, said]), (file) => verifyEvidence(file));
        expect(sealed.verified).toBe(false);
        if (isEvidence(part, place)) {
          expect(verdict.verified).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("names the batch whose samples were changed, packed or not, and counts what it cannot vouch for as unknown", async () => {
    const forge = (sequence: number) =>
      changed(lines, "batch", (line, index) =>
        line.sequence === sequence && index < 15
          ? { ...line, bytes: line.bytes.replace('"outcome":"ooo', '"outcome":"oso') }
          : line,
      );
    const unknown = ({ told }: Verdict) => told.months[0]!.unknownMs;
    const honest = await verifyLines(lines);
    // In the middle of a pack: the last of it names the one that was there.
    const packed = await verifyLines(resealed(forge(5)));
    expect(batchesOf(packed, "altered")).toEqual([["lisbon-1", 5]]);
    expect(batchesOf(packed, "unvouched")).toEqual([["lisbon-1", 4]]);
    expect(unknown(packed) - unknown(honest)).toBeGreaterThan(39 * minute);
    const loose = await verifyLines(resealed(forge(12)));
    expect(batchesOf(loose, "altered")).toEqual([["lisbon-1", 12]]);
    expect(kinds(loose)).toEqual(["altered"]);
    expect(unknown(loose) - unknown(honest)).toBeGreaterThan(19 * minute);
    const last = await verifyLines(resealed(forge(15)));
    expect(batchesOf(last, "wrong_signature")).toEqual([["lisbon-1", 15]]);
  });

  it("names missing, doubled, reordered and foreign batches", async () => {
    const places = lines.flatMap((line, i) => (isBatch(line) ? [i] : []));
    const [first, second, third] = [places[10]!, places[11]!, places[12]!];
    const without = await verifyLines(resealed(lines.filter((_, i) => i !== second)));
    expect(batchesOf(without, "missing")).toEqual([["lisbon-1", 12]]);
    expect(without.told.months[0]!.unknownMs).toBeGreaterThan(15 * minute);
    const doubled = await verifyLines(resealed(lines.toSpliced(second, 0, lines[second]!)));
    expect(batchesOf(doubled, "out_of_order")).toEqual([["lisbon-1", 12]]);
    expect(doubled.differences).toEqual([]);
    const swapped = lines.with(second, lines[third]!).with(third, lines[second]!);
    expect(kinds(await verifyLines(resealed(swapped)))).toContain("out_of_order");
    const foreign = lines.find((line, i) => i > places[15]! && isBatch(line))!;
    const mixed = await verifyLines(resealed(lines.with(first, foreign)));
    expect(kinds(mixed)).toContain("mixed");
  });

  it("detects an end that was cut off, of a chain as of the file", async () => {
    const places = lines.flatMap((line, i) => (isBatch(line) ? [i] : []));
    const shorter = lines.filter((_, i) => i < places[13]! || i >= places[15]! - 1);
    expect(batchesOf(await verifyLines(resealed(shorter)), "missing")).toEqual([["lisbon-1", 14]]);
    const half = lines.slice(0, Math.floor(lines.length / 2));
    expect(kinds(await verifyLines(half))).toContain("cut");
    const bytes = gzipSync(lines.join(""));
    for (const share of [0.2, 0.5, 0.99]) {
      const part = bytes.subarray(0, Math.floor(bytes.length * share));
      const verdict = await withFile(part, (file) => verifyEvidence(file)).catch((error: Error) => error);
      expect(verdict instanceof Error ? verdict.message : kinds(verdict).join()).toMatch(/format|too early/);
    }
  });

  it("does not take a pack without the batch that vouches for it", async () => {
    const signed = lines.findIndex((line) => isBatch(line) && !line.includes('"signature":null'));
    const verdict = await verifyLines(resealed(lines.filter((_, i) => i !== signed)));
    expect(kinds(verdict)).toEqual(expect.arrayContaining(["missing", "unvouched"]));
  });

  it("follows keys only through endorsements of the key before", async () => {
    const stranger = await generateKeys();
    const publicKey = await exportPublicKey(stranger.publicKey);
    const swapped = changed(lines, "probe", (line, index) =>
      index > 0 ? line : { ...line, keys: [{ ...line.keys[0]!, publicKey }, line.keys[1]!] },
    );
    expect(kinds(await verifyLines(resealed(swapped)))).toEqual(expect.arrayContaining(["key", "unvouched"]));
    const endorsement = await endorseKey(
      { probe: "lisbon-1", fromSequence: 7, publicKey },
      stranger.privateKey,
    );
    const forged = changed(lines, "probe", (line, index) =>
      index > 0 ? line : { ...line, keys: [line.keys[0]!, { fromSequence: 7, publicKey, endorsement }] },
    );
    const verdict = await verifyLines(resealed(forged));
    expect(kinds(verdict)).toContain("key");
    expect(verdict.verified).toBe(false);
    const later = changed(lines, "probe", (line) => ({
      ...line,
      keys: [{ ...line.keys[0]!, fromSequence: 2 }],
    }));
    expect(kinds(await verifyLines(resealed(later)))).toContain("key");
  });

  it("tells a chain that was rewritten from a batch on by whoever has the key of none", async () => {
    const stranger = await generateKeys();
    let previous = "";
    const rewritten = await Promise.all(
      lines
        .filter(isBatch)
        .slice(0, 15)
        .map((line) => JSON.parse(line) as BatchLine),
    );
    const forged: string[] = [];
    for (const line of rewritten) {
      const batch = JSON.parse(line.bytes) as { sequence: number; previous: string; closedAt: number };
      const observations = [sample(world.check, batch.closedAt - minute)];
      const bytes = encodeBatch(
        {
          version: 1,
          probe: "lisbon-1",
          location: "lisbon",
          sequence: batch.sequence,
          previous: previous === "" ? batch.previous : previous,
          closedAt: batch.closedAt,
        },
        observations,
      );
      previous = await digestOf(bytes);
      const { signature } = await signBatch(bytes, stranger.privateKey);
      forged.push(
        `${JSON.stringify({ ...line, signature: signature.toBase64(), bytes: new TextDecoder().decode(bytes) })}\n`,
      );
    }
    let next = 0;
    const whole = lines.map((line) => (isBatch(line) && next < 15 ? forged[next++]! : line));
    const verdict = await verifyLines(resealed(whole));
    expect(verdict.verified).toBe(false);
    expect(verdict.chains[0]!.vouched).toBe(0);
    expect(verdict.chains[1]!.vouched).toBe(15);
  });

  it("has a sentence for every file that is no evidence", async () => {
    const bad = [
      Buffer.alloc(0),
      Buffer.from("\n"),
      Buffer.from("hello\n"),
      Buffer.from("{}\n"),
      Buffer.from([0x1f, 0x8b, 1, 2, 3]),
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 9, 9]),
      Buffer.from([0xff, 0xfe, 10, 10]),
      gzipSync(Buffer.alloc(60 * 1024 * 1024)),
      Buffer.from(`${"[".repeat(1_000_000)}\n`),
      Buffer.from(lines[0]!.replace('"version":1', '"version":2')),
      Buffer.from(lines[0]!.replace("Europe/Copenhagen", "Europe/Nowhere")),
      Buffer.from(lines[0]!.replace(/"period":\{[^}]+\}/, '"period":{"from":0,"to":9e15}')),
    ];
    for (const bytes of bad) {
      const verdict = withFile(bytes, (file) => verifyEvidence(file));
      await expect(verdict, bytes.subarray(0, 40).toString()).rejects.toMatchObject({
        name: "UnreadableEvidence",
      });
    }
  });

  it("goes through lines of any kind without falling over", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.nat(lines.length - 1).map((i) => lines[i]!),
            fc.json().map((text) => `${text.replaceAll("\n", " ")}\n`),
            fc.constantFrom(
              '{"type":"batch","sequence":1,"signature":null,"bytes":""}\n',
              '{"type":"root","statement":"{}","timestampToken":null}\n',
              '{"type":"end","lines":0,"sha256":"00"}\n',
              "\n",
            ),
          ),
          { maxLength: 12 },
        ),
        async (some) => {
          const verdict = await verifyLines([lines[0]!, ...some]);
          expect(verdict.verified).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("gives up a file of nothing but faults, and prints no control characters of it", async () => {
    const noise = `${JSON.stringify({ type: "batch", sequence: 1, signature: null, bytes: "\u001b[31m" })}\n`;
    const verdict = await verifyLines([lines[0]!, ...new Array<string>(60_000).fill(noise)]);
    expect(verdict.faults.length).toBeLessThan(600);
    expect(verdict.untoldFaults).toBeGreaterThan(10_000);
    const named = changed(lines, "probe", (line) => ({ ...line, id: `\u001b[2J${line.id}` }));
    const { wordsOf } = await import("../../src/cli/verify.ts");
    expect(wordsOf(await verifyLines(resealed(named))).join("\n")).not.toContain("\u001b");
  });
});

/** Whether a byte belongs to a batch or a key: what signatures guard. The rest is the server's word. */
function isEvidence(part: Buffer, place: number): boolean {
  const start = part.lastIndexOf(10, place - 1) + 1;
  const stop = part.indexOf(10, place);
  const line = part.subarray(start, stop === -1 ? part.length : stop).toString();
  if (!line.startsWith('{"type":"probe"')) {
    return true;
  }
  const keys = line.indexOf('"keys"');
  return place - start >= keys && place - start < line.indexOf("]", keys);
}
