import { expect, it } from "vitest";
import { noPrevious } from "../../../probes/batch.ts";
import type { Batch } from "../../../probes/protocol.ts";
import { samplesOf, usableObservations } from "../../../src/domain/monitoring/evidence.ts";

const batch = (skewMs?: number): Batch => ({
  version: 1,
  probe: "probe-lisbon",
  location: "lisbon",
  sequence: 1,
  previous: noPrevious,
  closedAt: 1_000,
  ...(skewMs === undefined ? {} : { skewMs }),
  observations: [{ check: 7, at: 900, outcome: "ok", timings: {} }],
});
const read = (skewMs?: number) => samplesOf(batch(skewMs), usableObservations(batch(skewMs)));

it("takes a clock that is off by at most 2 s, or was never measured, as right", () => {
  for (const skewMs of [undefined, 0, 2_000, -2_000]) {
    expect(read(skewMs)).toEqual([{ location: "lisbon", at: 900, outcome: "ok" }]);
  }
});

it("carries the error of a clock that is off by up to 60 s with every sample", () => {
  for (const skewMs of [2_001, -2_001, 60_000, -60_000]) {
    expect(read(skewMs)).toEqual([
      { location: "lisbon", at: 900, outcome: "ok", uncertaintyMs: Math.abs(skewMs) },
    ]);
  }
});

it("derives nothing from samples of a clock that is off by more than 60 s", () => {
  expect([read(60_001), read(-60_001)]).toEqual([[], []]);
});
