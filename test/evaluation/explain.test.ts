/** The words of `--explain`: every step that changes a figure is told, with that figure, and no other. */
import { expect, test } from "vitest";
import { evaluateCase } from "../../src/evaluation/cases.ts";
import { availability, creditTerms, degraded, down, june2026, stretch, terms, unknown } from "./cases.ts";

const words = (kind: string, input: unknown) => evaluateCase({ kind, input }).told!.steps.join("\n");
const cycle = (...of: Parameters<typeof june2026>) => words("availability", june2026(...of));

test("a plain month is told from its length to its verdict", () => {
  expect(cycle([down("09 08:00", "09 08:05")]).split("\n")).toEqual([
    "Covered services: beacon.",
    "The cycle 2026-06 is 2592000000 ms (30d) long; the contract covers 2026-06-01T00:00:00.000Z to 2026-07-01T00:00:00.000Z of it, 2592000000 ms (30d).",
    "The contract is down when any covered service is: 300000 ms (5m) down.",
    "Maintenance and 0 approved exclusions take 0 ms from the downtime.",
    "0 ms were not measured and count as available.",
    "Downtime is counted by the exact ms.",
    "Counted downtime: 300000 ms (5m) of 2592000000 ms (30d) eligible.",
    "Availability: (2592000000 - 300000) / 2592000000 = 99.988425 %, truncated.",
    "If all unknown time had been down it would be 99.988425 %, if up 99.988425 %.",
    "A target of 99.99 % of 2592000000 ms (30d) allows 259200 ms (4m19s200ms); -40800 ms (40s800ms) are left.",
    "Verdict: breached, the promise was broken.",
    "No credit is computed.",
  ]);
});

test("each clause adds its own sentence", () => {
  const told = cycle(
    {
      beacon: [down("09 08:00", "09 08:05"), degraded("10 08:00", "10 08:01")],
      lamp: [unknown("02 00:00", "02 01:00")],
    },
    {
      granularity: "minute_any",
      degraded_weight_ppm: 300_000,
      min_outage_ms: 60_000,
      unknown: "remove",
      verdict_rounding: { decimals: 2, mode: "half_up" },
      service_hours: { timezone: "UTC", weekly: { tue: [["00:00", "24:00"]] } },
      maintenance: { ...terms.maintenance, exclude: true, denominator: "remove" },
      credit: { ...creditTerms, cap_percent: "5", min_credit_minor: 100 },
    },
    {
      corrections: [
        stretch("09 08:00", "09 08:01", {
          service: "beacon",
          state: "up",
          recorded_at: "2026-06-20T00:00:00.000Z",
        }),
      ],
      maintenance_windows: [stretch("16 00:00", "16 01:00", { services: "*", announced_at: null })],
      exclusions: [stretch("23 00:00", "23 01:00", { services: "*" })],
    },
  );
  for (const sentence of [
    "Only service hours are eligible: 432000000 ms (5d) of it.",
    "Corrections laid over what was measured, in the order in which they were recorded: 1.",
    "Maintenance from 2026-06-16T00:00:00.000Z to 2026-06-16T01:00:00.000Z: not excluded, announced too late or never.",
    "Excluded time leaves the denominator: 3600000 ms (1h).",
    "3600000 ms (1h) were not measured and leave the denominator.",
    "Outages shorter than 60000 ms (1m) do not count.",
    "a minute with any downtime counts whole",
    "The contract compares the percentage rounded to 2 decimals (half_up): 99.94 %.",
    "The cap of the cycle limits it.",
    "Only what is greater than 1.00 DKK is issued: 200.00 DKK.",
  ]) {
    expect(told).toContain(sentence);
  }
});

test("a kept promise, a running month and a month without data say so", () => {
  const paid = { credit: creditTerms };
  expect(cycle([], paid)).toContain("A credit is paid only when the commitment is broken: nothing is owed.");
  expect(cycle([], paid, { as_of: "2026-06-10T00:00:00.000Z" })).toContain(
    "If nothing more fails, the cycle ends at 100.000000 %.",
  );
  const unseen = [unknown("01 00:00", "2026-07-01T00:00:00.000Z")];
  expect(cycle(unseen)).toContain("Nothing was measured, so there is no percentage.");
  expect(cycle(unseen)).toContain("the verdict depends on it.");
  expect(availability(unseen)).toMatchObject({ verdict: "no_data", sensitive_to_unknown: true });
});

test("every kind explains itself", () => {
  const calendar = { timezone: "UTC", weekly: { tue: [["09:00", "17:00"]] } };
  expect(
    words("deadline", { calendar, opened_at: "2026-06-09T16:00:00.000Z", target_ms: 3_600_000 }),
  ).toContain("have passed at 2026-06-09T17:00:00.000Z.");
  expect(words("cycles", { timezone: "UTC", target_percent: "99.9", labels: ["2026-02"] })).toContain(
    "2419200 ms of it for downtime",
  );
  const window = { name: "page", long_ms: 3_600_000, short_ms: 300_000, threshold: "1" };
  expect(
    words("burn_rate", {
      as_of: "2026-06-09T16:00:00.000Z",
      target_percent: "99.9",
      down: [],
      windows: [window],
    }),
  ).toContain("so it is silent.");
  const revisions = [
    june2026([down("09 08:00", "09 08:05")], { credit: creditTerms }),
    june2026([], { credit: creditTerms }),
  ];
  expect(words("revision", { clawback: "none", revisions })).toContain("(nothing is taken back)");
  const proportional = { ...creditTerms, model: "proportional" };
  expect(
    words("credit", {
      eligible_ms: 10,
      counted_down_ms: 1,
      active_ms: 1,
      full_cycle_ms: 1,
      credit: proportional,
    }),
  ).toContain("It is multiplied with 1.000000 and with 1 ms / 10 ms.");
  const rounds = [{ t: "2026-06-09T16:00:00.000Z", results: { lisbon: "ok" } }];
  expect(
    words("samples", {
      stale_after_ms: 1,
      observe_from: rounds[0]!.t,
      until: "2026-06-09T16:00:01.000Z",
      rounds,
    }),
  ).toContain("unknown, 999 ms.");
});
