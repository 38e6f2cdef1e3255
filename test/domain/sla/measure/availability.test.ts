import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outage } from "../../../../src/domain/monitoring/outage.ts";
import { readingStates, segmentsFrom } from "../../../../src/domain/monitoring/timeline.ts";
import { availability, type CycleAvailability } from "../../../../src/domain/sla/measure/availability.ts";
import type { CycleQuestion } from "../../../../src/domain/sla/measure/cycle-times.ts";
import type { Commitment } from "../../../../src/domain/sla/measure/commitment.ts";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { percentHalfUp } from "../../../../src/domain/sla/figures/ratio.ts";
import type { CoveredService } from "../../../../src/domain/sla/measure/measured-time.ts";
import { type Exact, sum as sumOf } from "../../../../src/domain/sla/figures/exact.ts";
import type { MeasuredSegment } from "../../../../src/domain/sla/measure/roll-up.ts";
import { cycleOf, cyclesBetween } from "../../../../src/domain/time/billing-cycle.ts";

const at = Date.parse;
const hourMs = 3_600_000;
const utc = commitmentFrom({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 });
const copenhagen = { ...utc, timeZone: "Europe/Copenhagen" };

const service = (...segments: MeasuredSegment[]): CoveredService => ({
  segments,
  outages: [],
  observedFrom: null,
});
const stretch = (state: MeasuredSegment["state"], start: string, end: string | null): MeasuredSegment => ({
  state,
  start: at(start),
  end: end === null ? null : at(end),
});
const down = (start: string, end: string | null) => stretch("down", start, end);
const unknown = (start: string, end: string | null) => stretch("unknown", start, end);
const inCycle = (label: string, rule: Commitment, more: Partial<CycleQuestion> = {}): CycleQuestion => ({
  cycle: cycleOf(label, rule),
  startsAt: null,
  endsAt: null,
  asOf: null,
  ...more,
});
const budgetOf = (allowedMs: number, leftMs: number) => expect.objectContaining({ allowedMs, leftMs });

