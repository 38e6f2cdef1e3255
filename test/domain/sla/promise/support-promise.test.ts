import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../../src/calendars/holidays.ts";
import type { StandingContract } from "../../../../src/domain/sla/promise/agreement-plan.ts";
import {
  contractFor,
  prioritiesOf,
  startPriority,
  supportAt,
} from "../../../../src/domain/sla/promise/support-promise.ts";
import { clausesOf } from "../../../support/contracts.ts";

const at = Date.parse("2026-06-08T08:00:00Z");
const standing = (lines: string, over: object = {}): StandingContract =>
  ({
    particulars: { customer: "acme", endsAt: null, ...over },
    versions: [{ effectiveAt: 0, clauses: clausesOf(lines) }],
    managedBy: "file",
    archived: false,
  }) as never;
const slow = standing("policy: metacompliance-da");
const fast = standing("policy: oneoffice-da");
const beacon = { slug: "beacon", groupSlug: null };
const choose = (contracts: Record<string, StandingContract>, service: typeof beacon | null = null) =>
  contractFor(new Map(Object.entries(contracts)), { customer: "acme", service }, calendarsOf(new Map()), at);

describe("the support that holds", () => {
  it("is that of the version in force, as long as the contract holds", () => {
    expect(supportAt(slow, at)?.plan).toBe("standard");
    expect(supportAt(standing("target: 99.9"), at)).toBeNull();
    expect(supportAt(standing("policy: oneoffice-da", { endsAt: at }), at)).toBeNull();
    expect(supportAt({ ...slow, archived: true }, at)).toBeNull();
    expect(supportAt(slow, -1)).toBeNull();
  });

  it("says with which priority a request begins, and which there are", () => {
    const [danish, office] = [supportAt(slow, at)!, supportAt(fast, at)!];
    expect([startPriority(danish), startPriority(office)]).toEqual([null, "high"]);
    expect(prioritiesOf(office).map(({ slug }) => slug)).toEqual(["high", "medium", "normal", "low"]);
    expect(prioritiesOf(danish)).toEqual([]);
  });
});

describe("of several contracts of a customer", () => {
  it("the one counts under which an answer is due first", () => {
    expect(choose({ a: slow, b: fast })).toBe("b");
    expect(choose({ b: fast, a: fast })).toBe("a");
  });

  it("one that covers the service comes before others", () => {
    const other = standing("policy: oneoffice-da\ncovers: [lamp]");
    expect(choose({ a: slow, b: other }, beacon)).toBe("a");
    expect(choose({ a: slow, b: other })).toBe("b");
  });

  it("those of others and those without support never do", () => {
    expect(
      choose({ a: standing("target: 99.9"), b: standing("policy: oneoffice-da", { customer: "beta" }) }),
    ).toBeNull();
  });
});
