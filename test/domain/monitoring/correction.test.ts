import fc from "fast-check";
import { expect, test } from "vitest";
import { corrected } from "../../../src/domain/monitoring/correction.ts";
import {
  readingStates,
  type ReadingState,
  type Segment,
  segmentsFrom,
} from "../../../src/domain/monitoring/timeline.ts";

const correction = (state: ReadingState, start: number, end: number | null, recordedAt = 0) => ({
  state,
  start,
  end,
  recordedAt,
});
const outage: Segment[] = [{ start: 10, end: 20, state: "down" }];

test.each([
  [
    "up inside an outage cuts it in two",
    correction("up", 12, 15),
    [
      [10, 12, "down"],
      [15, 20, "down"],
    ],
  ],
  ["down beside it makes it longer", correction("down", 20, 25), [[10, 25, "down"]]],
  ["over all of it replaces it", correction("unknown", 5, 25), [[5, 25, "unknown"]]],
  [
    "without an end lasts as long as what still runs",
    correction("degraded", 15, null),
    [
      [10, 15, "down"],
      [15, 30, "degraded"],
    ],
  ],
])("%s", (_, one, expected) => {
  expect(corrected(outage, [one], 30).map(({ start, end, state }) => [start, end, state])).toEqual(expected);
});

test("at every ms the last recorded correction wins, of those at one instant the last listed", () => {
  const timelines = fc
    .array(fc.record({ at: fc.nat({ max: 30 }), state: fc.constantFrom(...readingStates) }), { maxLength: 5 })
    .map((changes) =>
      segmentsFrom([{ at: 0, state: "up" as const }, ...changes.sort((a, b) => a.at - b.at)], {
        start: 0,
        end: 30,
      }).filter(({ state }) => state !== "up"),
    );
  const corrections = fc.array(
    fc
      .tuple(
        fc.nat({ max: 29 }),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(...readingStates),
        fc.nat({ max: 2 }),
      )
      .map(([start, lengthMs, state, recordedAt]) => correction(state, start, start + lengthMs, recordedAt)),
    { maxLength: 5 },
  );
  const stateAt = (segments: readonly Segment[], at: number) =>
    segments.find(({ start, end }) => start <= at && at < end)?.state ?? "up";
  fc.assert(
    fc.property(timelines, corrections, (timeline, some) => {
      const result = corrected(timeline, some, 30);
      for (let at = 0; at < 40; at++) {
        const [last] = some
          .filter(({ start, end }) => start <= at && at < end!)
          .reverse()
          .sort((a, b) => b.recordedAt - a.recordedAt);
        expect(stateAt(result, at)).toBe(last?.state ?? stateAt(timeline, at));
      }
      expect(
        result.every(
          ({ start, state }, i) =>
            i === 0 ||
            result[i - 1]!.end < start ||
            (result[i - 1]!.end === start && result[i - 1]!.state !== state),
        ),
      ).toBe(true);
    }),
  );
});
