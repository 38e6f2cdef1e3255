import { describe, expect, it } from "vitest";
import { Conflict } from "../../../../src/domain/errors.ts";
import type { ClaimWindow } from "../../../../src/domain/sla/promise/clauses.ts";
import {
  claimDeadline,
  type CreditLine,
  type CreditState,
  creditStates,
  creditSteps,
  creditStepsAt,
  creditSums,
  isClaimOver,
  openingStates,
  refuseCreditStep,
} from "../../../../src/domain/sla/close/credit-ledger.ts";
import { cycleOf } from "../../../../src/domain/time/billing-cycle.ts";
import { parseOpeningHours } from "../../../../src/domain/time/business-calendar.ts";

const rule = { timeZone: "Europe/Copenhagen", anchorDay: 1 };
const cycle = cycleOf("2026-03", rule);
const officeDay = [parseOpeningHours("09:00", "17:00")!];
const office = {
  timeZone: "Europe/Copenhagen",
  weekly: {
    mon: officeDay,
    tue: officeDay,
    wed: officeDay,
    thu: officeDay,
    fri: officeDay,
    sat: [],
    sun: [],
  },
  closedDates: new Set(["2026-04-02", "2026-04-03", "2026-04-06"]),
};
const calendarOf = () => office;

function line(state: CreditState, over: Partial<CreditLine> = {}): CreditLine {
  return {
    contract: "acme-gold",
    label: "2026-03",
    revision: 1,
    amountMinor: 40_000,
    currency: "DKK",
    mode: "on_claim",
    claimUntil: null,
    state,
    ...over,
  };
}

describe("a line of the ledger", () => {
  it("goes from eligible over claimed and approved to issued, one step at a time", () => {
    expect(creditSteps(line("eligible"))).toEqual(["claimed", "void"]);
    expect(creditSteps(line("claimed"))).toEqual(["approved", "rejected", "void"]);
    expect(creditSteps(line("approved"))).toEqual(["issued", "void"]);
    expect(creditSteps(line("eligible", { mode: "automatic" }))).toEqual(["approved", "void"]);
  });

  it("is never moved once it is issued, rejected or void", () => {
    for (const state of ["issued", "rejected", "void"] as const) {
      for (const to of creditStates) {
        expect(() => refuseCreditStep(line(state), to, 0)).toThrow(Conflict);
      }
    }
  });

  it("skips no step", () => {
    expect(() => refuseCreditStep(line("eligible"), "issued", 0)).toThrow(
      /eligible; it cannot become issued/,
    );
  });

  it("is claimed until the last instant of its window, and not after", () => {
    const eligible = line("eligible", { claimUntil: 100 });
    expect(() => refuseCreditStep(eligible, "claimed", 100)).not.toThrow();
    expect(() => refuseCreditStep(eligible, "claimed", 101)).toThrow(/could be claimed until/);
    expect([creditStepsAt(eligible, 100), isClaimOver(eligible, 100)]).toEqual([["claimed", "void"], false]);
    expect([creditStepsAt(eligible, 101), isClaimOver(eligible, 101)]).toEqual([["void"], true]);
    expect(creditStepsAt(line("claimed", { claimUntil: 100 }), 101)).toEqual([
      "approved",
      "rejected",
      "void",
    ]);
  });

  it("is summed with those of its currency and its state, and no others", () => {
    const euros = line("issued", { currency: "EUR", amountMinor: 5 });
    const all = [line("issued"), line("eligible"), line("issued", { amountMinor: -10_000 }), euros];
    expect(creditSums(all)).toEqual([
      { currency: "DKK", state: "eligible", count: 1, amountMinor: 40_000 },
      { currency: "DKK", state: "issued", count: 2, amountMinor: 30_000 },
      { currency: "EUR", state: "issued", count: 1, amountMinor: 5 },
    ]);
    expect(creditSums([])).toEqual([]);
  });

  it("is approved at once where no claim is needed, or where money is taken back", () => {
    expect(openingStates(40_000, "on_claim")).toEqual(["eligible"]);
    expect(openingStates(40_000, "automatic")).toEqual(["eligible", "approved"]);
    expect(openingStates(-10_000, "on_claim")).toEqual(["eligible", "approved"]);
  });
});

describe("the last instant of a claim", () => {
  const until = (claim: ClaimWindow | null, lastOutageEnd: number | null = null) => {
    const at = claimDeadline(claim, cycle, rule, lastOutageEnd, calendarOf);
    return at === null ? null : new Date(at).toISOString();
  };

  it("is never, where the contract says nothing", () => {
    expect(until(null)).toBeNull();
  });

  it("is so many local days after the cycle's end", () => {
    expect(until({ kind: "days_after_cycle", days: 30 })).toBe("2026-04-30T22:00:00.000Z");
    expect(until({ kind: "days_after_cycle", days: 0 })).toBe("2026-03-31T22:00:00.000Z");
  });

  it("is the end of the n-th following cycle", () => {
    expect(until({ kind: "end_of_following_cycle", cycles: 1 })).toBe("2026-04-30T22:00:00.000Z");
    expect(until({ kind: "end_of_following_cycle", cycles: 2 })).toBe("2026-05-31T22:00:00.000Z");
  });

  it("is the end of so many business days after the last outage, holidays left out", () => {
    const hours = { calendar: "office" };
    const tuesday = Date.parse("2026-03-31T12:00:00Z");
    const claim: ClaimWindow = { kind: "business_days_after_incident", days: 2, hours };
    expect(until(claim, tuesday)).toBe("2026-04-07T15:00:00.000Z");
  });
});
