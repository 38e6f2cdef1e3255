/** The clauses of a contract, one after another, each by a case that only this clause decides. June 2026, UTC, 99.99 % unless said. */
import { describe, expect, test } from "vitest";
import {
  availability,
  degraded,
  down,
  evaluate,
  june,
  june2026,
  refusal,
  stretch,
  terms,
  unknown,
} from "./cases.ts";

const juneMs = 2_592_000_000;
const hourMs = 3_600_000;
const everyDay = (...hours: [string, string][]) =>
  Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, hours]));
const calendar = (hours: [string, string][], closed_dates: string[] = [], timezone = "UTC") => ({
  timezone,
  weekly: everyDay(...hours),
  closed_dates,
});
const maintenance = (clauses: object) => ({
  maintenance: { ...terms.maintenance, exclude: true, ...clauses },
});
const announced = (start: string, end: string, announced_at: string | null, services: unknown = "*") =>
  stretch(start, end, { services, announced_at: announced_at === null ? null : june(announced_at) });
const corrected = (state: string, start: string, end: string | null, recorded: string, service = "beacon") =>
  stretch(start, end, { service, state, recorded_at: june(recorded) });

test("a result has exactly the documented keys, and a running one its best case besides", () => {
  const keys = [
    "period",
    "provisional",
    "eligible_ms",
    "raw_down_ms",
    "excluded_down_ms",
    "unknown_ms",
    "counted_down_ms",
    "availability_percent_floor6",
    "availability_percent_half_up6",
    "bounds_percent_floor6",
    "windows",
    "budget_ms",
    "budget_remaining_ms",
    "verdict",
    "sensitive_to_unknown",
    "credit",
  ];
  expect(Object.keys(availability([]))).toEqual(keys);
  const running = Object.keys(availability([], {}, { as_of: june("10 00:00") }));
  expect(running.toSorted()).toEqual([...keys, "best_case_percent_floor6"].toSorted());
});

describe("the period", () => {
  test.each([
    ["March 2026", "2026-03", "Europe/Copenhagen", 1, 743],
    ["October 2026", "2026-10", "Europe/Copenhagen", 1, 745],
    ["the cycle of 31 January", "2026-01", "UTC", 31, 28 * 24],
    ["the cycle of 28 February", "2026-02", "UTC", 31, 31 * 24],
    ["April in Cairo, which begins an hour after a midnight that is not", "2010-04", "Africa/Cairo", 30, 719],
  ])("of %s in its zone has %s hours", (_, cycle, timezone, cycle_anchor_day, hours) => {
    const { period } = availability([], { timezone, cycle_anchor_day }, { cycle });
    expect(period).toMatchObject({ full_cycle_ms: hours * hourMs });
  });

  test("is clipped to the contract, and not cut by as_of", () => {
    const { period, eligible_ms, raw_down_ms } = availability(
      [down("10 23:00", "11 01:00")],
      { starts_at: june("11 00:00"), ends_at: june("21 00:00") },
      { as_of: june("15 00:00") },
    );
    expect(period).toEqual({
      start: june("11 00:00"),
      end: june("21 00:00"),
      length_ms: 240 * hourMs,
      full_cycle_ms: juneMs,
    });
    expect([eligible_ms, raw_down_ms]).toEqual([96 * hourMs, hourMs]);
  });

  test.each([
    ["before its end", "2026-06-20T23:59:59.999Z", true],
    ["at its end", "2026-06-21T00:00:00.000Z", false],
  ])("that the contract ends early is running %s", (_, as_of, provisional) => {
    expect(availability([], { ends_at: june("21 00:00") }, { as_of })).toMatchObject({ provisional });
  });
});