describe("worked examples", () => {
  interface Example {
    title: string;
    commitment?: Commitment;
    cycle: string;
    services: CoveredService[];
    question?: Partial<CycleQuestion>;
    expected: Partial<CycleAvailability>;
    halfUp?: string;
  }
  const examples: Example[] = [
    {
      title: "one ms over the threshold is breached, although rounded it would read 99.990000",
      cycle: "2026-04",
      services: [service(down("2026-04-10T10:00:00Z", "2026-04-10T10:04:19.201Z"))],
      expected: {
        period: { start: at("2026-04-01T00:00:00Z"), end: at("2026-05-01T00:00:00Z") },
        fullCycleMs: 2_592_000_000,
        provisional: false,
        eligibleMs: 2_592_000_000,
        rawDownMs: 259_201,
        unknownMs: 0,
        countedDownMs: 259_201,
        percent: "99.989999",
        bounds: { low: "99.989999", high: "99.989999" },
        edges: { low: "99.989999", high: "99.989999" },
        coveragePercent: "100.000000",
        budget: budgetOf(259_200, -1),
        bestCasePercent: null,
        verdict: "breached",
        sensitiveToUnknown: false,
        edgesDecide: false,
      },
      halfUp: "99.990000",
    },
    {
      title: "March in Copenhagen has 743 hours, and a budget for 743",
      commitment: copenhagen,
      cycle: "2026-03",
      services: [service(down("2026-03-10T10:00:00Z", "2026-03-10T10:04:27.840Z"))],
      expected: {
        period: { start: at("2026-02-28T23:00:00Z"), end: at("2026-03-31T22:00:00Z") },
        eligibleMs: 2_674_800_000,
        percent: "99.989986",
        budget: budgetOf(267_480, -360),
        verdict: "breached",
      },
      halfUp: "99.989987",
    },
    {
      title: "two of three down, unknown only where the third could have been the second",
      commitment: { ...utc, rollUp: { kind: "k_of_n", k: 2 } },
      cycle: "2026-04",
      services: [
        service(down("2026-04-10T10:00:00Z", "2026-04-10T10:03:20Z")),
        service(down("2026-04-10T10:01:00Z", "2026-04-10T10:02:40Z")),
        service(unknown("2026-04-10T10:02:00Z", "2026-04-10T10:03:30Z")),
      ],
      expected: {
        rawDownMs: 100_000,
        unknownMs: 40_000,
        countedDownMs: 100_000,
        percent: "99.996141",
        bounds: { low: "99.994598", high: "99.996141" },
        budget: budgetOf(259_200, 159_200),
        verdict: "met",
        sensitiveToUnknown: false,
      },
      halfUp: "99.996142",
    },
    {
      title: "three unknown hours removed from the denominator, and not from the bounds",
      commitment: { ...utc, unknown: "remove" },
      cycle: "2026-04",
      services: [
        service(
          unknown("2026-04-10T00:00:00Z", "2026-04-10T03:00:00Z"),
          down("2026-04-20T10:00:00Z", "2026-04-20T10:02:00Z"),
        ),
      ],
      expected: {
        eligibleMs: 2_581_200_000,
        elapsedMs: 2_592_000_000,
        unknownMs: 10_800_000,
        countedDownMs: 120_000,
        percent: "99.995350",
        bounds: { low: "99.578703", high: "99.995370" },
        coveragePercent: "99.583333",
        budget: budgetOf(258_120, 138_120),
        verdict: "met",
        sensitiveToUnknown: true,
      },
      halfUp: "99.995351",
    },
    {
      title: "a running month with an outage still open",
      commitment: copenhagen,
      cycle: "2026-11",
      services: [service(down("2026-11-22T01:20:00Z", null))],
      question: { asOf: at("2026-11-22T01:23:00Z") },
      expected: {
        period: { start: at("2026-10-31T23:00:00Z"), end: at("2026-11-30T23:00:00Z") },
        provisional: true,
        eligibleMs: 1_822_980_000,
        countedDownMs: 180_000,
        percent: "99.990126",
        bounds: { low: "99.990126", high: "99.990126" },
        budget: budgetOf(259_200, 79_200),
        bestCasePercent: "99.993055",
        verdict: "on_track",
      },
    },
    {
      title: "two outages in July within the budget",
      cycle: "2026-07",
      services: [
        service(
          down("2026-07-03T00:00:00Z", "2026-07-03T00:01:40Z"),
          down("2026-07-31T23:57:30Z", "2026-08-01T00:00:00Z"),
        ),
      ],
      expected: {
        eligibleMs: 2_678_400_000,
        countedDownMs: 250_000,
        percent: "99.990666",
        budget: budgetOf(267_840, 17_840),
        verdict: "met",
      },
    },
    {
      title: "five minutes in March in Copenhagen",
      commitment: copenhagen,
      cycle: "2026-03",
      services: [service(down("2026-03-10T10:00:00Z", "2026-03-10T10:05:00Z"))],
      expected: { percent: "99.988784", budget: budgetOf(267_480, -32_520), verdict: "breached" },
    },
    {
      title: "an hour nobody measured and ninety seconds down",
      cycle: "2026-06",
      services: [
        service(
          unknown("2026-06-02T00:00:00Z", "2026-06-02T01:00:00Z"),
          down("2026-06-09T00:00:00Z", "2026-06-09T00:01:30Z"),
        ),
      ],
      expected: {
        percent: "99.996527",
        bounds: { low: "99.857638", high: "99.996527" },
        verdict: "met",
        sensitiveToUnknown: true,
      },
    },
    {
      title: "by the exact ms, an outage across two minutes is as long as it was",
      cycle: "2026-06",
      services: [service(down("2026-06-09T08:15:20Z", "2026-06-09T08:17:05Z"))],
      expected: { countedDownMs: 105_000 },
    },
  ];

  test.each(examples)("$title", ({ commitment = utc, cycle, services, question, expected, halfUp }) => {
    const result = availability(services, commitment, inCycle(cycle, commitment, question));
    expect(result).toMatchObject(expected);
    if (halfUp !== undefined) {
      expect(percentHalfUp(result.eligibleMs, result.countedDownMs, 6)).toBe(halfUp);
    }
  });
});

