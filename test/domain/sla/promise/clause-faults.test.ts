import { describe, expect, it } from "vitest";
import { clauseFaults } from "../../../../src/domain/sla/promise/clause-faults.ts";
import { BadPlatformFile } from "../../../../src/platform-file/mistakes.ts";
import { clausesOf } from "../../../support/contracts.ts";

/** Places under the contract and rules, of a contract with these lines. */
function faultsOf(...lines: string[]): [string, string][] {
  try {
    expect(clauseFaults(clausesOf(lines.join("\n")))).toEqual([]);
    return [];
  } catch (error) {
    if (error instanceof BadPlatformFile) {
      return error.mistakes.map(({ path, rule }) => [path.slice(2).join("."), rule]);
    }
    throw error;
  }
}

const credit = (rest: string, ...more: string[]) =>
  faultsOf("target: 99.99", "fee: 4000.00 DKK", `credit: { ${rest} }`, ...more);

describe("a lawyer strikes", () => {
  it.each<[string, [string, string][], string, RegExp]>([
    [
      "thresholds that rise",
      credit("bands: [{ below: 99, percent: 10 }, { below: 99.9, percent: 20 }]"),
      "credit.bands.1",
      /thresholds have to fall/,
    ],
    [
      "percents that fall",
      credit("bands: [{ below: 99.99, percent: 20 }, { below: 99, percent: 10 }]"),
      "credit.bands.1",
      /percents to rise/,
    ],
    [
      "thresholds that are the same",
      credit("bands: [{ below: 99.99, percent: 10 }, { below: 99.990, percent: 20 }]"),
      "credit.bands.1",
      /strictly/,
    ],
    [
      "a credit without a fee",
      faultsOf("target: 99.99", "credit: { table: storage }"),
      "credit",
      /write fee/,
    ],
    [
      "a credit without a target",
      faultsOf("target: none", "fee: 1.00 DKK", "credit: { table: storage }"),
      "credit",
      /nothing is ever paid/,
    ],
    [
      "two currencies",
      credit("table: storage, minimum: 1.00 EUR"),
      "credit.minimum",
      /currency of the fee, DKK, not EUR/,
    ],
    [
      "a claim for what is paid anyway",
      credit("table: storage, mode: automatic, claim: { days_after_cycle: 30 }"),
      "credit.claim",
      /not claimed/,
    ],
    ["two ways to reckon", credit("table: storage, proportional: {}"), "credit.proportional", /one way/],
    ["no way to reckon", credit("cap: 50"), "credit", /"table", "bands" or "proportional" is missing/],
    [
      "weighted minutes",
      faultsOf("covers: [beacon]", "roll_up: { weights: { beacon: 1 } }", "minutes: minute_any"),
      "minutes",
      /exact ms/,
    ],
    [
      "weighted unknown time that is removed",
      faultsOf("covers: [beacon]", "roll_up: { weights: { beacon: 1 } }", "unknown: remove"),
      "unknown",
      /cannot remove/,
    ],
    [
      "a weighted minimum outage",
      faultsOf("covers: [beacon]", "roll_up: { weights: { beacon: 1 } }", "min_outage: 1m"),
      "min_outage",
      /no minimum/,
    ],
    [
      "a weighted denominator that shrinks",
      faultsOf(
        "covers: [beacon]",
        "roll_up: { weights: { beacon: 1 } }",
        "maintenance: { exclude: true, denominator: remove }",
      ),
      "maintenance.denominator",
      /keep it/,
    ],
    [
      "weights that are all 0",
      faultsOf("covers: [beacon]", "roll_up: { weights: { beacon: 0 } }"),
      "roll_up.weights",
      /all be 0/,
    ],
    [
      "a covered service without weight",
      faultsOf("covers: [beacon, lamp]", "roll_up: { weights: { beacon: 1 } }"),
      "roll_up.weights",
      /"lamp" is covered/,
    ],
    [
      "a weight of what is not covered",
      faultsOf("covers: [beacon]", "roll_up: { weights: { beacon: 1, lamp: 1 } }"),
      "roll_up.weights.lamp",
      /not covered/,
    ],
    [
      "more services than there are",
      faultsOf("covers: [beacon, lamp]", "roll_up: { at_least: 3 }"),
      "roll_up.at_least",
      /can never be down/,
    ],
    [
      "a plan that is not there",
      faultsOf("support: { plan: gold, plans: { basic: {} } }"),
      "support.plan",
      /no plan "gold"/,
    ],
    [
      "a plan that includes none that is there",
      faultsOf("support: { plans: { basic: { includes: gold } } }"),
      "support.plans.basic.includes",
      /no plan "gold"/,
    ],
    [
      "plans in a circle",
      faultsOf("support: { plans: { basic: { includes: plus }, plus: { includes: basic } } }"),
      "support.plan",
      /circle/,
    ],
    [
      "a first priority that is not there",
      faultsOf("support: { plans: { basic: { starts: p1 } } }"),
      "support.plans.basic.starts",
      /no priority "p1"/,
    ],
    [
      "working time without hours",
      faultsOf("support: { plans: { basic: { response: 4h working } } }"),
      "support.plans.basic",
      /write hours/,
    ],
  ])("%s", (_, faults, place, rule) => {
    expect(faults).toEqual([[place, expect.stringMatching(rule)]]);
  });

  it("nothing of what stands", () => {
    expect(credit("table: cloud-zones, minimum: 1.00 DKK, claim: { end_of_following_cycle: 2 }")).toEqual([]);
    expect(faultsOf("covers: [beacon, lamp]", "roll_up: { weights: { beacon: 1, lamp: 0 } }")).toEqual([]);
  });
});
