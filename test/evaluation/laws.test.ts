/** The laws of the arithmetic, for any case: what must hold whatever was measured and whatever was agreed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, sum, type Exact } from "../../src/domain/sla/figures/exact.ts";
import { anyCase, evaluate, toInput } from "./cases.ts";
import type { OracleCase } from "./oracle.ts";

type Contract = OracleCase["contract"];

const runs = { numRuns: 70 };
const ask = (given: OracleCase) => evaluate("availability", toInput(given));
const under = (given: OracleCase, clauses: Partial<Contract>): OracleCase => ({
  ...given,
  contract: { ...given.contract, ...clauses },
});
/** A figure of a result, exact again. */
const figure = (result: Record<string, unknown>, name: string): Exact => {
  const value = result[name] as number | string;
  if (typeof value === "number") {
    return value;
  }
  const [numerator, denominator] = value.split("/");
  return { numerator: BigInt(numerator!), denominator: BigInt(denominator!) };
};
const counted = (given: OracleCase) => figure(ask(given), "counted_down_ms");
const percent = (result: Record<string, unknown>) => result.availability_percent_floor6 as string | null;
const whole = (given: OracleCase) => under({ ...given, as_of: null }, { starts_at: null, ends_at: null });
/** Degraded and short downtime can trade places elsewhere: turning degraded into downtime that does not count would help. */
const isMonotone = ({ contract }: OracleCase) =>
  contract.degraded_weight_ppm === 0 ||
  ((contract.granularity === "exact_ms" || contract.granularity === "minute_any") &&
    contract.min_outage_ms === 0);
const notWeighted = anyCase.map((given) =>
  given.contract.rollup === "weighted" ? under(given, { rollup: "any_down" }) : given,
);

describe("the parts of a cycle", () => {
  test("add up exactly, wherever it is split", () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 1, max: 43_199 }), (some, minutes) => {
        const given = under(whole(some), { granularity: "exact_ms" });
        const cut = new Date(Date.parse("2026-04-01T00:00:00Z") + minutes * 60_000).toISOString();
        const parts = [under(given, { ends_at: cut }), under(given, { starts_at: cut })].map(ask);
        const all = ask(given);
        for (const name of [
          "eligible_ms",
          "raw_down_ms",
          "excluded_down_ms",
          "unknown_ms",
          "counted_down_ms",
        ]) {
          expect(compare(sum(figure(parts[0]!, name), figure(parts[1]!, name)), figure(all, name))).toBe(0);
        }
      }),
      runs,
    );
  });
});

describe("nothing changes", () => {
  test("when services, segments, corrections, windows and exclusions come in another order", () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        // Only the order of listing tells these apart, so here it may not matter.
        const { corrections, maintenance_windows: windows } = given;
        fc.pre(new Set(corrections.map(({ recorded_at }) => recorded_at)).size === corrections.length);
        fc.pre(new Set(windows.map(({ start }) => start)).size === windows.length);
        const turned = {
          ...given,
          services: given.services
            .map((service) => ({ ...service, segments: service.segments.toReversed() }))
            .reverse(),
          corrections: corrections.toReversed(),
          maintenance_windows: windows.toReversed(),
          exclusions: given.exclusions.toReversed(),
        };
        expect(ask(turned)).toEqual(ask(given));
      }),
      runs,
    );
  });

  test("when a segment is cut into two that touch", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (given, where) => {
        const cutInTwo = {
          ...given,
          services: given.services.map((service) => ({
            ...service,
            segments: service.segments.flatMap((segment) => {
              const start = Date.parse(segment.start);
              // An open one lasts to as_of, or to the end of its cycle: told until later, it would say more (section 9).
              const end = Date.parse(segment.end ?? given.as_of ?? "2026-04-30T00:00:00Z");
              const cut = start + 1 + (where % Math.max(1, end - start - 1));
              return cut < end
                ? [
                    { ...segment, end: new Date(cut).toISOString() },
                    { ...segment, start: new Date(cut).toISOString() },
                  ]
                : [segment];
            }),
          })),
        };
        expect(ask(cutInTwo)).toEqual(ask(given));
      }),
      runs,
    );
  });

  test("when the same input is computed again: the bytes are the same", () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const again = JSON.parse(JSON.stringify(given)) as OracleCase;
        expect(JSON.stringify(ask(again))).toBe(JSON.stringify(ask(given)));
      }),
      { numRuns: 20 },
    );
  });
});