describe("the cycle", () => {
  test("is clipped to the commitment; downtime outside does not count and the budget shrinks with it", () => {
    const outage = service(down("2026-04-10T23:00:00Z", "2026-04-11T01:00:00Z"));
    const result = availability(
      [outage],
      utc,
      inCycle("2026-04", utc, { startsAt: at("2026-04-11T00:00:00Z"), endsAt: at("2026-04-21T00:00:00Z") }),
    );
    expect(result).toMatchObject({
      eligibleMs: 240 * hourMs,
      fullCycleMs: 720 * hourMs,
      countedDownMs: hourMs,
      budget: budgetOf(86_400, 86_400 - hourMs),
    });
  });

  test.each([
    ["one ms before its end", -1, true, "on_track"],
    ["at its end", 0, false, "met"],
  ] as const)("seen %s", (_, offMs, provisional, verdict) => {
    const asOf = at("2026-05-01T00:00:00Z") + offMs;
    expect(availability([service()], utc, inCycle("2026-04", utc, { asOf }))).toMatchObject({
      provisional,
      verdict,
    });
  });

  test("is final as soon as the commitment has ended within it", () => {
    const ended = { endsAt: at("2026-04-21T00:00:00Z"), asOf: at("2026-04-22T00:00:00Z") };
    expect(availability([service()], utc, inCycle("2026-04", utc, ended)).provisional).toBe(false);
  });

  test("takes an outage that is open without an end of observation to last to the end of the cycle", () => {
    const result = availability([service(down("2026-04-30T23:00:00Z", null))], utc, inCycle("2026-04", utc));
    expect(result.countedDownMs).toBe(hourMs);
  });

  test("is breached as soon as the whole cycle's budget is gone, on elapsed time that is still short", () => {
    const result = (lengthMs: number) =>
      availability(
        [
          service({
            state: "down",
            start: at("2026-04-02T00:00:00Z"),
            end: at("2026-04-02T00:00:00Z") + lengthMs,
          }),
        ],
        utc,
        inCycle("2026-04", utc, { asOf: at("2026-04-03T00:00:00Z") }),
      ).verdict;
    expect(result(259_200)).toBe("on_track");
    expect(result(259_201)).toBe("breached");
  });
});

describe("without anything to judge", () => {
  const april = (commitment: Commitment, segments: MeasuredSegment[], more: Partial<CycleQuestion> = {}) =>
    availability([service(...segments)], commitment, inCycle("2026-04", commitment, more));
  const never = unknown("2026-03-01T00:00:00Z", null);

  test("a cycle in which nothing was measured has no percentage, with or without a target", () => {
    for (const commitment of [utc, { ...utc, target: null }, { ...utc, unknown: "remove" as const }]) {
      expect(april(commitment, [never])).toMatchObject({
        percent: null,
        verdict: "no_data",
        coveragePercent: "0.000000",
        edgesDecide: false,
      });
    }
  });

  test("but unmeasured time that counts as downtime is judged", () => {
    expect(april({ ...utc, unknown: "down" }, [never])).toMatchObject({
      percent: "0.000000",
      verdict: "breached",
    });
  });

  test("one measured ms is enough", () => {
    const almost = unknown("2026-03-01T00:00:00Z", "2026-04-30T23:59:59.999Z");
    expect(april(utc, [almost])).toMatchObject({
      percent: "100.000000",
      verdict: "met",
      sensitiveToUnknown: true,
    });
  });

  test("a cycle that has not begun, or that the commitment does not touch, has no data and no bounds", () => {
    for (const more of [{ asOf: at("2026-04-01T00:00:00Z") }, { startsAt: at("2026-06-01T00:00:00Z") }]) {
      expect(april(utc, [], more)).toMatchObject({
        elapsedMs: 0,
        percent: null,
        bounds: { low: null, high: null },
        coveragePercent: null,
        bestCasePercent: null,
        verdict: "no_data",
        sensitiveToUnknown: false,
      });
    }
  });

  test("a percentage without a target stands alone", () => {
    const outage = down("2026-04-10T10:00:00Z", "2026-04-10T11:00:00Z");
    expect(april({ ...utc, target: null }, [outage])).toMatchObject({
      percent: "99.861111",
      verdict: "no_target",
      budget: null,
      sensitiveToUnknown: false,
    });
  });
});

