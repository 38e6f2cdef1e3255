import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidInput } from "../../../../src/domain/errors.ts";
import {
  type AnnouncedWindow,
  excludedTime,
  isPartial,
  judgeWindows,
  noMaintenanceExcluded,
} from "../../../../src/domain/sla/measure/exclusion.ts";
import { measure } from "../../../../src/domain/time/interval.ts";

const policy = { ...noMaintenanceExcluded, exclude: true };
const covered = ["beacon", "lamp"];
const window = (start: number, end: number, more: Partial<AnnouncedWindow> = {}): AnnouncedWindow => ({
  start,
  end,
  services: "*",
  announcedAt: 0,
  ...more,
});

describe("excluded time", () => {
  test("of each service is what windows and exclusions of it cover; of every service what they have in common", () => {
    const judged = judgeWindows([window(100, 200, { services: ["beacon"] })], covered, policy, "UTC");
    expect(excludedTime(judged, [{ start: 150, end: 300, services: "*" }], covered, policy)).toEqual({
      ofEach: [[{ start: 100, end: 300 }], [{ start: 150, end: 300 }]],
      ofEvery: [{ start: 150, end: 300 }],
    });
  });

  test("that leaves the denominator has to cover all services", () => {
    const remove = { ...policy, denominator: "remove" as const };
    const of = (services: AnnouncedWindow["services"]) => () =>
      excludedTime(
        judgeWindows([window(100, 200, { services })], covered, remove, "UTC"),
        [],
        covered,
        remove,
      );
    expect(of(["beacon"])).toThrow(InvalidInput);
    expect(of(["lamp", "beacon"])).not.toThrow();
    expect(of(["buoy"])).not.toThrow();
  });

  test.each([
    ["*" as const, false],
    [["beacon"], true],
    [["beacon", "lamp", "buoy"], false],
    [["buoy"], false],
    [[], false],
  ])("covers some services and not all: %j is %s", (scope, expected) => {
    expect(isPartial(scope, covered)).toBe(expected);
  });
});

test("no policy excludes more than the windows, and a stricter one never excludes more", () => {
  const windows = fc.array(
    fc
      .tuple(fc.nat({ max: 1_000 }), fc.integer({ min: 1, max: 300 }), fc.option(fc.nat({ max: 1_000 })))
      .map(([start, lengthMs, announcedAt]) => window(start, start + lengthMs, { announcedAt })),
    { maxLength: 6 },
  );
  const policies = fc.record({
    ...Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, fc.constant(value)])),
    minNoticeMs: fc.nat({ max: 500 }),
    maxWindowMs: fc.option(fc.integer({ min: 1, max: 300 })),
    overCap: fc.constantFrom("truncate", "reject"),
  }) as fc.Arbitrary<typeof policy>;
  fc.assert(
    fc.property(windows, policies, (some, given) => {
      const excludedMs = (clauses: Partial<typeof policy>) =>
        measure(
          excludedTime(judgeWindows(some, covered, { ...given, ...clauses }, "UTC"), [], covered, policy)
            .ofEvery,
        );
      const all = measure(excludedTime([], some, covered, policy).ofEvery);
      expect(excludedMs({})).toBeLessThanOrEqual(all);
      expect(excludedMs({ minNoticeMs: given.minNoticeMs + 1 })).toBeLessThanOrEqual(excludedMs({}));
      expect(excludedMs({ overCap: "reject" })).toBeLessThanOrEqual(excludedMs({ overCap: "truncate" }));
      expect(excludedMs({ maxPerQuarter: 1 })).toBeLessThanOrEqual(excludedMs({ maxPerQuarter: 2 }));
      expect(excludedMs({ exclude: false })).toBe(0);
    }),
  );
});
