import { describe, expect, it } from "vitest";
import type { PlatformSettings } from "../../src/domain/status/platform.ts";
import { horizonOf, wordsCycles } from "../../src/live/horizon.ts";

const at = Date.parse;

function settings(timeZone: string, anchorDay: number): PlatformSettings {
  return {
    name: "Acme",
    address: null,
    timeZone,
    languages: ["en"],
    commitment: { targetPercent: "99.99", anchorDay },
  };
}

describe("the horizon is the start of the thirteenth cycle before the running one", () => {
  it.each([
    ["in the middle of a cycle", "UTC", 1, "2026-03-10T12:00:00Z", "2025-02-01T00:00:00Z"],
    ["at the instant a cycle starts", "UTC", 1, "2026-03-01T00:00:00Z", "2025-02-01T00:00:00Z"],
    ["one ms before", "UTC", 1, "2026-02-28T23:59:59.999Z", "2025-01-01T00:00:00Z"],
    [
      "with an anchor that is still to come this month",
      "UTC",
      15,
      "2026-03-10T12:00:00Z",
      "2025-01-15T00:00:00Z",
    ],
    ["with anchor 31, in a month without one", "UTC", 31, "2026-03-30T12:00:00Z", "2025-01-31T00:00:00Z"],
    [
      "from winter into winter, at local midnight",
      "Europe/Copenhagen",
      1,
      "2026-03-10T12:00:00Z",
      "2025-01-31T23:00:00Z",
    ],
    ["from winter back into summer", "Europe/Copenhagen", 1, "2026-11-22T13:00:00Z", "2025-09-30T22:00:00Z"],
    ["west of Greenwich", "America/New_York", 1, "2026-03-10T12:00:00Z", "2025-02-01T05:00:00Z"],
    [
      "where midnight of the anchor is skipped by the clock",
      "America/Havana",
      9,
      "2026-04-20T12:00:00Z",
      "2025-03-09T05:00:00Z",
    ],
  ])("%s", (_, timeZone, anchorDay, now, horizon) => {
    expect(new Date(horizonOf(at(now), settings(timeZone, anchorDay), wordsCycles)).toISOString()).toBe(
      new Date(horizon).toISOString(),
    );
  });
});
