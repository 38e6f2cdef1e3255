import { expect, it } from "vitest";
import { openRefusalTally } from "../../src/live/refusal-tally.ts";

const minute = 60_000;

it("reports refusals from the third of one reason on, and every later one", () => {
  const tally = openRefusalTally();
  tally.count("wrong_signature", "osaka-1", 1);
  tally.count("wrong_signature", "osaka-1", 2);
  tally.count("unknown_probe", null, 2);
  expect(tally.take(3)).toEqual([]);
  tally.count("wrong_signature", "osaka-2", 4);
  expect(tally.take(5)).toEqual([{ code: "wrong_signature", count: 3, lastAt: 4, probe: "osaka-2" }]);
  expect(tally.take(6)).toEqual([]);
  tally.count("wrong_signature", null, 7);
  expect(tally.take(8)).toEqual([{ code: "wrong_signature", count: 1, lastAt: 7, probe: null }]);
});

it("forgets a reason that nobody met for ten minutes", () => {
  const tally = openRefusalTally();
  tally.count("wrong_signature", null, 0);
  tally.count("wrong_signature", null, 1);
  expect(tally.take(10 * minute + 1)).toEqual([]);
  tally.count("wrong_signature", null, 11 * minute);
  expect(tally.take(11 * minute)).toEqual([]);
});

it("does not mind a probe that has to begin where the store says", () => {
  const tally = openRefusalTally();
  for (let i = 0; i < 10; i++) {
    tally.count("sequence_gap", "osaka-1", i);
  }
  expect(tally.take(10)).toEqual([]);
});

it("keeps no more than the beginning of a name that somebody sent", () => {
  const tally = openRefusalTally();
  for (let i = 0; i < 3; i++) {
    tally.count("unknown_probe", "x".repeat(5_000), i);
  }
  expect(tally.take(3)[0]!.probe).toHaveLength(100);
});
