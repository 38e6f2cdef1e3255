import { expect, it } from "vitest";
import type { StandingContract } from "../../../../src/domain/sla/promise/agreement-plan.ts";
import { hoursWithUse, usesOfCalendar } from "../../../../src/domain/sla/promise/calendar-uses.ts";
import type { ContractClauses } from "../../../../src/domain/sla/promise/clauses.ts";
import { literalClauses } from "../../../../src/domain/sla/promise/clauses.ts";

const office = { calendar: "office" };
const literal = literalClauses({ targetPercent: null, timeZone: "UTC", anchorDay: 1 });
const support = {
  plans: [
    { slug: "standard", hours: office },
    { slug: "plus", hours: null },
  ],
} as never;
const clauses: ContractClauses = {
  ...literal,
  serviceHours: office,
  maintenance: { ...literal.maintenance, outsideHoursOf: { calendar: "nights" } },
  support,
};
const standing = (over: Partial<StandingContract> = {}, particulars: object = {}): StandingContract =>
  ({
    particulars: { endsAt: null, send: { kind: "on_issue" }, ...particulars },
    versions: [{ effectiveAt: 100, clauses }],
    managedBy: "file",
    archived: false,
    ...over,
  }) as never;
const uses = (slug: string, contract: StandingContract) =>
  usesOfCalendar(slug, new Map([["a", contract]]), 200);

it("every clause that names hours says what for", () => {
  expect(hoursWithUse(clauses).map(({ use, plan }) => [use, plan])).toEqual([
    ["service_hours", null],
    ["maintenance", null],
    ["support", "standard"],
  ]);
});

it("a calendar is used by the contracts in force and to come that name it", () => {
  expect(uses("office", standing())).toEqual([
    { contract: "a", use: "service_hours", plan: null },
    { contract: "a", use: "support", plan: "standard" },
  ]);
  expect(uses("nights", standing({ versions: [{ effectiveAt: 900, clauses }] as never }))).toHaveLength(1);
  expect(uses("office", standing({ archived: true }))).toEqual([]);
  expect(uses("office", standing({}, { endsAt: 200 }))).toEqual([]);
});

it("a calendar by which reports are sent is used, too", () => {
  const later = { kind: "later", calendar: "sending", days: 1 };
  expect(uses("sending", standing({}, { send: later }))).toEqual([
    { contract: "a", use: "sending", plan: null },
  ]);
});
