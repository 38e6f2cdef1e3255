import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLocalTime, printLocalTime } from "../../../src/domain/time/local-time.ts";
import { type Rotation, turnAt, turnsIn } from "../../../src/domain/time/rotation.ts";

const timeZone = "Europe/Copenhagen";
const weekly: Rotation = {
  timeZone,
  starts: "2026-10-19",
  handOver: "09:00",
  every: { count: 1, unit: "week" },
};
const local = (text: string) => parseLocalTime(text, timeZone);
const hourMs = 3_600_000;

describe("turns", () => {
  it("begin with the first, at its hand-over, and change to the millisecond", () => {
    expect(turnAt(weekly, local("2026-10-19 09:00") - 1)).toBeNull();
    expect(turnAt(weekly, local("2026-10-19 09:00"))).toMatchObject({ number: 0 });
    expect(turnAt(weekly, local("2026-10-26 09:00") - 1)).toMatchObject({ number: 0 });
    expect(turnAt(weekly, local("2026-10-26 09:00"))).toMatchObject({ number: 1 });
  });

  it("change at the same wall time when clocks go back and forward, and last an hour more or less", () => {
    const back = turnAt(weekly, local("2026-10-20 12:00"))!;
    expect(printLocalTime(back.end, timeZone)).toBe("2026-10-26 09:00");
    expect(back.end - back.start).toBe((7 * 24 + 1) * hourMs);
    const forward = turnAt(weekly, local("2027-03-27 12:00"))!;
    expect(printLocalTime(forward.end, timeZone)).toBe("2027-03-29 09:00");
    expect(forward.end - forward.start).toBe((7 * 24 - 1) * hourMs);
  });

  it("change after the gap where clocks skip the hand-over", () => {
    const nightly: Rotation = { ...weekly, handOver: "02:30", every: { count: 1, unit: "day" } };
    const turn = turnAt(nightly, local("2027-03-28 12:00"))!;
    expect(printLocalTime(turn.start, timeZone)).toBe("2027-03-28 03:00");
  });

  it("last as many days or weeks as they should", () => {
    const fortnight: Rotation = { ...weekly, every: { count: 2, unit: "week" } };
    const turns = turnsIn(fortnight, { start: local("2026-10-20 00:00"), end: local("2026-11-20 00:00") });
    expect(turns.map(({ start }) => printLocalTime(start, timeZone))).toEqual([
      "2026-10-19 09:00",
      "2026-11-02 09:00",
      "2026-11-16 09:00",
    ]);
  });

  it("tile time: every instant from the first on lies in exactly one, whatever the zone", () => {
    fc.assert(
      fc.property(
        fc.record({
          timeZone: fc.constantFrom(
            "Europe/Copenhagen",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "Asia/Kathmandu",
          ),
          starts: fc.constantFrom("2011-12-20", "2018-10-30", "2026-02-28"),
          handOver: fc.constantFrom("00:00", "00:30", "02:30", "09:00", "23:59"),
          every: fc.record({
            count: fc.integer({ min: 1, max: 3 }),
            unit: fc.constantFrom("day" as const, "week" as const),
          }),
        }),
        fc.integer({ min: 0, max: 200 * 24 }),
        (rotation, hours) => {
          const from = Date.UTC(2011, 10, 1);
          const start =
            Math.max(from, parseLocalTime(`${rotation.starts} 12:00`, rotation.timeZone)) +
            (48 + hours) * hourMs;
          const turns = turnsIn(rotation, { start, end: start + 40 * 24 * hourMs });
          expect(turns[0]!.start).toBeLessThanOrEqual(start);
          turns.slice(1).forEach((turn, i) => {
            expect(turn.start).toBe(turns[i]!.end);
            expect(turn.number).toBeGreaterThan(turns[i]!.number);
          });
          expect(turnAt(rotation, start)).toEqual(turns[0]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
