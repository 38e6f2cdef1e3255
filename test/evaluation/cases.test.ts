/** Cases as such: what is taken, what is refused and how; and the small kinds. */
import { describe, expect, test } from "vitest";
import { answerTo, evaluateCase } from "../../src/evaluation/cases.ts";
import { evaluate, june, refusal } from "./cases.ts";

const cycles = { timezone: "UTC", cycle_anchor_day: 1, target_percent: null, labels: [] };
const refused = (given: unknown) => (answerTo(evaluateCase(given)) as { error: object }).error;

describe("a case", () => {
  test("may carry an id, words and what is expected; nothing comes of them", () => {
    const given = { id: "A", kind: "cycles", title: "none", why: "", input: cycles, expected: {} };
    expect(answerTo(evaluateCase(given))).toEqual({ cycles: [] });
  });

  test.each([
    ["of an unknown kind", { kind: "uptime", input: {} }, "unknown_kind", "/kind"],
    ["of a kind that objects have anyway", { kind: "toString", input: {} }, "unknown_kind", "/kind"],
    ["without a kind", { input: cycles }, "missing", "/kind"],
    ["without input", { kind: "cycles" }, "missing", "/input"],
    ["that is no object", 5, "invalid_value", ""],
    ["with a property of its own", { kind: "cycles", input: cycles, "a/b": 1 }, "unknown_key", "/a~1b"],
    [
      "whose input has one",
      { kind: "cycles", input: { ...cycles, label: "x" } },
      "unknown_key",
      "/input/label",
    ],
  ])("%s is refused by name and place", (_, given, code, pointer) => {
    expect(refused(given)).toEqual({ code, pointer, detail: expect.any(String) });
  });
});

describe("cycles", () => {
  test("are computed from the anchor, each from the local month it starts in", () => {
    const input = {
      timezone: "Europe/Copenhagen",
      cycle_anchor_day: 31,
      target_percent: "99.99",
      labels: ["2026-02", "2026-03"],
    };
    expect(evaluate("cycles", input)).toEqual({
      cycles: [
        {
          label: "2026-02",
          start: "2026-02-27T23:00:00.000Z",
          end: "2026-03-30T22:00:00.000Z",
          length_ms: 2_674_800_000,
          budget_ms: 267_480,
        },
        {
          label: "2026-03",
          start: "2026-03-30T22:00:00.000Z",
          end: "2026-04-29T22:00:00.000Z",
          length_ms: 2_592_000_000,
          budget_ms: 259_200,
        },
      ],
    });
  });

  test("without a target have no budget", () => {
    expect(evaluate("cycles", { ...cycles, labels: ["2028-02"] })).toMatchObject({
      cycles: [{ length_ms: 29 * 86_400_000, budget_ms: null }],
    });
  });
});

describe("a deadline", () => {
  const hours = (...of: [string, string][]) => ({
    timezone: "Europe/Copenhagen",
    weekly: Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, of])),
    closed_dates: ["2026-06-05"],
  });
  const due = (opened_at: string, target_ms: number, calendar: unknown = hours(["09:00", "17:00"])) =>
    evaluate("deadline", { calendar, opened_at, target_ms }).due_at;

  test.each([
    ["at closing time when it is reached there", june("03 14:00"), 3_600_000, june("03 15:00")],
    [
      "one ms into the next day, over a closed one and a weekend",
      june("04 14:00"),
      3_600_001,
      june("08 07:00:00.001"),
    ],
    ["counted from opening time when opened before it", june("03 01:00"), 60_000, june("03 07:01")],
    ["at once when nothing was promised", june("06 12:00"), 0, june("06 12:00")],
  ])("is %s", (_, opened, target, expected) => {
    expect(due(opened, target)).toBe(expected);
  });

  test("takes lunch out, runs by the clock without a calendar, and knows nights as two entries", () => {
    expect(due(june("03 09:30"), 3_600_000, hours(["09:00", "12:00"], ["13:00", "15:00"]))).toBe(
      june("03 11:30"),
    );
    expect(due(june("06 12:00"), 3_600_000, null)).toBe(june("06 13:00"));
    const night = { ...hours(["00:00", "06:00"], ["22:00", "24:00"]) };
    expect(due(june("03 20:00"), 4 * 3_600_000, night)).toBe(june("04 00:00"));
  });

  test("on a calendar that is never open is refused", () => {
    expect(
      refusal("deadline", { calendar: hours(), opened_at: june("03 09:00"), target_ms: 1 }),
    ).toMatchObject({ code: "calendar_closed" });
  });
});

