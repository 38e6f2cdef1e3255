import { describe, expect, it } from "vitest";
import { plansInForce, supportDue } from "../../../src/domain/support/support-plan.ts";
import { calendarsOf } from "../../../src/calendars/holidays.ts";
import { clausesOf } from "../../support/contracts.ts";

const hours = "{ time_zone: UTC, hours: { mon-fri: 09:00-17:00 } }";
const support = (plan: string) =>
  clausesOf(`support:
  plan: ${plan}
  plans:
    basic: { hours: ${hours}, response: 4h, resolution: 16h }
    plus: { includes: basic, priorities: { high: { response: 2h clock }, low: { response: 24h clock, resolution: 8h clock } } }`)
    .support!;
const opened = Date.parse("2026-06-08T09:00:00Z");
const due = (plan: string, priority: string | null) => {
  const { responseAt, resolutionAt } = supportDue(support(plan), priority, opened, calendarsOf(new Map()));
  return [responseAt, resolutionAt].map((at) => at && new Date(at).toISOString().slice(5, 16));
};

describe("a support plan", () => {
  it("promises the same for every enquiry where it has no table", () => {
    expect(due("basic", null)).toEqual(["06-08T13:00", "06-09T17:00"]);
    expect(due("basic", "high")).toEqual(["06-08T13:00", "06-09T17:00"]);
  });

  it("that includes another one owes whichever is due first", () => {
    expect(due("plus", "high")).toEqual(["06-08T11:00", "06-09T17:00"]);
    expect(due("plus", "low")).toEqual(["06-08T13:00", "06-08T17:00"]);
  });

  it("is in force with those it includes, each once", () => {
    expect(plansInForce(support("plus")).map(({ slug }) => slug)).toEqual(["plus", "basic"]);
    expect(plansInForce(support("basic")).map(({ slug }) => slug)).toEqual(["basic"]);
  });
});