describe("the percentage", () => {
  const stretches = fc
    .tuple(
      fc.integer({ min: -300_000, max: 300_000 }),
      fc.integer({ min: 1, max: 300_000 }),
      fc.nat({ max: 2 }),
    )
    .map(([off, lengthMs, i]) => ({ start: Date.parse("2026-04-10T10:00:00Z") + off, lengthMs, i }));

  test("is never raised by more downtime", () => {
    fc.assert(
      fc.property(anyCase, stretches, (some, { start, lengthMs, i }) => {
        const given = under(some, {
          unknown: some.contract.unknown === "remove" ? "up" : some.contract.unknown,
        });
        fc.pre(isMonotone(given));
        const worse = {
          ...given,
          corrections: [
            ...given.corrections,
            {
              service: given.services[i % given.services.length]!.id,
              state: "down",
              start: new Date(start).toISOString(),
              end: new Date(start + lengthMs).toISOString(),
              recorded_at: "2026-12-31T00:00:00.000Z",
            },
          ],
        };
        const [before, after] = [percent(ask(given)), percent(ask(worse))];
        fc.pre(before !== null && after !== null);
        expect(Number(after)).toBeLessThanOrEqual(Number(before));
      }),
      runs,
    );
  });

  test("lies between the two bounds, whichever way unknown time is read", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom("up", "down"), (some, unknown) => {
        const given = under(some, { unknown });
        fc.pre(isMonotone(given));
        const result = ask(given);
        const bounds = result.bounds_percent_floor6 as { low: string; high: string };
        fc.pre(percent(result) !== null);
        expect(Number(bounds.low)).toBeLessThanOrEqual(Number(percent(result)));
        expect(Number(percent(result))).toBeLessThanOrEqual(Number(bounds.high));
      }),
      runs,
    );
  });

  test("is a promise kept exactly when budget remains (whole downtime, no rounding)", () => {
    fc.assert(
      fc.property(anyCase, (some) => {
        const given = under(some, {
          verdict_rounding: null,
          target_percent: some.contract.target_percent ?? "99.99",
        });
        const result = ask(given);
        fc.pre(result.verdict !== "no_data" && typeof result.budget_remaining_ms === "number");
        expect(result.verdict !== "breached").toBe((result.budget_remaining_ms as number) >= 0);
      }),
      runs,
    );
  });

  test("reads 100.000000 only without any downtime", () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const result = ask(given);
        fc.pre(percent(result) !== null);
        expect(percent(result) === "100.000000").toBe(result.counted_down_ms === 0);
      }),
      runs,
    );
  });
});

describe("counted downtime", () => {
  test("by full minutes is at most that by the ms, and by any minutes at least", () => {
    fc.assert(
      fc.property(notWeighted, (given) => {
        const by = (granularity: string) => counted(under(given, { granularity }));
        const [full, majority, exact, any] = [
          by("minute_full"),
          by("minute_majority"),
          by("exact_ms"),
          by("minute_any"),
        ];
        expect(compare(full, exact)).toBeLessThanOrEqual(0);
        expect(compare(exact, any)).toBeLessThanOrEqual(0);
        expect(compare(full, majority)).toBeLessThanOrEqual(0);
        expect(compare(majority, any)).toBeLessThanOrEqual(0);
      }),
      runs,
    );
  });

  test("of any service down is at least, and of all services down at most, that of each service", () => {
    fc.assert(
      fc.property(notWeighted, fc.constantFrom("up", "down"), (some, unknown) => {
        const given = under(some, { unknown, granularity: "exact_ms", degraded_weight_ppm: 0, k: null });
        const [any, all] = [
          counted(under(given, { rollup: "any_down" })),
          counted(under(given, { rollup: "all_down" })),
        ];
        for (const service of given.services) {
          const alone = counted({
            ...under(given, { rollup: "any_down" }),
            services: [service],
          });
          expect(compare(any, alone)).toBeGreaterThanOrEqual(0);
          expect(compare(all, alone)).toBeLessThanOrEqual(0);
        }
      }),
      runs,
    );
  });

  test("of k of n services, with k = n, is that of all of them under either name", () => {
    fc.assert(
      fc.property(notWeighted, (given) => {
        const k = given.services.length;
        expect(ask(under(given, { rollup: "k_of_n", k }))).toEqual(
          ask(under(given, { rollup: "all_down", k: null })),
        );
      }),
      runs,
    );
  });

  test("with equal weights and one service is that of the service", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom("up", "down"), (some, unknown) => {
        const given = {
          ...under(some, { unknown, granularity: "exact_ms", min_outage_ms: 0, k: null }),
          services: some.services.slice(0, 1),
        };
        expect(ask(under(given, { rollup: "weighted" }))).toEqual(ask(under(given, { rollup: "any_down" })));
      }),
      runs,
    );
  });
});
