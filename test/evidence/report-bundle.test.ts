import { gzipSync } from "node:zlib";
import { strFromU8, strToU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSeal } from "../../src/actions/report-seal.ts";
import { bundleWords } from "../../src/cli/verify-bundle.ts";
import { reportBundle } from "../../src/documents/bundle.ts";
import { zipFiles } from "../../src/documents/zip.ts";
import { measuredInputs } from "../../src/domain/sla/report/report-inputs.ts";
import { cycleOf } from "../../src/domain/time/billing-cycle.ts";
import { sealText } from "../../src/evidence/report-seal.ts";
import { looksLikeBundle, verifyBundle } from "../../src/evidence/report-bundle.ts";
import { loadMeasurements } from "../../src/live/measurements.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { evidenceWorld, hour, minute, withFile } from "../support/evidence.ts";
import { bands, clauses, inputs, part, sealed as seal, supportInputs, zone } from "../support/reports.ts";

const t0 = Date.UTC(2026, 10, 2, 6);
const end = t0 + 3 * hour;

let database: OpenDatabase;
const sealer = openSeal("a secret of the server");
let sealed: ReturnType<typeof seal>;
let evidence: Uint8Array;
let bundle: Uint8Array;

const pack = (report: ReturnType<typeof seal>, bytes = evidence) =>
  reportBundle({ ...report, evidence: [{ service: "beacon", bytes }] }, (text) => sealText(text, sealer));
const verify = (bytes: Uint8Array, options = {}) => withFile(bytes, (file) => verifyBundle(file, options));

/** The bundle with some of its files replaced, or taken away. */
function tampered(change: Record<string, Uint8Array | null>): Uint8Array {
  const files = { ...unzipSync(bundle), ...change };
  return zipFiles(
    Object.entries(files).flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes] as const])),
  );
}

const edited = (name: string, from: string, to: string) => {
  const text = strFromU8(unzipSync(bundle)[name]!);
  expect(text).toContain(from);
  return strToU8(text.replace(from, to));
};

beforeAll(async () => {
  database = await openFreshDatabase();
  const world = await evidenceWorld(database.db, t0 - hour);
  const probe = await world.probe("lisbon");
  await probe.watch(t0, end + hour, [{ from: t0 + hour, to: t0 + hour + 3 * minute, outcome: "fail" }]);
  await world.settle(end + hour);
  const lines = await world.export({ from: t0, to: end }, end + hour);
  evidence = gzipSync(lines.join(""));
  const measured = world.board(end).services.find(({ slug }) => slug === "beacon")!;
  const measuredOver = { start: t0, end };
  sealed = seal(
    inputs({
      cycle: cycleOf("2026-11", { timeZone: zone, anchorDay: 1 }),
      parts: [part({ startsAt: t0, endsAt: end, clauses: clauses(bands) })],
      measuredOver,
      services: [
        { slug: "beacon", title: "Beacon", locations: [], ...measuredInputs(measured, measuredOver) },
      ],
      language: "da",
    }),
    sealer,
  );
  bundle = await pack(sealed);
});
afterAll(() => database.close());

