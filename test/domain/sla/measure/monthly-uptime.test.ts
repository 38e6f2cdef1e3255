import { describe, expect, test } from "vitest";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import type { WatchedService } from "../../../../src/domain/sla/measure/monthly-uptime.ts";
import { monthlyUptime } from "../../../../src/domain/sla/measure/monthly-uptime.ts";
import { availability } from "../../../../src/domain/sla/measure/availability.ts";
import { cycleOf } from "../../../../src/domain/time/billing-cycle.ts";

const at = Date.parse;
const hourMs = 3_600_000;
const now = at("2026-11-22T01:23:00Z");
const commitment = commitmentFrom({ targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 });
const beacon: WatchedService = {
  observedFrom: at("2026-09-10T22:00:00Z"),
  archivedAt: null,
  segments: [
    { state: "down", start: at("2026-10-31T22:58:00Z"), end: at("2026-10-31T23:01:00Z") },
    { state: "down", start: at("2026-11-22T01:20:00Z"), end: null },
  ],
  outages: [],
};

describe("the months of a service", () => {
  test("run from the first observation to the running one, oldest first", () => {
    const months = monthlyUptime(beacon, commitment, now);
    expect(months.map(({ label, provisional, verdict }) => ({ label, provisional, verdict }))).toEqual([
      { label: "2026-09", provisional: false, verdict: "met" },
      { label: "2026-10", provisional: false, verdict: "met" },
      { label: "2026-11", provisional: true, verdict: "on_track" },
    ]);
  });

  test("share an outage over midnight between them", () => {
    const [, october, november] = monthlyUptime(beacon, commitment, now);
    expect(october).toMatchObject({
      countedDownMs: 120_000,
      eligibleMs: 745 * hourMs,
      budget: { leftMs: 148_200 },
    });
    expect(november).toMatchObject({
      countedDownMs: 240_000,
      percent: "99.986834",
      budget: { leftMs: 19_200 },
      bestCasePercent: "99.990740",
    });
  });

  test("are unknown before the first observation", () => {
    const [september] = monthlyUptime(beacon, commitment, now);
    expect(september).toMatchObject({
      unknownMs: 240 * hourMs,
      percent: "100.000000",
      bounds: { low: "66.666666", high: "100.000000" },
      coveragePercent: "66.666666",
      sensitiveToUnknown: true,
    });
  });

  test("do not count what is said of the time before it", () => {
    const since = at("2026-09-10T22:00:00Z");
    const segments = [{ state: "down" as const, start: since - hourMs, end: since + 60_000 }];
    const [september] = monthlyUptime({ ...beacon, segments }, commitment, now);
    expect(september).toMatchObject({ countedDownMs: 60_000, unknownMs: 240 * hourMs });
  });

  test("end with the archiving of a service", () => {
    const archivedAt = at("2026-10-20T22:00:00Z");
    const months = monthlyUptime({ ...beacon, segments: [], archivedAt }, commitment, now);
    expect(months.map((month) => month.label)).toEqual(["2026-09", "2026-10"]);
    expect(months.at(-1)).toMatchObject({ provisional: false, eligibleMs: 480 * hourMs });
  });

  test("are one without data where nothing was ever observed", () => {
    const months = monthlyUptime({ ...beacon, observedFrom: null, segments: [] }, commitment, now);
    expect(months).toMatchObject([
      { label: "2026-11", verdict: "no_data", percent: null, bestCasePercent: null },
    ]);
  });

  test("are the same figures that the cycle alone would give", () => {
    const { label, ...november } = monthlyUptime(beacon, commitment, now).at(-1)!;
    const cycle = cycleOf(label, commitment);
    expect(availability([beacon], commitment, { cycle, startsAt: null, endsAt: null, asOf: now })).toEqual(
      november,
    );
  });

  test("show the edges of their own outages only", () => {
    const outage = {
      start: at("2026-11-03T10:00:00Z"),
      end: at("2026-11-03T10:01:00Z"),
      lastOkBeforeAt: at("2026-11-03T09:59:45Z"),
      lastFailAt: at("2026-11-03T10:00:45Z"),
      firstOkAfterAt: at("2026-11-03T10:01:00Z"),
    };
    const segments = [{ state: "down" as const, start: outage.start, end: outage.end }];
    const [september, , november] = monthlyUptime(
      { ...beacon, segments, outages: [outage] },
      commitment,
      now,
    );
    expect(september?.edges).toEqual({ low: "100.000000", high: "100.000000" });
    expect(november?.edges).toEqual({ low: "99.995885", high: "99.997531" });
  });
});
