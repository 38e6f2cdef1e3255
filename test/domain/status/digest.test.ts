import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueAt, floodMs, longestWaitMs } from "../../../src/domain/status/digest.ts";
import { paces } from "../../../src/domain/status/subscription.ts";

const zone = "Europe/Copenhagen";
const instant = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-12-31") });

describe("a message is due", () => {
  it.each([
    ["at once, where nothing was sent", "at_once", null, "2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z"],
    [
      "five minutes after the last",
      "at_once",
      "2026-06-01T09:58:00Z",
      "2026-06-01T10:00:00Z",
      "2026-06-01T10:03:00Z",
    ],
    [
      "at once, where the last is long ago",
      "at_once",
      "2026-06-01T09:55:00Z",
      "2026-06-01T10:00:00Z",
      "2026-06-01T10:00:00Z",
    ],
    [
      "at the next full hour",
      "hourly",
      "2026-06-01T09:59:59Z",
      "2026-06-01T10:00:00Z",
      "2026-06-01T11:00:00Z",
    ],
    ["this morning at eight", "daily", null, "2026-06-01T05:59:59Z", "2026-06-01T06:00:00Z"],
    ["tomorrow at eight", "daily", null, "2026-06-01T06:00:00Z", "2026-06-02T06:00:00Z"],
    [
      "at eight by the clock, when clocks go back",
      "daily",
      null,
      "2026-10-24T12:00:00Z",
      "2026-10-25T07:00:00Z",
    ],
  ] as const)("%s", (_, pace, last, now, expected) => {
    const lastToldAt = last === null ? null : Date.parse(last);
    expect(new Date(dueAt({ pace, lastToldAt }, Date.parse(now), zone)).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });

  it("never before it is announced, and never later than its pace allows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paces), instant, fc.nat(10 * floodMs), (pace, now, agoMs) => {
        const due = dueAt({ pace, lastToldAt: now - agoMs }, now, zone);
        expect(due).toBeGreaterThanOrEqual(now);
        expect(due).toBeLessThanOrEqual(now + longestWaitMs[pace]);
      }),
    );
  });

  it("no two messages of those who hear at once lie closer together than a flood, however many updates there are", () => {
    fc.assert(
      fc.property(instant, fc.array(fc.nat(2 * floodMs), { maxLength: 30 }), (start, steps) => {
        let now = start;
        let lastToldAt: number | null = null;
        for (const step of steps) {
          now += step;
          const due = dueAt({ pace: "at_once", lastToldAt }, now, zone);
          if (lastToldAt !== null) {
            expect(due - lastToldAt).toBeGreaterThanOrEqual(floodMs);
          }
          lastToldAt = due;
          now = due;
        }
      }),
    );
  });
});