describe("the bundle of a report", () => {
  it("is identical when computed again from the samples inside", async () => {
    const verdict = await verify(bundle, { publicKey: sealer.publicKey });
    expect(verdict).toMatchObject({ verified: true, faults: [], differences: [], withoutEvidence: [] });
    expect(verdict.told).toMatchObject({ customer: "Acme", cycle: "2026-11", verdict: "breached" });
    expect(sealed.report.parts[0]!.counted_down_ms).toBe(3 * minute);
    expect(bundleWords(verdict)[0]).toContain("Identical");
    expect(await withFile(bundle, looksLikeBundle)).toBe(true);
  });

  it("is identical also in what each location left unobserved, silent when the month begins and within it", async () => {
    const fresh = await openFreshDatabase();
    try {
      const world = await evidenceWorld(fresh.db, t0 - 2 * hour, {
        locations: ["lisbon", "osaka"],
        quorumFail: 1,
      });
      const nothing = (from: number, to: number) => ({ from, to, outcome: "nothing" as const });
      const lisbon = await world.probe("lisbon");
      const osaka = await world.probe("osaka");
      await lisbon.watch(t0 - hour, end + hour);
      await osaka.watch(t0 - hour, end + hour, [
        nothing(t0 - hour / 2, t0 + hour / 2),
        nothing(t0 + hour, t0 + 2 * hour),
        nothing(end - minute, end + minute),
      ]);
      await world.settle(end + hour);
      const lines = await world.export({ from: t0, to: end }, end + hour);
      const measuredOver = { start: t0, end };
      const measure = await loadMeasurements(fresh.db, t0);
      const measured = { title: "Beacon", locations: [], ...measure("beacon", measuredOver, null) };
      const told = (services: (typeof measured)[]) =>
        seal(
          inputs({
            cycle: cycleOf("2026-11", { timeZone: zone, anchorDay: 1 }),
            parts: [part({ startsAt: t0, endsAt: end, clauses: clauses(bands) })],
            measuredOver,
            services,
          }),
          sealer,
        );
      const report = told([measured]);
      const staleMs = 37_500;
      const gaps = [hour / 2, hour + 15_000 - staleMs, minute + 15_000 - staleMs];
      expect(report.report.services[0]!.locations).toMatchObject([
        { location: "lisbon", coverage_percent: "100.000000", observed_ms: 3 * hour },
        { location: "osaka", observed_ms: 3 * hour - gaps.reduce((all, ms) => all + ms), of_ms: 3 * hour },
      ]);
      const bytes = gzipSync(lines.join(""));
      expect(await verify(await pack(report, bytes))).toMatchObject({
        verified: true,
        faults: [],
        differences: [],
        withoutEvidence: [],
      });
      // Whoever hides a silence is told so; a report of before they were kept stays what it was.
      const silences = measured.silences!.map((one) => ({ ...one, silent: [] }));
      const hidden = await verify(await pack(told([{ ...measured, silences }]), bytes));
      expect(hidden.differences.join()).toContain("services.0.locations.1.observed_ms");
      const { silences: _, ...before } = measured;
      const old = told([before]);
      expect(old.report.services[0]!.locations).toEqual([]);
      expect(await verify(await pack(old, bytes))).toMatchObject({ verified: true, differences: [] });
    } finally {
      await fresh.close();
    }
  });

  it("is the same bytes for the same report and evidence", async () => {
    expect(await pack(sealed)).toEqual(bundle);
    expect(Object.keys(unzipSync(bundle))).toContain("report.pdf");
  });

  it.each([
    ["report.pdf", "report.pdf was changed since"],
    ["summary.csv", "summary.csv was changed since"],
    ["evidence/beacon.jsonl.gz", "evidence/beacon.jsonl.gz was changed since"],
  ])("names a changed %s", async (name, words) => {
    const verdict = await verify(tampered({ [name]: strToU8("something else") }));
    expect(verdict.verified).toBe(false);
    expect(verdict.faults.join()).toContain(words);
  });

  it("names a figure that was changed, and that its seal is broken", async () => {
    const report = edited("report.json", '"verdict":"breached"', '"verdict":"met"');
    const verdict = await verify(tampered({ "report.json": report }));
    expect(verdict.faults.join()).toContain("report.json is not what was sealed");
    expect(verdict.differences.some((one) => one.includes('verdict: "met" in the report, "breached"'))).toBe(
      true,
    );
  });

  it("names inputs that are others than the report's, and what they come to", async () => {
    const changed = edited("inputs.json", '"targetPercent":"99.99"', '"targetPercent":"95"');
    const verdict = await verify(tampered({ "inputs.json": changed }));
    expect(verdict.faults.join()).toContain("inputs.json is not what the report was computed from");
    expect(verdict.differences.length).toBeGreaterThan(0);
  });

  it("names what is missing and what was added", async () => {
    const verdict = await verify(tampered({ "seal.json": null, "note.txt": strToU8("hello") }));
    expect(verdict.faults).toEqual(
      expect.arrayContaining(["seal.json is missing", "note.txt was added since the bundle was sealed"]),
    );
  });

  it("tells an issuer that measured otherwise than the samples say, though everything is sealed", async () => {
    const { inputsJson } = sealed;
    const given = JSON.parse(inputsJson) as Parameters<typeof seal>[0];
    const [beacon] = given.services;
    const kind = { ...given, services: [{ ...beacon!, segments: [], outages: [] }] };
    const verdict = await verify(await pack(seal(kind, sealer)));
    expect(verdict.faults).toEqual([]);
    expect(verdict.differences.join("\n")).toContain(
      'result.verdict: "met" in the report, "breached" computed from the samples',
    );
  });

  it("tells another key than the one that is known", async () => {
    const other = openSeal("another secret").publicKey;
    expect((await verify(bundle, { publicKey: other })).faults.join()).toContain("sealed by another key");
  });

  it("says which services have no samples inside", async () => {
    const bare = await reportBundle({ ...sealed, evidence: [] }, (text) => sealText(text, sealer));
    expect(await verify(bare)).toMatchObject({ verified: true, withoutEvidence: ["beacon"] });
  });

  it("refuses what is no archive, and never stumbles over a broken one", async () => {
    await expect(verify(strToU8("PK no archive"))).rejects.toThrow("no archive");
    for (let i = 0; i < bundle.length; i += Math.ceil(bundle.length / 25)) {
      const broken = Uint8Array.from(bundle);
      broken[i]! ^= 0x55;
      const verdict = await verify(broken).catch((error: Error) => error);
      expect(verdict instanceof Error ? verdict.name : "told").toMatch(/UnreadableEvidence|told/);
    }
  });
});

describe("a bundle with answers and solutions", () => {
  const packed = (given = supportInputs()) =>
    reportBundle({ ...seal(given, sealer), evidence: [] }, (text) => sealText(text, sealer));

  it("holds when what it tells of them follows from what it holds", async () => {
    const verdict = await verify(await packed());
    expect(verdict).toMatchObject({ verified: true, faults: [], differences: [] });
    const { promises } = (
      JSON.parse(strFromU8(unzipSync(await packed())["report.json"]!)) as { support: { promises: unknown[] } }
    ).support;
    expect(promises).toHaveLength(6);
  });

  it("that tells a missed promise as kept is found out", async () => {
    const honest = seal(supportInputs(), sealer);
    const json = honest.json.replace('"outcome":"missed"', '"outcome":"met"');
    const lying = { ...honest, json, seal: sealText(json, sealer) };
    const verdict = await verify(
      await reportBundle({ ...lying, evidence: [] }, (text) => sealText(text, sealer)),
    );
    expect(verdict.verified).toBe(false);
    expect(verdict.differences.join()).toMatch(
      /support\.promises\.\d+\.outcome: "met" in the report, "missed"/,
    );
  });
});
