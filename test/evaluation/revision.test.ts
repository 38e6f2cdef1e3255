import { expect, test } from "vitest";
import { creditTerms, down, evaluate, june2026, refusal, unknown } from "./cases.ts";

const restated = (segments: object[], contract: object = {}) =>
  june2026(segments, { credit: creditTerms, ...contract });
const small = restated([down("10 10:00", "10 10:05")]);
const none = restated([down("10 10:00", "10 10:03:20")]);
const large = restated([down("10 10:00", "10 17:13")]);
const settle = (clawback: string, ...revisions: unknown[]) =>
  (evaluate("revision", { clawback, revisions }) as { revisions: Record<string, unknown>[] }).revisions;

test("only what exceeds the credit so far is paid, and nothing is taken back", () => {
  const told = settle("none", small, none, large, small);
  expect(told[2]).toEqual({
    revision: 3,
    supersedes: 2,
    verdict: "breached",
    counted_down_ms: 25_980_000,
    availability_percent_floor6: "98.997685",
    credit_minor: 100_000,
    delta_minor: 60_000,
    adjustment_minor: 60_000,
    net_credited_minor: 100_000,
  });
  expect(
    told.map((one) => [one.supersedes, one.delta_minor, one.adjustment_minor, one.net_credited_minor]),
  ).toEqual([
    [null, 40_000, 40_000, 40_000],
    [1, -40_000, 0, 40_000],
    [2, 60_000, 60_000, 100_000],
    [3, -60_000, 0, 100_000],
  ]);
});

test("with claw-back the balance follows every revision", () => {
  expect(
    settle("full", small, none, large, small).map((one) => [one.adjustment_minor, one.net_credited_minor]),
  ).toEqual([
    [40_000, 40_000],
    [-40_000, 0],
    [100_000, 100_000],
    [-60_000, 40_000],
  ]);
});

test("a revision without a credit counts 0", () => {
  const unseen = restated([unknown("01 00:00", "2026-07-01T00:00:00.000Z")]);
  const [, second] = settle("full", small, unseen);
  expect(second).toMatchObject({
    verdict: "no_data",
    availability_percent_floor6: null,
    credit_minor: 0,
    delta_minor: -40_000,
    net_credited_minor: 0,
  });
});

test("a refused revision refuses the whole input, by its place", () => {
  const wrong = restated([down("10 10:00", "10 09:00")]);
  expect(refusal("revision", { clawback: "none", revisions: [small, wrong] })).toMatchObject({
    code: "interval_empty",
    pointer: "/input/revisions/1/services/0/segments/0/end",
  });
});

test("revisions of different cycles or currencies are refused", () => {
  const may = { ...small, cycle: "2026-05" };
  expect(refusal("revision", { clawback: "none", revisions: [small, may] })).toMatchObject({
    code: "cycle_differs",
    pointer: "/input/revisions/1/cycle",
  });
  const euros = restated([], { credit: { ...creditTerms, currency: "EUR" } });
  expect(refusal("revision", { clawback: "none", revisions: [small, euros] })).toMatchObject({
    code: "currency_differs",
  });
});
