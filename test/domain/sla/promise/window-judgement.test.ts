import { describe, expect, it } from "vitest";
import { windowRulesOf } from "../../../../src/domain/sla/promise/window-check.ts";
import { brokenRules, reasonFor } from "../../../../src/domain/sla/promise/window-judgement.ts";
import { calendarsOf } from "../../../../src/calendars/holidays.ts";
import { clausesOf } from "../../../support/contracts.ts";

const minute = 60_000;
const start = Date.parse("2026-06-10T20:00:00Z");
const rules = windowRulesOf(
  clausesOf("maintenance: { checks: { longest: 30m, per_quarter: 1 } }"),
  calendarsOf(new Map()),
)!;
const contract = (slug: string, ...covered: string[]) => ({ slug, rules, covered: new Set(covered) });
const work = (minutes: number, ...serviceSlugs: string[]) => ({
  ...{ start, end: start + minutes * minute, serviceSlugs },
});

describe("what planned work breaks", () => {
  it("is told contract by contract, of those that cover what it touches", () => {
    const contracts = [contract("acme-gold", "beacon"), contract("acme-silver", "lamp")];
    expect(brokenRules(work(45, "beacon"), start, [], contracts)).toMatchObject([
      { contract: "acme-gold", code: "too_long", actual: 45 * minute, promised: 30 * minute },
    ]);
    expect(brokenRules(work(45, "beacon", "lamp"), start, [], contracts)).toHaveLength(2);
    expect(brokenRules(work(30, "beacon", "lamp"), start, [], contracts)).toEqual([]);
  });

  it("counts beside it only what touches the same contract", () => {
    const contracts = [contract("acme-gold", "beacon")];
    expect(brokenRules(work(10, "beacon"), start, [work(5, "lamp")], contracts)).toEqual([]);
    expect(brokenRules(work(10, "beacon"), start, [work(5, "beacon")], contracts)).toMatchObject([
      { code: "too_many", actual: 2, promised: 1 },
    ]);
  });

  it("takes a reason, and no more than what is broken does", () => {
    const broken = brokenRules(work(45, "beacon"), start, [], [contract("acme-gold", "beacon")]);
    expect(reasonFor([], "Because.")).toBeNull();
    expect(reasonFor(broken, " Because. ")).toBe("Because.");
    for (const none of [null, "", " \n"]) {
      expect(() => reasonFor(broken, none)).toThrow("It breaks what contracts promise: that takes a reason.");
    }
    expect(() => reasonFor(broken, "x".repeat(5_001))).toThrow("The reason cannot be kept like this.");
  });
});
