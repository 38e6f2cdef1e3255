import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidInput } from "../../../../src/domain/errors.ts";
import { ceil, compare } from "../../../../src/domain/sla/figures/exact.ts";
import {
  allowedDownMs,
  availableShare,
  meets,
  parseTarget,
  percentFloor,
  percentHalfUp,
  shareFloor,
} from "../../../../src/domain/sla/figures/ratio.ts";

const april = 2_592_000_000;
const target = parseTarget("99.99");
const cycles = fc.integer({ min: 1, max: 745 * 3_600_000 });
const targets = fc
  .integer({ min: 1, max: 100_000_000 })
  .map((millionths) =>
    parseTarget(`${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, "0")}`),
  );

describe("shares of whole ms", () => {
  const share = (part: number, whole: number) => ({ numerator: BigInt(part), denominator: BigInt(whole) });
  const parts = fc
    .integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
    .chain((whole) => fc.tuple(fc.constant(whole), fc.integer({ min: 1, max: whole })));

  test("print the same digits as fractions of big integers", () => {
    fc.assert(
      fc.property(parts, ([whole, down]) => {
        expect(percentFloor(whole, down, 6)).toBe(shareFloor(share(whole - down, whole), 6));
      }),
    );
  });

  test("keep a target exactly when their fraction is at least the target", () => {
    fc.assert(
      fc.property(cycles, targets, fc.integer({ min: -2, max: 2 }), (eligibleMs, promised, beside) => {
        const down = Math.min(eligibleMs, Math.max(1, allowedDownMs(eligibleMs, promised) + beside));
        const isKept = compare(availableShare(eligibleMs, down), promised.share) >= 0;
        expect(meets(eligibleMs, down, promised)).toBe(isKept);
      }),
    );
  });
});

describe("a target", () => {
  test.each(["99.99", "100", "100.000", "0.5", "99.999999999"])("may be %s", (percent) => {
    expect(parseTarget(percent).percent).toBe(percent);
  });

  test.each(["0", "0.0", "100.01", "-1", "99,99", "99.", ".9", "1e2", "", " 99", "99.9999999999"])(
    "may not be %j",
    (percent) => {
      expect(() => parseTarget(percent)).toThrow(InvalidInput);
    },
  );

  test.each([
    ["one ms below it", 259_199, true],
    ["exactly at it", 259_200, true],
    ["one ms over it", 259_201, false],
  ])("of 99.99 over thirty days, with downtime %s", (_, downMs, met) => {
    expect(meets(april, downMs, target)).toBe(met);
  });

  test("is met exactly when the downtime is within the floored budget", () => {
    fc.assert(
      fc.property(cycles, targets, fc.nat({ max: 1000 }), (eligibleMs, some, off) => {
        const allowedMs = allowedDownMs(eligibleMs, some);
        const downMs = Math.min(eligibleMs, Math.max(0, allowedMs + off - 500));
        expect(meets(eligibleMs, downMs, some)).toBe(downMs <= allowedMs);
      }),
    );
  });

  test("judges a fraction of a ms exactly", () => {
    const overByAThird = { numerator: 259_200n * 3n + 1n, denominator: 3n };
    expect(meets(april, overByAThird, target)).toBe(false);
    expect(meets(april, { numerator: 259_200n * 3n, denominator: 3n }, target)).toBe(true);
    expect(percentFloor(april, overByAThird, 6)).toBe("99.989999");
    expect(ceil(overByAThird)).toBe(259_201);
  });
});

describe("a percentage", () => {
  test.each([
    [april, 259_201, "99.989999", "99.990000"],
    [2_674_800_000, 267_840, "99.989986", "99.989987"],
    [april, 100_000, "99.996141", "99.996142"],
    [april, 1, "99.999999", "100.000000"],
    [april, 0, "100.000000", "100.000000"],
    [april, april, "0.000000", "0.000000"],
    [3, 2, "33.333333", "33.333333"],
  ])("of %i ms with %i down is %s, half up %s", (eligibleMs, downMs, floor, halfUp) => {
    expect(percentFloor(eligibleMs, downMs, 6)).toBe(floor);
    expect(percentHalfUp(eligibleMs, downMs, 6)).toBe(halfUp);
  });

  test("is cut to as many decimals as asked for", () => {
    expect(percentFloor(april, 259_201, 3)).toBe("99.989");
    expect(percentFloor(april, 259_201, 0)).toBe("99");
    expect(shareFloor({ numerator: 5n, denominator: 4n }, 2)).toBe("125.00");
  });

  test("is 100 only without any downtime, and more downtime never raises it", () => {
    fc.assert(
      fc.property(cycles, fc.nat(), fc.nat(), (eligibleMs, a, b) => {
        const [less, more] = [a % (eligibleMs + 1), b % (eligibleMs + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const percent = (downMs: number) => Number(percentFloor(eligibleMs, downMs, 6));
        expect(percent(more)).toBeLessThanOrEqual(percent(less));
        expect(percent(less) === 100).toBe(less === 0);
      }),
    );
  });

  test("truncated to fewer decimals, is what it would have been printed with these", () => {
    fc.assert(
      fc.property(cycles, fc.nat(), (eligibleMs, some) => {
        const downMs = some % (eligibleMs + 1);
        expect(percentFloor(eligibleMs, downMs, 6).slice(0, -3)).toBe(percentFloor(eligibleMs, downMs, 3));
      }),
    );
  });
});
