import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeContract } from "../../../../src/domain/sla/settle/contract.ts";
import { buildReport, reportJson } from "../../../../src/domain/sla/report/report.ts";
import { judgePart } from "../../../../src/domain/sla/report/report-part.ts";
import { readExact } from "../../../../src/domain/sla/report/report-values.ts";
import { bands, clauses, fullInputs, inputs, july, part, service } from "../../../support/reports.ts";

const digest = "0".repeat(64);

describe("a report", () => {
  it("says of a month what the arithmetic says of it", () => {
    const given = fullInputs();
    const { terms, evidence } = judgePart(given.parts[0]!, given);
    const { availability, credit } = judgeContract(terms, evidence, july, null);
    const { result, parts } = buildReport(given, digest);
    expect(result).toMatchObject({
      verdict: availability.verdict,
      percent: availability.percent,
      credit_minor: credit!.issuedMinor,
      currency: "DKK",
    });
    expect(parts[0]!.counted_down_ms).toBe(availability.countedDownMs);
  });

  it("is the same bytes for the same inputs, also after they were stored and read again", () => {
    const report = reportJson(buildReport(fullInputs(), digest));
    const stored = JSON.parse(JSON.stringify(fullInputs())) as ReturnType<typeof fullInputs>;
    expect(reportJson(buildReport(stored, digest))).toBe(report);
    expect(JSON.parse(report)).toMatchObject({ format: "fournines-report", revision: 1 });
  });

  it("counts time before anything was observed as unknown", () => {
    const late = { ...service("beacon"), observedFrom: july.start + 3_600_000 };
    const { parts } = buildReport(inputs({ services: [late] }), digest);
    expect(parts[0]).toMatchObject({ unknown_ms: 3_600_000, verdict: "met", sensitive_to_unknown: true });
  });

  it("has no figure for a service that nobody ever asked", () => {
    const { result } = buildReport(inputs({ services: [] }), digest);
    expect(result).toMatchObject({ verdict: "no_data", percent: null, credit_minor: null });
  });

  it("tells every revision with what it adjusts", () => {
    const first = {
      revision: 1,
      issuedAt: july.end,
      reason: "",
      author: "maja",
      approver: null,
      sha256: "a".repeat(64),
      percent: "99.989733",
      verdict: "breached",
      creditMinor: 10_000,
    };
    const given = fullInputs({
      earlier: [first],
      issue: {
        revision: 2,
        issuedAt: july.end + 1,
        reason: "late samples",
        author: "maja",
        approver: "jonas",
      },
    });
    const { revisions, result } = buildReport(given, digest);
    expect(
      revisions.map(({ revision, supersedes, adjustment_minor }) => [revision, supersedes, adjustment_minor]),
    ).toEqual([
      [1, null, 10_000],
      [2, 1, result.credit_minor! - 10_000],
    ]);
  });

  it("splits a cycle into parts with budgets of their own, and is breached when one is", () => {
    const middle = july.start + 15 * 86_400_000;
    const { parts, result } = buildReport(
      inputs({
        parts: [
          part({ endsAt: middle, clauses: clauses(bands) }),
          part({ version: 2, startsAt: middle, clauses: clauses({ ...bands, targetPercent: "99.9" }) }),
        ],
      }),
      digest,
    );
    expect(parts.map(({ verdict }) => verdict)).toEqual(["breached", "met"]);
    expect(result.verdict).toBe("breached");
    expect(result.credit_minor).toBe(40_000);
  });

  const minuteRules = ["exact_ms", "minute_any", "minute_majority", "minute_full"] as const;
  const months = fc.record({
    granularity: fc.constantFrom(...minuteRules),
    unknown: fc.constantFrom("up" as const, "down" as const, "remove" as const),
    minOutageMs: fc.constantFrom(0, 30_000, 120_000),
    degradedWeightPpm: fc.constantFrom(0, 300_000),
    denominator: fc.constantFrom("keep" as const, "remove" as const),
    lengths: fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 7_000_000 }),
        fc.integer({ min: 1, max: 400_000 }),
        fc.constantFrom("down" as const, "unknown" as const, "degraded" as const),
      ),
      { maxLength: 12 },
    ),
    window: fc.tuple(fc.integer({ min: 0, max: 40_000_000 }), fc.integer({ min: 1, max: 3_600_000 })),
  });

  function monthOf({
    lengths,
    window,
    denominator,
    ...terms
  }: typeof months extends fc.Arbitrary<infer M> ? M : never) {
    let from = july.start;
    const segments = lengths.map(([gap, length, state]) => {
      const start = from + gap;
      from = start + length;
      return { start, end: from, state };
    });
    const beacon = { ...service("beacon"), segments };
    return inputs({
      services: [beacon],
      parts: [
        part({
          clauses: clauses({
            ...terms,
            maintenance: { ...clauses().maintenance, exclude: true, denominator },
          }),
        }),
      ],
      windows: [
        {
          id: "w",
          title: "w",
          start: july.start + window[0],
          end: july.start + window[0] + window[1],
          announcedAt: july.start - 1,
          services: "*",
          author: "maja",
        },
      ],
    });
  }

  it("adds up: the steps come to the denominator and to the downtime that counts", () => {
    fc.assert(
      fc.property(months, (month) => {
        const [told] = buildReport(monthOf(month), digest).parts;
        const { eligible, downtime } = told!.subtraction;
        const total = (steps: typeof eligible) =>
          steps.slice(0, -1).reduce((all, { ms }) => {
            const exact = readExact(ms);
            return typeof exact === "number"
              ? all + exact * 1_000_000
              : all + Number((exact.numerator * 1_000_000n) / exact.denominator);
          }, 0);
        const scaled = (ms: number | string) =>
          total([
            { step: "", ms },
            { step: "", ms: 0 },
          ]);
        expect(total(eligible)).toBe(told!.eligible_ms * 1_000_000);
        expect(total(downtime)).toBe(scaled(told!.counted_down_ms));
      }),
      { numRuns: 150 },
    );
  });

  it("spends all service hours of a service: up, degraded, down, unknown or excluded", () => {
    fc.assert(
      fc.property(months, (month) => {
        const { times } = buildReport(monthOf(month), digest).services[0]!;
        expect(Object.values(times).reduce((all, ms) => all + ms, 0)).toBe(july.end - july.start);
        expect(Math.min(...Object.values(times))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  it("is byte-identical whenever it is computed again", () => {
    fc.assert(
      fc.property(months, (month) => {
        const stored = JSON.parse(JSON.stringify(monthOf(month))) as ReturnType<typeof monthOf>;
        expect(reportJson(buildReport(stored, digest))).toBe(reportJson(buildReport(monthOf(month), digest)));
      }),
      { numRuns: 50 },
    );
  });
});