describe("burn alerts", () => {
  const window = { name: "page", long_ms: 3_600_000, short_ms: 300_000, threshold: "14.4" };
  const alerts = (down: object[], more: object = {}) =>
    evaluate("burn_rate", {
      as_of: june("10 12:00"),
      target_percent: "99.99",
      down,
      windows: [window],
      ...more,
    }).alerts;

  test("fire at the threshold, when both windows reach it", () => {
    const at = (start: string, end: string | null) =>
      alerts([{ start: june(start), end: end === null ? null : june(end) }]);
    expect(at("10 11:59:54.816", "10 12:00")).toEqual([
      { name: "page", long_burn_floor6: "14.400000", short_burn_floor6: "172.800000", fires: true },
    ]);
    expect(at("10 11:59:54.817", null)).toMatchObject([{ long_burn_floor6: "14.397222", fires: false }]);
    expect(at("10 11:00", "10 11:55")).toMatchObject([{ short_burn_floor6: "0.000000", fires: false }]);
  });

  test("count overlapping downtime once, and none after as_of", () => {
    const twice = [
      { start: june("10 11:59:50"), end: june("10 12:00:30") },
      { start: june("10 11:59:55"), end: june("10 12:10") },
    ];
    expect(alerts(twice)).toMatchObject([{ long_burn_floor6: "27.777777" }]);
  });

  test("need a budget that can burn", () => {
    const input = { as_of: june("10 12:00"), target_percent: "100", down: [], windows: [window] };
    expect(refusal("burn_rate", input)).toMatchObject({
      code: "burn_without_budget",
      pointer: "/input/target_percent",
    });
  });
});

describe("samples", () => {
  const at = (second: number) => new Date(Date.parse("2026-04-10T12:00:00Z") + second * 1_000).toISOString();
  const every30 = (letters: string) =>
    [...letters].map((letter, i) => ({
      t: at(i * 30),
      results: { lisbon: { o: "ok", s: "slow", f: "fail", e: "probe_error" }[letter]! },
    }));
  const samples = (rounds: object[], untilS: number, more: object = {}) => ({
    stale_after_ms: 75_000,
    confirm_down: 2,
    confirm_up: 1,
    quorum_fail: 1,
    min_reporting: 1,
    observe_from: at(0),
    until: at(untilS),
    rounds,
    ...more,
  });
  const states = (letters: string, untilS: number, more: object = {}) =>
    (
      evaluate("samples", samples(every30(letters), untilS, more)).segments as {
        start: string;
        state: string;
      }[]
    ).map(({ start, state }) => `${(Date.parse(start) - Date.parse(at(0))) / 1_000} ${state}`);

  test.each([
    ["failures before an ok are up", "fo", 60, ["0 up"]],
    ["failures that nothing follows are unknown", "f", 60, ["0 unknown"]],
    ["unconfirmed failures after an ok are up", "of", 60, ["0 up"]],
    ["slow rounds are degraded, from the first on", "osso", 120, ["0 up", "30 degraded", "90 up"]],
    ["a probe error is as if it had not been asked", "oeo", 90, ["0 up"]],
    ["silence is unknown from the first ms too long after", "o", 76, ["0 up", "75 unknown"]],
  ])("%s", (_, letters, untilS, expected) => {
    expect(states(letters, untilS)).toEqual(expected);
  });

  test("before the first round nobody knows", () => {
    const rounds = every30("o").map(({ results }) => ({ t: at(10), results }));
    expect(evaluate("samples", samples(rounds, 60)).segments).toMatchObject([
      { state: "unknown", end: at(10) },
      { state: "up" },
    ]);
  });

  test("an outage that lasts is measured to the end of the observation", () => {
    expect(evaluate("samples", samples(every30("off"), 100))).toMatchObject({
      outages: [{ start: at(30), end: at(100), observed_ms: 70_000, lower_ms: 30_000, upper_ms: 100_000 }],
      down_ms: 70_000,
    });
  });

  test("failing rounds that belong to no outage are counted, also the last ones", () => {
    expect(evaluate("samples", samples(every30("ofoef"), 150))).toMatchObject({
      unconfirmed_fail_rounds: 2,
      inconclusive_rounds: 1,
    });
  });

  test("rounds may come in any order; two at one instant are refused", () => {
    const rounds = every30("offo");
    expect(evaluate("samples", samples(rounds.toReversed(), 120))).toEqual(
      evaluate("samples", samples(rounds, 120)),
    );
    expect(refusal("samples", samples([...rounds, rounds[1]!], 120))).toMatchObject({
      code: "round_twice",
      pointer: "/input/rounds/4/t",
    });
  });

  test("too few reports are inconclusive; a quorum decides", () => {
    const round = (second: number, results: object) => ({ t: at(second), results });
    const rounds = [
      round(0, { lisbon: "ok", osaka: "ok" }),
      round(30, { lisbon: "fail" }),
      round(60, { lisbon: "fail", osaka: "slow" }),
      round(90, { lisbon: "slow", osaka: "fail" }),
    ];
    expect(evaluate("samples", samples(rounds, 120, { quorum_fail: 2, min_reporting: 2 }))).toMatchObject({
      segments: [{ state: "up" }, { state: "degraded", start: at(60) }],
      outages: [],
      inconclusive_rounds: 1,
    });
  });
});

test("what is absent or null is as a contract without that clause has it", () => {
  const bare = {
    contract: { timezone: "UTC", target_percent: "99.99" },
    cycle: "2026-06",
    services: [{ id: "beacon" }],
  };
  const full = {
    ...bare,
    contract: {
      ...bare.contract,
      cycle_anchor_day: null,
      granularity: null,
      unknown: null,
      maintenance: null,
    },
    services: [{ id: "beacon", weight: null, segments: null }],
    corrections: null,
    maintenance_windows: null,
    exclusions: null,
    as_of: null,
  };
  expect(evaluate("availability", bare)).toMatchObject({ verdict: "met", windows: [], credit: null });
  expect(evaluate("availability", full)).toEqual(evaluate("availability", bare));
});