describe("what is down", () => {
  test("at an open end lasts to the end of the unclipped cycle, or to as_of", () => {
    const open = [down("30 23:00", null)];
    expect(availability(open)).toMatchObject({ counted_down_ms: hourMs });
    expect(availability(open, {}, { as_of: june("30 23:10") })).toMatchObject({ counted_down_ms: 600_000 });
    // The contract ends, the outage goes on to the cycle's end: 2 h are long enough, 1 h is counted.
    const ended = { ends_at: june("30 23:00"), min_outage_ms: 2 * hourMs };
    expect(availability([down("30 22:00", null)], ended)).toMatchObject({ counted_down_ms: hourMs });
  });

  test("in a contract of two services is rolled up, never added", () => {
    const both = { beacon: [down("09 08:00", "09 09:00")], lamp: [down("09 08:30", "09 09:30")] };
    const counted = (contract: object) => availability(both, contract).counted_down_ms;
    expect(counted({})).toBe(1.5 * hourMs);
    expect(counted({ rollup: "all_down" })).toBe(0.5 * hourMs);
    expect(counted({ rollup: "k_of_n", k: 2 })).toBe(0.5 * hourMs);
    expect(counted({ rollup: "weighted" })).toBe(hourMs);
  });

  test("by weight is an exact fraction of a ms, written n/d in lowest terms", () => {
    const input = june2026({ beacon: [down("09 08:00", "09 08:00:00.001")], lamp: [] });
    const services = (input.services as object[]).map((one, i) => ({ ...one, weight: i + 1 }));
    const result = evaluate("availability", {
      ...input,
      services,
      contract: { ...terms, rollup: "weighted" },
    });
    expect(result).toMatchObject({
      raw_down_ms: "1/3",
      counted_down_ms: "1/3",
      budget_remaining_ms: "777599/3",
      availability_percent_floor6: "99.999999",
    });
  });

  test("by weight takes weights as decimals, and some of them may be 0", () => {
    const input = june2026({
      beacon: [down("09 08:00", "09 08:00:10")],
      lamp: [],
      horn: [down("09 08:00", "09 09:00")],
    });
    const counted = (...weights: unknown[]) =>
      evaluate("availability", {
        ...input,
        contract: { ...terms, rollup: "weighted" },
        services: (input.services as object[]).map((one, i) => ({ ...one, weight: weights[i] })),
      });
    expect(counted("0.7", 0.3, 0)).toMatchObject({ counted_down_ms: 7_000 });
    expect(counted(0, 0, "0.0")).toMatchObject({ error: { code: "weights_zero" } });
    expect(counted("1/3", 1, 1)).toMatchObject({ error: { pointer: "/input/services/0/weight" } });
  });

  test("by weight may take unknown time as down, in figure and bounds alike", () => {
    const services = { beacon: [unknown("09 08:00", "09 09:00")], lamp: [] };
    expect(availability(services, { rollup: "weighted", unknown: "down" })).toMatchObject({
      raw_down_ms: 0,
      unknown_ms: hourMs / 2,
      counted_down_ms: hourMs / 2,
      bounds_percent_floor6: { low: "99.930555", high: "100.000000" },
    });
  });
});

describe("degraded time", () => {
  test("counts with its weight, exactly", () => {
    const half = [degraded("09 08:00", "09 08:00:00.001")];
    expect(availability(half, { degraded_weight_ppm: 500_000 })).toMatchObject({
      raw_down_ms: 0,
      counted_down_ms: "1/2",
      budget_remaining_ms: "518399/2",
    });
    expect(availability(half)).toMatchObject({ counted_down_ms: 0 });
  });

  test("in a minute that counts is not added again, in another it is", () => {
    const segments = [down("09 08:00:00", "09 08:00:40"), degraded("09 08:00:40", "09 08:01:30")];
    expect(
      availability(segments, { granularity: "minute_majority", degraded_weight_ppm: 300_000 }),
    ).toMatchObject({ counted_down_ms: 60_000 + 9_000 });
  });

  test("of one service beside an unknown one is degraded when unknown counts as up, and not otherwise", () => {
    const services = { beacon: [degraded("09 08:00", "09 09:00")], lamp: [unknown("09 08:00", "09 09:00")] };
    const full = { degraded_weight_ppm: 1_000_000 };
    expect(availability(services, full)).toMatchObject({ unknown_ms: hourMs, counted_down_ms: hourMs });
    expect(availability(services, { ...full, unknown: "remove" })).toMatchObject({
      eligible_ms: juneMs - hourMs,
      counted_down_ms: 0,
    });
    // All have to be down: with lamp up the contract is up, and with lamp unknown it is degraded.
    const all = { ...full, rollup: "all_down" };
    expect(availability(services, all)).toMatchObject({ counted_down_ms: 0, unknown_ms: 0 });
    expect(availability(services, { ...all, unknown: "remove" })).toMatchObject({ counted_down_ms: hourMs });
  });
});