describe("the edges of an outage", () => {
  const outage: Outage = {
    start: at("2026-04-10T10:00:00Z"),
    end: at("2026-04-10T10:04:15Z"),
    lastOkBeforeAt: at("2026-04-10T09:59:55Z"),
    lastFailAt: at("2026-04-10T10:04:10Z"),
    firstOkAfterAt: at("2026-04-10T10:04:15Z"),
  };
  const seen: CoveredService = {
    segments: [{ state: "down", start: outage.start, end: outage.end }],
    outages: [outage],
    observedFrom: null,
  };

  test("bound the percentage, and decide the verdict where they lie on both sides of the target", () => {
    expect(availability([seen], utc, inCycle("2026-04", utc))).toMatchObject({
      countedDownMs: 255_000,
      percent: "99.990162",
      edges: { low: "99.989969", high: "99.990354" },
      verdict: "met",
      edgesDecide: true,
      sensitiveToUnknown: false,
    });
  });

  test("decide nothing where both lie on one side", () => {
    const strict = { ...copenhagen, target: commitmentFrom({ ...utc, targetPercent: "99.9" }).target };
    expect(availability([seen], strict, inCycle("2026-04", strict)).edgesDecide).toBe(false);
  });

  test("are the figure that counts where a commitment says so", () => {
    const counted = (outageFigure: Commitment["outageFigure"]) =>
      availability([seen], { ...utc, outageFigure }, inCycle("2026-04", utc)).countedDownMs;
    expect([counted("lower"), counted("observed"), counted("upper")]).toEqual([250_000, 255_000, 260_000]);
  });
});

