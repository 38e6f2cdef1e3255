/**
 * The ledger of credits (sla-semantics 11 and 12): what a report makes eligible, until when it may be claimed, and the steps from there to
 * money. A line is what one revision brought; its entries are only ever added.
 */
import { Conflict } from "../../errors.ts";
import { cycleContaining, nextCycle } from "../../time/billing-cycle.ts";
import type { BillingCycle, CycleRule } from "../../time/billing-cycle.ts";
import { endOfNextWorkingDay } from "../../time/business-calendar.ts";
import type { Instant } from "../../time/interval.ts";
import { localDayOf } from "../../time/local-day.ts";
import { isoInstant } from "../../time/written-instant.ts";
import type { CalendarOf } from "../promise/clause-terms.ts";
import type { ClaimWindow, CreditClause } from "../promise/clauses.ts";

export const creditStates = ["eligible", "claimed", "approved", "rejected", "issued", "void"] as const;
export type CreditState = (typeof creditStates)[number];
export type CreditMode = CreditClause["mode"];

/** A line as it stands. */
export interface CreditLine {
  contract: string;
  /** The billing cycle, "YYYY-MM". */
  label: string;
  /** The revision that brought it. */
  revision: number;
  /** Minor units; below 0: taken back. */
  amountMinor: number;
  currency: string;
  mode: CreditMode;
  /** Inclusive; null: whenever. */
  claimUntil: Instant | null;
  state: CreditState;
}

/** What of these a line can become next. */
export function creditSteps({ state, mode }: Pick<CreditLine, "state" | "mode">): CreditState[] {
  switch (state) {
    case "eligible":
      return mode === "automatic" ? ["approved", "void"] : ["claimed", "void"];
    case "claimed":
      return ["approved", "rejected", "void"];
    case "approved":
      return ["issued", "void"];
    case "rejected":
    case "issued":
    case "void":
      return [];
  }
}

/** What of these it can become now: a claim comes in its window, or not at all. */
export function creditStepsAt(
  line: Pick<CreditLine, "state" | "mode" | "claimUntil">,
  now: Instant,
): CreditState[] {
  return creditSteps(line).filter((step) => step !== "claimed" || !isClaimOver(line, now));
}

/** Whether the time to claim it is over; its last instant is inside. */
export function isClaimOver({ claimUntil }: Pick<CreditLine, "claimUntil">, now: Instant): boolean {
  return claimUntil !== null && now > claimUntil;
}

/** What all lines of a currency and a state come to, in the order of `creditStates`. */
export function creditSums(
  lines: readonly Pick<CreditLine, "currency" | "state" | "amountMinor">[],
): { currency: string; state: CreditState; count: number; amountMinor: number }[] {
  const currencies = [...new Set(lines.map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency) =>
    creditStates.flatMap((state) => {
      const some = lines.filter((line) => line.currency === currency && line.state === state);
      const amountMinor = some.reduce((sum, line) => sum + line.amountMinor, 0);
      return some.length === 0 ? [] : [{ currency, state, count: some.length, amountMinor }];
    }),
  );
}

/**
 * Refuses a step that a line cannot take.
 *
 * @throws Conflict credit_transition, claim_window_over
 */
export function refuseCreditStep(line: CreditLine, to: CreditState, now: Instant): void {
  const possible = creditSteps(line);
  if (!possible.includes(to)) {
    throw new Conflict(
      "credit_transition",
      `The credit of ${nameOf(line)} is ${line.state}; it cannot become ${to}. Possible from here: ${possible.join(", ") || "nothing"}.`,
    );
  }
  if (to === "claimed" && isClaimOver(line, now)) {
    throw new Conflict(
      "claim_window_over",
      `The credit of ${nameOf(line)} could be claimed until ${isoInstant(line.claimUntil!)}.`,
    );
  }
}

function nameOf({ contract, label, revision }: CreditLine): string {
  return `${contract} ${label}, revision ${revision}`;
}

/** The first states of a line: what needs no claim, and what is taken back, is approved with the report that brings it. */
export function openingStates(amountMinor: number, mode: CreditMode): CreditState[] {
  return amountMinor < 0 || mode === "automatic" ? ["eligible", "approved"] : ["eligible"];
}

/**
 * Until when a credit may be claimed, inclusive; null: whenever. Days are local days after the cycle's end; business days count from the
 * day on which the last counted outage of the cycle ended.
 *
 * @param lastOutageEnd null: there was none, and the cycle's end stands in
 */
export function claimDeadline(
  claim: ClaimWindow | null,
  cycle: BillingCycle,
  rule: CycleRule,
  lastOutageEnd: Instant | null,
  calendarOf: CalendarOf,
): Instant | null {
  switch (claim?.kind) {
    case undefined:
      return null;
    case "days_after_cycle": {
      let at = cycle.end;
      for (let i = 0; i < claim.days; i++) {
        at = localDayOf(at, rule.timeZone).end;
      }
      return at;
    }
    case "end_of_following_cycle": {
      let following = cycleContaining(cycle.end, rule);
      for (let i = 1; i < claim.cycles; i++) {
        following = nextCycle(following, rule);
      }
      return following.end;
    }
    case "business_days_after_incident": {
      const calendar = calendarOf(claim.hours);
      let at = lastOutageEnd ?? cycle.end;
      for (let i = 0; i < claim.days; i++) {
        at = endOfNextWorkingDay(calendar, at);
      }
      return at;
    }
  }
}