describe("minutes", () => {
  const outage = [down("09 08:15:20", "09 08:17:05")];
  test.each([
    ["exact_ms", 105_000],
    ["minute_any", 180_000],
    ["minute_majority", 120_000],
    ["minute_full", 60_000],
  ])("by %s an outage of 105 s over three minutes counts %i ms", (granularity, counted) => {
    expect(availability(outage, { granularity })).toMatchObject({ counted_down_ms: counted });
  });

  test("the threshold is tested on what exclusions leave, and a counted minute gives its excluded time back", () => {
    const excluded = (from: string, to: string) => ({
      exclusions: [stretch(from, to, { services: "*" })],
    });
    const by = (granularity: string, more: object) =>
      availability([down("09 08:15:00", "09 08:16:00")], { granularity }, more).counted_down_ms;
    expect(by("minute_majority", excluded("09 08:15:00", "09 08:15:30"))).toBe(30_000);
    expect(by("minute_majority", excluded("09 08:15:00", "09 08:15:30.001"))).toBe(0);
    expect(by("minute_any", excluded("09 08:15:00", "09 08:15:59.999"))).toBe(1);
    expect(by("minute_full", excluded("09 08:15:00", "09 08:15:00.001"))).toBe(0);
  });

  test("an exclusion of some services does not shorten a counted minute", () => {
    const services = { beacon: [down("09 08:15:00", "09 08:15:10")], lamp: [] };
    const exclude = (scope: unknown) =>
      availability(
        services,
        { granularity: "minute_any" },
        { exclusions: [stretch("09 08:15:40", "09 08:16:00", { services: scope })] },
      ).counted_down_ms;
    expect(exclude(["lamp"])).toBe(60_000);
    expect(exclude("*")).toBe(40_000);
    expect(exclude(["beacon", "lamp"])).toBe(40_000);
  });

  test("a counted minute contributes only its eligible part", () => {
    const cut = { granularity: "minute_any" };
    expect(
      availability([down("10 00:00:00", "10 00:00:05")], cut, { as_of: june("10 00:00:20") }),
    ).toMatchObject({ counted_down_ms: 20_000 });
    expect(
      availability([unknown("10 00:00:00", "10 00:00:30"), down("10 00:00:30", "10 00:00:31")], {
        ...cut,
        unknown: "remove",
      }),
    ).toMatchObject({ counted_down_ms: 30_000 });
  });
});

describe("outages shorter than the minimum", () => {
  test("do not count; at the minimum they count from their first ms", () => {
    const lasting = (end: string) =>
      availability([down("09 08:00", end)], { min_outage_ms: 300_000 }).counted_down_ms;
    expect(lasting("09 08:04:59.999")).toBe(0);
    expect(lasting("09 08:05:00")).toBe(300_000);
  });

  test("are measured whole, also over the edge of a cycle or of service hours", () => {
    const long = { min_outage_ms: 300_000 };
    expect(availability([down("2026-05-31T23:56:00.000Z", "2026-06-01T00:01:00.000Z")], long)).toMatchObject({
      counted_down_ms: 60_000,
    });
    expect(availability([down("30 23:59:00", "2026-07-01T00:04:00.000Z")], long)).toMatchObject({
      counted_down_ms: 60_000,
    });
    expect(
      availability([down("09 07:56", "09 08:01")], {
        ...long,
        service_hours: calendar([["08:00", "16:00"]]),
      }),
    ).toMatchObject({ counted_down_ms: 60_000 });
  });

  test("are tested after the roll-up and after exclusions", () => {
    const long = { min_outage_ms: 300_000 };
    const relay = { beacon: [down("09 08:00", "09 08:03")], lamp: [down("09 08:03", "09 08:06")] };
    expect(availability(relay, long)).toMatchObject({ counted_down_ms: 360_000 });
    expect(
      availability([down("09 08:00", "09 08:10")], long, {
        exclusions: [stretch("09 08:04", "09 08:05", { services: "*" })],
      }),
    ).toMatchObject({ raw_down_ms: 600_000, excluded_down_ms: 60_000, counted_down_ms: 300_000 });
  });

  test("that still last are as long as they were so far", () => {
    const open = [down("09 08:00", null)];
    const at = (as_of: string) =>
      availability(open, { min_outage_ms: 60_000 }, { as_of: june(as_of) }).counted_down_ms;
    expect([at("09 08:00:59"), at("09 08:01:00")]).toEqual([0, 60_000]);
  });

  test("run on through unknown time only where that counts as downtime", () => {
    const broken = [
      down("09 08:00", "09 08:03"),
      unknown("09 08:03", "09 08:04"),
      down("09 08:04", "09 08:06"),
    ];
    const counted = (unknown: string) =>
      availability(broken, { unknown, min_outage_ms: 360_000 }).counted_down_ms;
    expect([counted("up"), counted("down"), counted("remove")]).toEqual([0, 360_000, 0]);
  });
});

