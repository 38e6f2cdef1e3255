import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { addRollup, bucketStart, emptyRollup, type Rollup } from "../../src/domain/monitoring/rollup.ts";
import { planBuckets } from "../../src/live/live-rollups.ts";
import type { RollupRow } from "../../src/store/rollups.ts";
import { sample } from "../support/watched.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const midnight = Date.UTC(2026, 2, 10);
const noon = midnight + 12 * hour;
const place = { checkId: 7, locationId: 2 };
const longAgo = midnight - 2 * day;

const plan = (open: RollupRow | undefined, observations: Observation[], historicBefore = longAgo) =>
  planBuckets(place, open, observations, historicBefore);
const brief = (row: RollupRow | undefined) =>
  row && { seconds: row.seconds, start: row.start, count: row.count, failures: row.failures };
const nothingToRebuild = { hours: [], days: [] };

/** The bucket that is being counted at an instant. */
function openAt(start: number): RollupRow {
  return plan(undefined, [sample(7, start)]).open!;
}

describe("the bucket being counted", () => {
  it("begins with the first sample, and takes what falls into its five minutes, boundary and all", () => {
    const { write, open, rebuild } = plan(undefined, [
      sample(7, noon),
      sample(7, noon + minute, "fail"),
      sample(7, noon + 5 * minute - 1),
    ]);
    expect(write).toEqual([]);
    expect(rebuild).toEqual(nothingToRebuild);
    expect(open).toMatchObject({ ...place, seconds: 300, start: noon, count: 3, failures: 1 });
  });

  it("is written when the first sample of a later one arrives", () => {
    const { write, open, rebuild } = plan(openAt(noon), [sample(7, noon + 5 * minute)]);
    expect(write.map(brief)).toEqual([{ seconds: 300, start: noon, count: 1, failures: 0 }]);
    expect(brief(open)).toEqual({ seconds: 300, start: noon + 5 * minute, count: 1, failures: 0 });
    expect(rebuild).toEqual(nothingToRebuild);
  });

  it("is not touched by what is only planned", () => {
    const open = openAt(noon);
    const before = structuredClone(open);
    plan(open, [sample(7, noon + second)]);
    expect(open).toEqual(before);
  });

  it("counts nothing of a probe that could not ask", () => {
    expect(plan(undefined, [sample(7, noon, "probe_error")])).toEqual({
      write: [],
      rebuild: nothingToRebuild,
      open: undefined,
    });
  });
});

describe("hours and days are made anew", () => {
  it.each([
    ["when the hour is over", noon - 1, noon, { hours: [noon - hour], days: [] }],
    [
      "when the day is over, too",
      midnight - 1,
      midnight,
      { hours: [midnight - hour], days: [midnight - day] },
    ],
    [
      "after a silence of hours, of the hour that was left",
      noon - 1,
      noon + 5 * hour,
      { hours: [noon - hour], days: [] },
    ],
    ["not within the hour", noon, noon + 59 * minute, nothingToRebuild],
  ])("%s", (_, from, to, rebuild) => {
    expect(plan(openAt(from), [sample(7, to)]).rebuild).toEqual(rebuild);
  });

  it("when samples come late for an hour or a day that is over", () => {
    const open = openAt(noon);
    const late = plan(open, [sample(7, midnight - day + hour), sample(7, noon - 2 * hour)]);
    expect(late.write.map(brief)).toEqual([
      { seconds: 300, start: midnight - day + hour, count: 1, failures: 0 },
      { seconds: 300, start: noon - 2 * hour, count: 1, failures: 0 },
    ]);
    expect(late.rebuild).toEqual({
      hours: [midnight - day + hour, noon - 2 * hour],
      days: [midnight - day],
    });
    expect(late.open).toBe(open);
  });

  it("not when they come late for the running hour: it is made when it is over", () => {
    const late = plan(openAt(noon + 20 * minute), [sample(7, noon)]);
    expect(late.write.map(brief)).toEqual([{ seconds: 300, start: noon, count: 1, failures: 0 }]);
    expect(late.rebuild).toEqual(nothingToRebuild);
  });
});

describe("samples older than the rows that are kept", () => {
  it("count into their hour and day at once, and leave the bucket being counted alone", () => {
    const open = openAt(noon);
    const historic = plan(
      open,
      [sample(7, noon - 60 * hour), sample(7, noon - 60 * hour + second, "fail")],
      noon - 48 * hour,
    );
    const start = noon - 60 * hour;
    expect(historic.write.map(brief)).toEqual([
      { seconds: 3600, start: bucketStart(start, 3600), count: 2, failures: 1 },
      { seconds: 86_400, start: bucketStart(start, 86_400), count: 2, failures: 1 },
    ]);
    expect(historic.rebuild).toEqual(nothingToRebuild);
    expect(historic.open).toBe(open);
  });

  it("the boundary is the hour in which it lies: no hour is counted both ways", () => {
    const boundary = noon + 20 * minute;
    const seconds = (at: number) => {
      const { write, open } = plan(undefined, [sample(7, at)], boundary);
      return [...write, ...(open === undefined ? [] : [open])].map((row) => row.seconds);
    };
    expect(seconds(noon - 1)).toEqual([3600, 86_400]);
    expect(seconds(noon)).toEqual([300]);
  });
});

it("however samples are cut into batches, in whatever order these come, every sample is counted once", () => {
  const instants = fc.array(fc.integer({ min: 0, max: 3 * 3600 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(instants, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (offsets, sizes) => {
      const counted = new Map<number, Rollup>();
      const add = (row: RollupRow) => {
        const sum = counted.get(row.start) ?? emptyRollup();
        addRollup(sum, row);
        counted.set(row.start, sum);
      };
      let open: RollupRow | undefined;
      for (let i = 0, batch = 0; i < offsets.length; batch++) {
        const size = sizes[batch % sizes.length]!;
        const some = offsets.slice(i, i + size).sort((a, b) => a - b);
        const planned = plan(
          open,
          some.map((offset) => sample(7, noon + offset * second)),
        );
        planned.write.forEach(add);
        open = planned.open;
        i += size;
      }
      add(open!);
      const wanted = Map.groupBy(offsets, (offset) => bucketStart(noon + offset * second, 300));
      expect(new Map([...counted].map(([start, { count }]) => [start, count]))).toEqual(
        new Map([...wanted].map(([start, { length }]) => [start, length])),
      );
    }),
    { numRuns: 60 },
  );
});
