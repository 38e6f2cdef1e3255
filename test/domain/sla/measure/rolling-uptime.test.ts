import { expect, it } from "vitest";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { rollingUptime } from "../../../../src/domain/sla/measure/rolling-uptime.ts";

const day = 86_400_000;
const now = 400 * day;
const commitment = commitmentFrom({ targetPercent: null, anchorDay: 1, timeZone: "UTC" });
const service = (observedFrom: number | null, down: [number, number][] = []) => ({
  observedFrom,
  archivedAt: null,
  outages: [],
  segments: down.map(([start, end]) => ({ start, end, state: "down" as const })),
});

it("is the share of the last days that was not down, truncated", () => {
  expect(rollingUptime(service(0, [[now - day, now - day + 100_000]]), 30, commitment, now)).toBe(
    "99.996141",
  );
  expect(rollingUptime(service(0), 30, commitment, now)).toBe("100.000000");
});

it("leaves out what was down before these days", () => {
  const split: [number, number][] = [[now - 30 * day - 60_000, now - 30 * day + 60_000]];
  expect(rollingUptime(service(0, split), 30, commitment, now)).toBe("99.997685");
});

it("begins with the first observation, and has no figure without one", () => {
  expect(rollingUptime(service(now - 10 * day, [[now - day, now - day / 2]]), 365, commitment, now)).toBe(
    "95.000000",
  );
  expect(rollingUptime(service(null), 30, commitment, now)).toBe(null);
});