describe("unknown time", () => {
  const seen = [unknown("02 00:00", "02 01:00"), down("09 00:00", "09 00:01:30")];
  test("counts as up by default, with bounds and the warning that the verdict depends on it", () => {
    expect(availability(seen)).toMatchObject({
      availability_percent_floor6: "99.996527",
      bounds_percent_floor6: { low: "99.857638", high: "99.996527" },
      verdict: "met",
      sensitive_to_unknown: true,
    });
  });

  test("may count as down, or leave the denominator; the bounds stay", () => {
    expect(availability(seen, { unknown: "down" })).toMatchObject({
      eligible_ms: juneMs,
      raw_down_ms: 90_000,
      unknown_ms: hourMs,
      counted_down_ms: hourMs + 90_000,
      verdict: "breached",
      bounds_percent_floor6: { low: "99.857638", high: "99.996527" },
    });
    expect(availability(seen, { unknown: "remove" })).toMatchObject({
      eligible_ms: juneMs - hourMs,
      budget_ms: 258_840,
      availability_percent_floor6: "99.996522",
      bounds_percent_floor6: { low: "99.857638", high: "99.996527" },
    });
  });

  test("is what is left of it after exclusions", () => {
    const exclusions = [stretch("02 00:00", "02 00:45", { services: "*" })];
    expect(availability(seen, {}, { exclusions })).toMatchObject({ unknown_ms: hourMs / 4 });
  });
});

describe("no data", () => {
  const never = [unknown("2026-05-01T00:00:00.000Z", "2026-07-02T00:00:00.000Z")];
  const nothing = {
    availability_percent_floor6: null,
    availability_percent_half_up6: null,
    verdict: "no_data",
    credit: null,
  };
  test("is a cycle that nobody measured; it outranks no target", () => {
    expect(availability(never)).toMatchObject(nothing);
    expect(availability(never, { target_percent: null })).toMatchObject(nothing);
    expect(availability(never, { unknown: "remove" })).toMatchObject({ ...nothing, eligible_ms: 0 });
    expect(availability(never, { unknown: "down" })).toMatchObject({ verdict: "breached" });
  });

  test("is a cycle without eligible time, and its bounds are empty", () => {
    const closed = { service_hours: { timezone: "UTC", weekly: {}, closed_dates: [] } };
    const empty = { ...nothing, eligible_ms: 0, bounds_percent_floor6: { low: null, high: null } };
    expect(availability([], closed)).toMatchObject(empty);
    expect(availability([], { starts_at: "2026-08-01T00:00:00.000Z" })).toMatchObject(empty);
    expect(availability([], {}, { as_of: june("01 00:00") })).toMatchObject({
      ...empty,
      best_case_percent_floor6: null,
      budget_ms: 259_200,
    });
  });

  test("is a cycle of which all that is not excluded is unknown", () => {
    const half = [unknown("16 00:00", "2026-07-01T00:00:00.000Z")];
    const exclude = (services: unknown) => ({
      exclusions: [stretch("01 00:00", "16 00:00", { services })],
    });
    expect(availability(half, {}, exclude("*"))).toMatchObject(nothing);
    expect(availability({ beacon: half, lamp: [] }, {}, exclude(["lamp"]))).toMatchObject({ verdict: "met" });
    expect(
      availability(
        [],
        {},
        { exclusions: [stretch("01 00:00", "2026-07-01T00:00:00.000Z", { services: "*" })] },
      ),
    ).toMatchObject(nothing);
  });
});

