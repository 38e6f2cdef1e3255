/**
 * Cases for evaluations: a contract of Acme over Beacon with nothing special in it, into which a test puts what it is about; and any
 * cases at all, crowded around a few instants so that every edge meets every other.
 */
import fc from "fast-check";
import { answerTo, evaluateCase } from "../../src/evaluation/cases.ts";
import type { OracleCase } from "./oracle.ts";

type Json = Record<string, unknown>;

export const terms = {
  timezone: "UTC",
  cycle_anchor_day: 1,
  starts_at: null,
  ends_at: null,
  target_percent: "99.99",
  rollup: "any_down",
  k: null,
  degraded_weight_ppm: 0,
  granularity: "exact_ms",
  min_outage_ms: 0,
  unknown: "up",
  maintenance: {
    exclude: false,
    min_notice_ms: 0,
    max_window_ms: null,
    over_cap: "truncate",
    max_per_quarter: null,
    outside_hours_of: null,
    denominator: "keep",
  },
  service_hours: null,
  verdict_rounding: null,
  credit: null,
} as const;

export const creditTerms = {
  model: "bands",
  bands: [
    { below: "99.99", percent: "10" },
    { below: "99.0", percent: "25" },
    { below: "95.0", percent: "100" },
  ],
  multiplier: "1",
  affected_ratio: "1",
  fee_minor: 400_000,
  currency: "DKK",
  proration: "by_time",
  rounding: "half_even",
  cap_percent: null,
  min_credit_minor: null,
  rolling_cap_minor: null,
  prior_credits_minor: 0,
} as const;

/** A stretch of a day in June 2026 (or of any instant that is written whole), for segments, windows and exclusions. */
export function stretch(start: string, end: string | null, more: Json = {}): Json {
  return { ...more, start: june(start), end: end === null ? null : june(end) };
}

export const down = (start: string, end: string | null) => stretch(start, end, { state: "down" });
export const degraded = (start: string, end: string | null) => stretch(start, end, { state: "degraded" });
export const unknown = (start: string, end: string | null) => stretch(start, end, { state: "unknown" });

/** "09 08:15:20" → "2026-06-09T08:15:20.000Z"; a whole instant stays. */
export function june(text: string): string {
  const parts = /^(\d\d) (\d\d:\d\d)(:\d\d)?(\.\d{3})?$/.exec(text);
  return parts === null ? text : `2026-06-${parts[1]}T${parts[2]}${parts[3] ?? ":00"}${parts[4] ?? ".000"}Z`;
}

/** An availability input for June 2026. Segments of one service, or of several by id. */
export function june2026(
  segments: object[] | Record<string, object[]>,
  contract: object = {},
  more: object = {},
): Json {
  const services = Array.isArray(segments) ? { beacon: segments } : segments;
  return {
    contract: { ...terms, ...contract },
    cycle: "2026-06",
    services: Object.entries(services).map(([id, some]) => ({ id, weight: 1, segments: some })),
    corrections: [],
    maintenance_windows: [],
    exclusions: [],
    as_of: null,
    ...more,
  };
}

/** What a case comes to, or its refusal. */
export function evaluate(kind: string, input: unknown): Json {
  return answerTo(evaluateCase({ kind, input }));
}

export function availability(...of: Parameters<typeof june2026>): Json {
  return evaluate("availability", june2026(...of));
}

export function refusal(kind: string, input: unknown): { code: string; pointer: string; detail: string } {
  return (evaluate(kind, input) as { error: { code: string; pointer: string; detail: string } }).error;
}

/** Around the edges of April 2026, and around 10:00 on the 10th. */
const instants = fc
  .tuple(
    fc.constantFrom("2026-04-01T00:00:00Z", "2026-04-10T10:00:00Z", "2026-05-01T00:00:00Z"),
    fc.oneof(
      fc.integer({ min: -20, max: 20 }).map((ten) => ten * 15_000),
      fc.integer({ min: -150_000, max: 150_000 }),
    ),
  )
  .map(([near, off]) => new Date(Date.parse(near) + off).toISOString());
const wholeMinutes = instants.map((text) => text.replace(/:\d\d\.\d{3}Z$/, ":00.000Z"));
const stretches = fc
  .tuple(instants, instants)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a }));
const states = fc.constantFrom("down", "degraded", "unknown");

const segments = fc
  .tuple(
    fc.uniqueArray(instants, { maxLength: 10 }),
    fc.array(states, { minLength: 10, maxLength: 10 }),
    fc.boolean(),
  )
  .map(([cuts, some, isOpen]) => {
    const sorted = cuts.sort();
    return sorted
      .map((start, i) => ({ state: some[i % 10]!, start, end: sorted[i + 1] ?? null }))
      .filter(({ end }, i) => (end === null ? isOpen : i % 3 !== 2));
  });

