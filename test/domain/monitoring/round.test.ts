import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outcome, outcomes } from "../../../probes/protocol.ts";
import { type CheckRules, rulesOf } from "../../../src/domain/monitoring/check.ts";
import {
  judgeRound,
  type LatestSamples,
  roundAt,
  withDelivered,
} from "../../../src/domain/monitoring/round.ts";
import type { CheckDefinition } from "../../../src/domain/monitoring/check-definition.ts";

const places = ["lisbon", "osaka", "lima"];

/** The rules of a check that three locations ask every 30 s. */
const rules = rulesOf({
  intervalMs: 30_000,
  confirmDown: 2,
  confirmUp: 1,
  locations: places,
} as unknown as CheckDefinition);

function latest(samples: Record<string, [at: number, Outcome, uncertaintyMs?: number]>): LatestSamples {
  return Object.fromEntries(
    Object.entries(samples).map(([location, [at, outcome, uncertaintyMs]]) => [
      location,
      uncertaintyMs === undefined ? { at, outcome } : { at, outcome, uncertaintyMs },
    ]),
  );
}

function verdict(samples: Parameters<typeof latest>[0], at = 100_000, given: CheckRules = rules): string {
  return judgeRound(roundAt(at, latest(samples), given), given);
}

describe("a round", () => {
  it("of three locations fails when two of them fail, and not when one does", () => {
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [90_000, "fail"], lima: [80_000, "ok"] })).toBe(
      "fail",
    );
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [90_000, "ok"], lima: [80_000, "ok"] })).toBe("ok");
  });

  it("takes the word of the two that are left when one of three has gone quiet", () => {
    const quiet = 20_000;
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [90_000, "fail"], lima: [quiet, "ok"] })).toBe("fail");
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [90_000, "ok"], lima: [quiet, "ok"] })).toBe("ok");
  });

  it("does not fail on the last word of a location that has gone quiet since", () => {
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [20_000, "fail"], lima: [90_000, "ok"] })).toBe("ok");
  });

  it("is inconclusive when fewer locations report than must, whatever those say that do", () => {
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [20_000, "fail"], lima: [20_000, "ok"] })).toBe(
      "inconclusive",
    );
    expect(verdict({ lisbon: [100_000, "ok"] })).toBe("inconclusive");
    expect(verdict({ lisbon: [100_000, "fail"], osaka: [100_000, "probe_error"] })).toBe("inconclusive");
  });

  it("counts a location for 2.5 times its configured interval, to the millisecond", () => {
    const samples = {
      lisbon: [100_000, "fail"] as [number, Outcome],
      osaka: [25_000, "fail"] as [number, Outcome],
    };
    expect(verdict(samples, 100_000)).toBe("fail");
    expect(verdict({ ...samples, osaka: [24_999, "fail"] }, 100_000)).toBe("inconclusive");
  });

  it("holds a location by the configured interval also while it asks more often at the edge of a state", () => {
    let said: LatestSamples = {};
    for (const at of [30_000, 31_000, 36_000, 41_000]) {
      said = withDelivered(said, at, [{ location: "osaka", outcome: "fail" }]);
    }
    said = withDelivered(said, 116_000, [{ location: "lisbon", outcome: "fail" }]);
    expect(judgeRound(roundAt(116_000, said, rules), rules)).toBe("fail");
    expect(judgeRound(roundAt(116_001, said, rules), rules)).toBe("inconclusive");
  });

  it("is degraded when as many locations are slow or fail as would make it fail", () => {
    expect(verdict({ lisbon: [100_000, "slow"], osaka: [90_000, "fail"], lima: [80_000, "ok"] })).toBe(
      "degraded",
    );
    expect(verdict({ lisbon: [100_000, "slow"], osaka: [90_000, "ok"], lima: [80_000, "ok"] })).toBe("ok");
  });

  it("is as uncertain as the worst clock among those that report", () => {
    const round = (samples: Parameters<typeof latest>[0]) => roundAt(100_000, latest(samples), rules);
    expect(
      round({ lisbon: [100_000, "ok"], osaka: [90_000, "ok", 3_000], lima: [80_000, "ok", 9_000] }),
    ).toEqual({
      at: 100_000,
      reports: { lisbon: "ok", osaka: "ok", lima: "ok" },
      uncertaintyMs: 9_000,
    });
    expect(round({ lisbon: [100_000, "ok"], lima: [20_000, "ok", 9_000] })).not.toHaveProperty(
      "uncertaintyMs",
    );
    expect(round({ lisbon: [100_000, "ok"], lima: [90_000, "probe_error", 9_000] })).not.toHaveProperty(
      "uncertaintyMs",
    );
  });

  const heard = fc.dictionary(
    fc.constantFrom(...places),
    fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom(...outcomes)),
  );

  it("is the same as if locations that are quiet or could not ask did not exist (any samples)", () => {
    fc.assert(
      fc.property(heard, (samples) => {
        const voting = Object.entries(samples).filter(
          ([, [at, outcome]]) => 100_000 - at <= 75_000 && outcome !== "probe_error",
        );
        expect(verdict(samples)).toBe(verdict(Object.fromEntries(voting)));
      }),
    );
  });

  it("never becomes better by one more location that fails (any samples)", () => {
    const rank = ["ok", "degraded", "fail"];
    fc.assert(
      fc.property(heard, (samples) => {
        const before = verdict(samples);
        const after = verdict({ ...samples, quito: [100_000, "fail"] });
        if (before !== "inconclusive") {
          expect(rank.indexOf(after)).toBeGreaterThanOrEqual(rank.indexOf(before));
        }
      }),
    );
  });
});