describe("maintenance", () => {
  const outage = [down("09 20:00", "09 20:25")];
  const judged = (
    policy: object,
    windows: object[],
    segments: object[] | Record<string, object[]> = outage,
  ) => availability(segments as never, maintenance(policy), { maintenance_windows: windows });

  test("is not excluded unless the contract says so", () => {
    const windows = [announced("09 20:05", "09 20:35", "01 00:00")];
    expect(availability(outage, {}, { maintenance_windows: windows })).toMatchObject({
      windows: ["policy_none"],
      excluded_down_ms: 0,
      counted_down_ms: 1_500_000,
    });
    expect(judged({}, windows)).toMatchObject({
      windows: ["excluded"],
      raw_down_ms: 1_500_000,
      excluded_down_ms: 1_200_000,
      counted_down_ms: 300_000,
      eligible_ms: juneMs,
      availability_percent_floor6: "99.988425",
      verdict: "breached",
    });
  });

  test.each([
    ["exactly in time", "09 18:00", "excluded"],
    ["one ms late", "09 18:00:00.001", "notice"],
    ["never", null, "notice"],
  ])("announced %s is judged so, against the planned start", (_, at, verdict) => {
    expect(judged({ min_notice_ms: 2 * hourMs }, [announced("09 20:00", "09 20:30", at)])).toMatchObject({
      windows: [verdict],
    });
  });

  test("recorded after the fact, or never announced, excludes nothing, whatever the notice", () => {
    expect(judged({}, [announced("09 20:00", "09 20:30", "09 20:00:00.001")])).toMatchObject({
      windows: ["notice"],
    });
    expect(judged({}, [announced("09 20:00", "09 20:30", null)])).toMatchObject({ windows: ["notice"] });
    expect(judged({}, [announced("09 20:00", "09 20:30", "09 20:00")])).toMatchObject({
      windows: ["excluded"],
    });
  });

  test("longer than allowed is cut to its first part, or refused whole", () => {
    const windows = [announced("09 20:00", "09 20:30", "01 00:00")];
    expect(judged({ max_window_ms: 1_800_000 }, windows)).toMatchObject({ counted_down_ms: 0 });
    expect(judged({ max_window_ms: 600_000 }, windows)).toMatchObject({
      windows: ["excluded"],
      counted_down_ms: 900_000,
    });
    expect(judged({ max_window_ms: 600_000, over_cap: "reject" }, windows)).toMatchObject({
      windows: ["too_long"],
      counted_down_ms: 1_500_000,
    });
  });

  test("beyond the quarter's windows counts; those refused for notice or length use nothing up, earlier ones do", () => {
    const quota = { max_per_quarter: 1, min_notice_ms: hourMs, max_window_ms: hourMs, over_cap: "reject" };
    const windows = [
      announced("09 20:00", "09 20:30", "01 00:00"),
      announced("2026-04-02T20:00:00.000Z", "2026-04-02T20:30:00.000Z", "2026-04-02T19:30:00.000Z"),
      announced("2026-04-03T20:00:00.000Z", "2026-04-03T22:30:00.000Z", "2026-04-01T00:00:00.000Z"),
    ];
    expect(judged(quota, windows)).toMatchObject({ windows: ["notice", "too_long", "excluded"] });
    const before = announced(
      "2026-04-04T20:00:00.000Z",
      "2026-04-04T20:30:00.000Z",
      "2026-04-01T00:00:00.000Z",
    );
    expect(judged(quota, [...windows, before])).toMatchObject({
      windows: ["notice", "too_long", "excluded", "quota"],
    });
    expect(judged({ max_per_quarter: 0 }, windows.slice(0, 1))).toMatchObject({ windows: ["quota"] });
  });

  test("belongs to the calendar quarter of its start in the contract's zone", () => {
    const [march, april] = [
      announced("2026-03-31T21:59:00.000Z", "2026-03-31T22:30:00.000Z", "2026-03-01T00:00:00.000Z"),
      announced("2026-03-31T22:00:00.000Z", "2026-03-31T22:30:00.000Z", "2026-03-01T00:00:00.000Z"),
    ];
    const inCopenhagen = (windows: object[]) =>
      availability(
        [],
        { timezone: "Europe/Copenhagen", ...maintenance({ max_per_quarter: 1 }) },
        { maintenance_windows: windows },
      ).windows;
    const later = announced("09 20:00", "09 20:30", "01 00:00");
    expect(inCopenhagen([later, march])).toEqual(["excluded", "excluded"]);
    expect(inCopenhagen([later, april])).toEqual(["excluded", "quota"]);
  });

  test("with one start is judged by announcement, never announced last, then as listed", () => {
    const at = (announced_at: string | null) => announced("09 20:00", "09 20:30", announced_at);
    const order = (policy: object, windows: object[]) => judged(policy, windows).windows;
    expect(order({ max_per_quarter: 1 }, [at("03 00:00"), at("02 00:00")])).toEqual(["excluded", "quota"]);
    expect(order({ min_notice_ms: 24 * hourMs }, [at(null), at("09 19:00"), at("02 00:00")])).toEqual([
      "excluded",
      "notice",
      "notice",
    ]);
    const first = announced("09 20:00", "09 20:10", "02 00:00");
    const second = announced("09 20:00", "09 20:20", "02 00:00");
    const excluded = (windows: object[]) => judged({ max_per_quarter: 1 }, windows).excluded_down_ms;
    expect([excluded([first, second]), excluded([second, first])]).toEqual([600_000, 1_200_000]);
  });

  test("that touches no covered service is not listed and uses nothing up", () => {
    const other = announced("08 20:00", "08 20:30", "01 00:00", ["buoy"]);
    const none = announced("08 20:00", "08 20:30", "01 00:00", []);
    const own = announced("09 20:00", "09 20:30", "01 00:00", ["beacon", "buoy"]);
    expect(judged({ max_per_quarter: 1, denominator: "remove" }, [other, none, own])).toMatchObject({
      windows: ["excluded"],
    });
  });

  test("inside the hours it has to stay out of counts", () => {
    const outside_hours_of = calendar([["08:00", "20:10"]]);
    expect(judged({ outside_hours_of }, [announced("09 20:00", "09 20:30", "01 00:00")])).toMatchObject({
      windows: ["excluded"],
      excluded_down_ms: 900_000,
    });
  });

  test("of one service excludes that service, before the roll-up", () => {
    const both = { beacon: [down("09 20:00", "09 20:25")], lamp: [down("09 20:00", "09 20:10")] };
    const windows = [announced("09 20:00", "09 20:30", "01 00:00", ["beacon"])];
    expect(judged({}, windows, both)).toMatchObject({ excluded_down_ms: 900_000, counted_down_ms: 600_000 });
  });

  test("leaves the denominator whole where the contract says remove, not only where something was down", () => {
    const windows = [announced("09 20:05", "09 20:35", "01 00:00")];
    const exclusions = [stretch("20 00:00", "20 01:00", { services: ["beacon"], kind: "force_majeure" })];
    const removed = { denominator: "remove" };
    expect(
      availability(outage, maintenance(removed), { maintenance_windows: windows, exclusions }),
    ).toMatchObject({
      eligible_ms: juneMs - 1_800_000 - hourMs,
      raw_down_ms: 1_500_000,
      excluded_down_ms: 1_200_000,
      counted_down_ms: 300_000,
      budget_ms: 258_660,
    });
    expect(judged({ ...removed, min_notice_ms: 30 * 24 * hourMs }, windows)).toMatchObject({
      windows: ["notice"],
      eligible_ms: juneMs,
    });
  });
});