const ids = ["beacon", "lamp", "horn"];
const scopes = fc.oneof(fc.constant("*" as const), fc.subarray([...ids, "buoy"], { minLength: 1 }));
const calendars = fc.option(
  fc.constantFrom(
    { timezone: "UTC", weekly: everyDay([["00:00", "10:01"]]), closed_dates: ["2026-04-01"] },
    { timezone: "UTC", weekly: everyDay([["09:59", "24:00"]]), closed_dates: [] },
    {
      timezone: "UTC",
      weekly: everyDay([
        ["00:00", "00:02"],
        ["09:58", "10:00"],
        ["10:02", "10:03"],
      ]),
      closed_dates: [],
    },
  ),
  { freq: 2 },
);

function everyDay(hours: [string, string][]): Record<string, [string, string][]> {
  return Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, hours]));
}

const windows = fc.array(
  fc.tuple(stretches, scopes, fc.option(instants)).map(([interval, services, announced_at]) => ({
    services,
    announced_at,
    ...interval,
  })),
  { maxLength: 4 },
);

const contracts = fc.record({
  starts_at: fc.option(wholeMinutes, { freq: 1 }),
  ends_at: fc.option(wholeMinutes, { freq: 1 }),
  target_percent: fc.constantFrom(null, "99.99", "99.995", "99.999", "90", "100"),
  rollup: fc.constantFrom("any_down", "all_down", "k_of_n", "weighted"),
  degraded_weight_ppm: fc.constantFrom(0, 0, 300_000, 333_333, 1_000_000),
  granularity: fc.constantFrom("exact_ms", "minute_any", "minute_majority", "minute_full"),
  min_outage_ms: fc.constantFrom(0, 0, 15_000, 61_000, 240_000),
  unknown: fc.constantFrom("up", "down", "remove"),
  maintenance: fc.record({
    exclude: fc.boolean(),
    min_notice_ms: fc.constantFrom(0, 0, 60_000, 86_400_000),
    max_window_ms: fc.constantFrom(null, null, 30_000, 90_000),
    over_cap: fc.constantFrom("truncate", "reject"),
    max_per_quarter: fc.constantFrom(null, null, 0, 1, 2),
    outside_hours_of: calendars,
    denominator: fc.constantFrom("keep", "keep", "remove"),
  }),
  service_hours: calendars,
  verdict_rounding: fc.option(
    fc.record({
      decimals: fc.constantFrom(0, 2, 3, 4),
      mode: fc.constantFrom("half_up", "half_even", "floor"),
    }),
    { freq: 1 },
  ),
});

/** Any case that is not refused. */
export const anyCase: fc.Arbitrary<OracleCase> = fc
  .record({
    contract: contracts,
    services: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 5 }), segments }), {
      minLength: 1,
      maxLength: 3,
    }),
    k: fc.nat({ max: 2 }),
    corrections: fc.array(
      fc
        .tuple(
          stretches,
          fc.constantFrom(...ids),
          fc.constantFrom("up", "down", "degraded", "unknown"),
          instants,
        )
        .map(([interval, service, state, recorded_at]) => ({ service, ...interval, state, recorded_at })),
      { maxLength: 3 },
    ),
    maintenance_windows: windows,
    exclusions: fc.array(
      fc.tuple(stretches, scopes).map(([interval, services]) => ({ services, ...interval })),
      { maxLength: 2 },
    ),
    as_of: fc.option(instants, { freq: 2 }),
  })
  .map(({ contract, services, k, ...rest }): OracleCase => {
    const isWeighted = contract.rollup === "weighted";
    const removes = contract.maintenance.denominator === "remove";
    const wide = <Scoped extends { services: "*" | string[] }>(some: Scoped[]) =>
      removes ? some.map((one) => ({ ...one, services: "*" as const })) : some;
    const [starts_at, ends_at] =
      contract.starts_at !== null && contract.ends_at !== null && contract.ends_at < contract.starts_at
        ? [contract.ends_at, contract.starts_at]
        : [contract.starts_at, contract.ends_at];
    return {
      ...rest,
      cycle: "2026-04",
      contract: {
        ...contract,
        starts_at,
        ends_at,
        k: contract.rollup === "k_of_n" ? 1 + (k % services.length) : null,
        ...(isWeighted
          ? {
              granularity: "exact_ms",
              min_outage_ms: 0,
              unknown: contract.unknown === "remove" ? "up" : contract.unknown,
            }
          : {}),
      },
      services: services.map((service, i) => ({ id: ids[i]!, ...service })),
      maintenance_windows: wide(rest.maintenance_windows),
      exclusions: wide(rest.exclusions),
    };
  });

/** As an input of a case. */
export function toInput(given: OracleCase): Json {
  return {
    ...given,
    contract: { timezone: "UTC", cycle_anchor_day: 1, ...given.contract, credit: null },
  };
}