describe("for any measurements", () => {
  // A cycle of 200 ms, so that every edge is hit often.
  const cycle = { start: 0, end: 200 };
  const timelines = fc
    .array(fc.record({ at: fc.integer({ min: -20, max: 220 }), state: fc.constantFrom(...readingStates) }), {
      maxLength: 8,
    })
    .map((changes) =>
      segmentsFrom([{ at: -50, state: "up" as const }, ...changes.sort((a, b) => a.at - b.at)], {
        start: -50,
        end: 250,
      }),
    );
  const services = fc.array(
    timelines.map((segments) => service(...segments)),
    { minLength: 1, maxLength: 3 },
  );
  const commitments = fc
    .record({
      targetPercent: fc.constantFrom("99.99", "90", "50", "100"),
      unknown: fc.constantFrom("up", "down", "remove"),
      kind: fc.constantFrom("any_down", "all_down"),
    })
    .map(({ targetPercent, unknown, kind }): Commitment => ({
      ...commitmentFrom({ targetPercent, timeZone: "UTC", anchorDay: 1 }),
      unknown,
      rollUp: { kind },
    }));
  const asOfs = fc.option(fc.integer({ min: 1, max: 220 }));
  const ask = (of: readonly CoveredService[], commitment: Commitment, more: Partial<CycleQuestion> = {}) =>
    availability(of, commitment, { cycle, startsAt: null, endsAt: null, asOf: null, ...more });

  test("every figure is what counting one ms after another comes to", () => {
    const clips = fc.option(fc.integer({ min: -20, max: 220 }));
    fc.assert(
      fc.property(services, commitments, asOfs, clips, clips, (of, commitment, asOf, startsAt, endsAt) => {
        const result = ask(of, commitment, { asOf, startsAt, endsAt });
        const counts = { elapsedMs: 0, eligibleMs: 0, rawDownMs: 0, unknownMs: 0, countedDownMs: 0 };
        const needed = commitment.rollUp.kind === "all_down" ? of.length : 1;
        for (let ms = 0; ms < 200; ms++) {
          if (ms < (startsAt ?? 0) || ms >= (endsAt ?? 200) || (result.provisional && ms >= asOf!)) {
            continue;
          }
          const states = of.map(
            ({ segments }) =>
              segments.find(({ start, end }) => start <= ms && ms < (end ?? asOf ?? 200))?.state ?? "up",
          );
          const isDown = states.filter((state) => state === "down").length >= needed;
          const isUnknown =
            !isDown && states.filter((state) => state === "down" || state === "unknown").length >= needed;
          counts.elapsedMs += 1;
          counts.eligibleMs += isUnknown && commitment.unknown === "remove" ? 0 : 1;
          counts.rawDownMs += isDown ? 1 : 0;
          counts.unknownMs += isUnknown ? 1 : 0;
          counts.countedDownMs += isDown || (isUnknown && commitment.unknown === "down") ? 1 : 0;
        }
        expect(result).toMatchObject(counts);
      }),
    );
  });

  test("low bound <= percentage <= high bound when unknown time is not removed", () => {
    fc.assert(
      fc.property(services, commitments, asOfs, (of, commitment, asOf) => {
        fc.pre(commitment.unknown !== "remove");
        const { percent, bounds } = ask(of, commitment, { asOf });
        fc.pre(percent !== null);
        expect(Number(bounds.low)).toBeLessThanOrEqual(Number(percent));
        expect(Number(percent)).toBeLessThanOrEqual(Number(bounds.high));
      }),
    );
  });

  test("a commitment is kept exactly when budget is left", () => {
    fc.assert(
      fc.property(services, commitments, asOfs, (of, commitment, asOf) => {
        const { verdict, budget } = ask(of, commitment, { asOf });
        fc.pre(verdict !== "no_data");
        expect(verdict !== "breached").toBe(budget!.leftMs >= 0);
      }),
    );
  });

  test("the best case is never below the percentage to date and breached when it misses the target", () => {
    fc.assert(
      fc.property(services, commitments, fc.integer({ min: 1, max: 199 }), (of, commitment, asOf) => {
        const { verdict, percent, bestCasePercent } = ask(of, commitment, { asOf });
        fc.pre(verdict !== "no_data");
        expect(Number(bestCasePercent)).toBeGreaterThanOrEqual(Number(percent));
        expect(verdict === "breached").toBe(Number(bestCasePercent) < Number(commitment.target!.percent));
      }),
    );
  });

  test("the parts of a split cycle add up to the whole", () => {
    fc.assert(
      fc.property(services, commitments, fc.integer({ min: 1, max: 199 }), (of, commitment, cut) => {
        const whole = ask(of, commitment);
        const before = ask(of, commitment, { endsAt: cut });
        const after = ask(of, commitment, { startsAt: cut });
        for (const figure of ["eligibleMs", "rawDownMs", "unknownMs", "countedDownMs"] as const) {
          expect(sumOf(before[figure], after[figure])).toBe(whole[figure]);
        }
      }),
    );
  });

  test("the order of services and segments, and where a stretch is cut in two, change nothing", () => {
    fc.assert(
      fc.property(
        services,
        commitments,
        asOfs,
        fc.integer({ min: -20, max: 220 }),
        (of, commitment, asOf, cut) => {
          const shuffled = [...of].reverse().map(({ segments }) =>
            service(
              ...segments
                .flatMap((segment) =>
                  segment.start < cut && cut < segment.end!
                    ? [
                        { ...segment, end: cut },
                        { ...segment, start: cut },
                      ]
                    : [segment],
                )
                .reverse(),
            ),
          );
          expect(ask(shuffled, commitment, { asOf })).toEqual(ask(of, commitment, { asOf }));
        },
      ),
    );
  });

  test("more downtime never raises the percentage", () => {
    fc.assert(
      fc.property(
        services,
        commitments,
        fc.nat({ max: 199 }),
        fc.integer({ min: 1, max: 100 }),
        (of, commitment, start, lengthMs) => {
          const end = start + lengthMs;
          const [first, ...others] = of;
          const worse = service(
            ...first!.segments.flatMap((segment) => [
              ...(segment.start < start ? [{ ...segment, end: Math.min(segment.end!, start) }] : []),
              ...(segment.end! > end ? [{ ...segment, start: Math.max(segment.start, end) }] : []),
            ]),
            { state: "down", start, end },
          );
          const [before, after] = [ask(of, commitment), ask([worse, ...others], commitment)];
          fc.pre(before.percent !== null && after.percent !== null);
          expect(Number(after.percent)).toBeLessThanOrEqual(Number(before.percent));
        },
      ),
    );
  });

  test("shorter outages never lower and longer ones never raise the percentage", () => {
    const outages = fc
      .array(fc.integer({ min: 1, max: 199 }), { minLength: 4, maxLength: 4 })
      .map((instants) => instants.sort((a, b) => a - b) as [number, number, number, number])
      .map(([lastOkBeforeAt, start, lastFailAt, end]) => ({
        lastOkBeforeAt,
        start,
        lastFailAt,
        end,
        firstOkAfterAt: end,
      }))
      .filter(({ start, end }) => start < end);
    fc.assert(
      fc.property(outages, timelines, commitments, (outage, other, commitment) => {
        const hit: CoveredService = {
          ...service({ state: "down", start: outage.start, end: outage.end }),
          outages: [outage],
        };
        const { percent, edges } = ask([hit, service(...other)], commitment);
        fc.pre(percent !== null && edges.low !== null && edges.high !== null);
        expect(Number(edges.low)).toBeLessThanOrEqual(Number(percent));
        expect(Number(percent)).toBeLessThanOrEqual(Number(edges.high));
      }),
    );
  });

  test("the cycles of a year add up to the year", () => {
    const year = { start: at("2025-12-31T23:00:00Z"), end: at("2026-12-31T23:00:00Z") };
    const stretches = fc
      .uniqueArray(fc.integer({ min: year.start, max: year.end }), { maxLength: 8 })
      .map((cuts) =>
        cuts
          .sort((a, b) => a - b)
          .flatMap((start, i, all) =>
            i % 2 === 0 ? [{ state: "down" as const, start, end: all[i + 1] ?? year.end }] : [],
          ),
      );
    const months = cyclesBetween(year.start, year.end, copenhagen);
    fc.assert(
      fc.property(stretches, (segments) => {
        const askFor = (of: CycleQuestion["cycle"]) =>
          availability([service(...segments)], copenhagen, {
            cycle: of,
            startsAt: null,
            endsAt: null,
            asOf: null,
          });
        const parts = months.map(askFor);
        const sum = (figure: "eligibleMs" | "countedDownMs") =>
          parts.reduce<Exact>((total, part) => sumOf(total, part[figure]), 0);
        expect(months).toHaveLength(12);
        expect(sum("eligibleMs")).toBe(askFor(year).eligibleMs);
        expect(sum("countedDownMs")).toBe(askFor(year).countedDownMs);
      }),
    );
  });
});