describe("corrections", () => {
  const outage = [down("09 08:00", "09 09:00")];
  const after = (...corrections: object[]) => availability(outage, {}, { corrections }).counted_down_ms;
  test("replace the state of one service; the last recorded wins, at one instant the last listed", () => {
    expect(after(corrected("up", "09 08:30", "09 09:30", "10 00:00"))).toBe(hourMs / 2);
    expect(after(corrected("down", "09 08:30", "09 09:30", "10 00:00"))).toBe(1.5 * hourMs);
    const [up, downAgain] = [
      corrected("up", "09 08:00", "09 09:00", "10 00:00"),
      corrected("down", "09 08:00", "09 08:10", "11 00:00"),
    ];
    expect([after(up, downAgain), after(downAgain, up)]).toEqual([600_000, 600_000]);
    const together = { ...downAgain, recorded_at: june("10 00:00") };
    expect([after(up, together), after(together, up)]).toEqual([600_000, 0]);
  });

  test("of a service the contract does not cover change nothing", () => {
    expect(after(corrected("up", "09 08:00", "09 09:00", "10 00:00", "buoy"))).toBe(hourMs);
  });

  test("make time unknown too", () => {
    const corrections = [corrected("unknown", "09 08:00", "09 08:15", "10 00:00")];
    expect(availability(outage, {}, { corrections })).toMatchObject({
      raw_down_ms: 2_700_000,
      unknown_ms: 900_000,
    });
  });

  test("come before exclusions", () => {
    expect(
      availability(
        [],
        {},
        {
          corrections: [corrected("down", "09 08:00", "09 09:00", "10 00:00")],
          exclusions: [stretch("09 08:00", "09 08:45", { services: "*" })],
        },
      ),
    ).toMatchObject({ raw_down_ms: hourMs, excluded_down_ms: 2_700_000, counted_down_ms: 900_000 });
  });
});

describe("service hours", () => {
  const weekdays = {
    timezone: "Europe/Copenhagen",
    weekly: Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, [["09:00", "17:00"]]])),
    closed_dates: ["2026-06-05"],
  };
  test("alone are eligible: 21 days of 8 hours", () => {
    expect(availability([down("09 14:50", "09 15:10")], { service_hours: weekdays })).toMatchObject({
      eligible_ms: 21 * 8 * hourMs,
      raw_down_ms: 600_000,
      counted_down_ms: 600_000,
      budget_ms: 60_480,
    });
  });

  test("follow the clocks of their own zone", () => {
    const night = calendar([["02:00", "03:00"]], [], "Europe/Copenhagen");
    const hours = (cycle: string) => availability([], { service_hours: night }, { cycle }).eligible_ms;
    expect(hours("2026-03")).toBe(30 * hourMs);
    expect(hours("2026-10")).toBe(32 * hourMs);
  });
});

describe("the verdict", () => {
  test("compares exactly and includes the target", () => {
    expect(availability([down("09 00:00", "09 00:04:19.200")])).toMatchObject({
      budget_remaining_ms: 0,
      verdict: "met",
    });
    expect(availability([down("09 00:00", "09 00:04:19.201")])).toMatchObject({
      budget_remaining_ms: -1,
      verdict: "breached",
      availability_percent_floor6: "99.989999",
      availability_percent_half_up6: "99.990000",
    });
  });

  test.each([
    ["half_up", "09 00:06:28.800", "met"],
    ["half_up", "09 00:06:28.801", "breached"],
    ["half_even", "09 00:06:28.800", "breached"],
    ["floor", "09 00:04:19.201", "breached"],
    ["floor", "09 00:04:19.200", "met"],
  ])(
    "may be taken of the percentage rounded to two decimals, %s, down until %s: %s",
    (mode, end, verdict) => {
      // At 99.985 exactly a tie: half_up gives 99.99, half_even 99.98.
      expect(
        availability([down("09 00:00", end)], { verdict_rounding: { decimals: 2, mode } }),
      ).toMatchObject({ verdict });
    },
  );

  test("needs a target", () => {
    expect(availability([down("09 00:00", "09 01:00")], { target_percent: null })).toMatchObject({
      verdict: "no_target",
      budget_ms: null,
      budget_remaining_ms: null,
      availability_percent_floor6: "99.861111",
      sensitive_to_unknown: false,
    });
  });
});

describe("while the cycle runs", () => {
  test("the denominator is what has passed, the budget that of the whole cycle", () => {
    expect(
      availability([down("02 00:00", "02 00:04:19.200")], {}, { as_of: june("03 00:00") }),
    ).toMatchObject({
      provisional: true,
      eligible_ms: 48 * hourMs,
      availability_percent_floor6: "99.850000",
      budget_ms: 259_200,
      budget_remaining_ms: 0,
      best_case_percent_floor6: "99.990000",
      verdict: "on_track",
      credit: null,
    });
    expect(
      availability([down("02 00:00", "02 00:04:19.201")], {}, { as_of: june("03 00:00") }),
    ).toMatchObject({ verdict: "breached" });
  });

  test("only what was removed before as_of leaves the budget", () => {
    const windows = [
      announced("02 00:00", "02 10:00", "01 00:00"),
      announced("20 00:00", "20 10:00", "01 00:00"),
    ];
    const at = (as_of: string) =>
      availability([], maintenance({ denominator: "remove" }), {
        maintenance_windows: windows,
        as_of: june(as_of),
      });
    expect(at("02 05:00")).toMatchObject({ eligible_ms: 24 * hourMs, budget_ms: 257_400 });
    expect(at("15 00:00")).toMatchObject({
      eligible_ms: 326 * hourMs,
      budget_ms: 255_600,
      windows: ["excluded", "excluded"],
    });
  });

  test("rounding, no target and service hours hold as at the end", () => {
    const at = (contract: object) =>
      availability([down("02 00:00", "02 00:06:28.800")], contract, { as_of: june("03 00:00") });
    expect(at({ verdict_rounding: { decimals: 2, mode: "half_up" } })).toMatchObject({ verdict: "on_track" });
    expect(at({})).toMatchObject({ verdict: "breached" });
    expect(at({ target_percent: null })).toMatchObject({
      verdict: "no_target",
      best_case_percent_floor6: "99.985000",
    });
    expect(at({ service_hours: calendar([["00:00", "12:00"]]) })).toMatchObject({
      eligible_ms: 24 * hourMs,
      budget_ms: 129_600,
    });
  });

  test("sensitivity compares both bounds on the whole cycle", () => {
    const at = (end: string) =>
      availability([unknown("02 00:00", end)], { unknown: "remove" }, { as_of: june("03 00:00") });
    expect(at("02 00:04:19.200")).toMatchObject({ sensitive_to_unknown: false });
    expect(at("02 00:04:19.201")).toMatchObject({ sensitive_to_unknown: true });
  });
});

describe("refused is", () => {
  const beacon = (segments: object[]) => june2026(segments as never);
  const weighted = (contract: object) => june2026([], { rollup: "weighted", ...contract });
  test.each([
    [
      "a segment that overlaps another",
      beacon([down("09 08:00", "09 09:00"), down("09 08:59:59.999", "09 10:00")]),
      "segments_overlap",
      "/input/services/0/segments/1",
    ],
    [
      "a segment after an open one",
      beacon([unknown("20 08:00", "20 09:00"), down("09 08:00", null)]),
      "segments_overlap",
      "/input/services/0/segments/0",
    ],
    [
      "a segment that ends as it starts",
      beacon([down("09 08:00", "09 08:00")]),
      "interval_empty",
      "/input/services/0/segments/0/end",
    ],
    [
      "weighted by minutes",
      weighted({ granularity: "minute_any" }),
      "weighted_terms",
      "/input/contract/granularity",
    ],
    [
      "weighted with a minimum",
      weighted({ min_outage_ms: 1 }),
      "weighted_terms",
      "/input/contract/min_outage_ms",
    ],
    [
      "weighted that removes unknown",
      weighted({ unknown: "remove" }),
      "weighted_terms",
      "/input/contract/unknown",
    ],
    ["k beyond the services", june2026([], { rollup: "k_of_n", k: 2 }), "roll_up_k", "/input/contract/k"],
    ["k that is missing", june2026([], { rollup: "k_of_n" }), "roll_up_k", "/input/contract/k"],
    [
      "a contract that starts within a minute",
      june2026([], { starts_at: june("09 08:00:01") }),
      "contract_edge",
      "/input/contract/starts_at",
    ],
    ["an unknown clause", june2026([], { colour: "red" }), "unknown_key", "/input/contract/colour"],
    [
      "a zone that is not",
      june2026([], { timezone: "Europe/Kopenhagen" }),
      "time_zone",
      "/input/contract/timezone",
    ],
    [
      "a target above 100",
      june2026([], { target_percent: "101" }),
      "target_percent",
      "/input/contract/target_percent",
    ],
    ["a month that is not", june2026([], {}, { cycle: "2026-13" }), "invalid_value", "/input/cycle"],
    [
      "a day that is not",
      june2026([], {}, { as_of: "2026-02-30T00:00:00.000Z" }),
      "invalid_value",
      "/input/as_of",
    ],
    ["no service", june2026({}), "invalid_value", "/input/services"],
    [
      "bad opening hours",
      june2026([], { service_hours: calendar([["17:00", "09:00"]]) }),
      "opening_hours",
      "/input/contract/service_hours/weekly/mon/0",
    ],
    [
      "a currency that is not",
      june2026([], { credit: { model: "bands", bands: [], fee_minor: 1, currency: "DKR" } }),
      "currency",
      "/input/contract/credit/currency",
    ],
    [
      "no target clause",
      { ...june2026([]), contract: { timezone: "UTC" } },
      "missing",
      "/input/contract/target_percent",
    ],
  ])("%s", (_, input, code, pointer) => {
    expect(refusal("availability", input)).toMatchObject({ code, pointer });
    expect(refusal("availability", input).detail).toMatch(/^[A-Z].*\.$/);
  });

  test("windows of a hundred years and more that a calendar would have to cut", () => {
    const windows = [announced("1900-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", null)];
    const refuse = (clauses: object) =>
      refusal("availability", june2026([], maintenance(clauses), { maintenance_windows: windows }));
    expect(refuse({ outside_hours_of: calendar([["08:00", "16:00"]]) })).toMatchObject({
      code: "windows_too_long",
      pointer: "/input/maintenance_windows",
    });
    expect(refuse({})).toBeUndefined();
  });

  test("removal of what does not cover every service, whatever became of it", () => {
    const refuse = (clauses: object, more: object) =>
      refusal(
        "availability",
        june2026({ beacon: [], lamp: [] }, maintenance({ denominator: "remove", ...clauses }), more as never),
      );
    const windows = [
      announced("09 20:00", "09 20:30", null, ["buoy"]),
      announced("09 20:00", "09 20:30", null, ["lamp"]),
    ];
    expect(refuse({ exclude: false }, { maintenance_windows: windows })).toMatchObject({
      code: "removal_partial",
      pointer: "/input/maintenance_windows/1/services",
    });
    const exclusions = [stretch("09 20:00", "09 20:30", { services: ["beacon"] })];
    expect(refuse({}, { exclusions })).toMatchObject({ pointer: "/input/exclusions/0/services" });
  });
});
