/**
 * The period a commitment is measured over (sla-semantics 9): from an anchor day's local midnight to the next one, a month later. Every
 * start is computed from the anchor, so 31 Jan, 28 Feb, 31 Mar; cycles tile time without gap or overlap.
 */
import { InvalidInput } from "../errors.ts";
import type { Instant, Interval } from "./interval.ts";
import { startOfLocalDate } from "./local-day.ts";

/** Where and on which day cycles begin. */
export interface CycleRule {
  /** IANA name. */
  timeZone: string;
  /** 1–31; a month that is shorter begins its cycle on its last day. */
  anchorDay: number;
}

export interface BillingCycle extends Interval {
  /** "YYYY-MM": the local month in which it starts. */
  label: string;
}

/** The cycle that starts in the local month "YYYY-MM". */
export function cycleOf(label: string, rule: CycleRule): BillingCycle {
  const parts = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(label);
  if (parts === null) {
    throw new InvalidInput("cycle_label", `A billing cycle is written YYYY-MM, not "${label}".`);
  }
  return toCycle(Number(parts[1]) * 12 + Number(parts[2]) - 1, rule);
}

/** The cycle that contains the instant. */
export function cycleContaining(at: Instant, rule: CycleRule): BillingCycle {
  // The month of UTC is near; how dates fall in the zone, and on which day cycles begin, is in their starts.
  const near = new Date(at);
  let month = near.getUTCFullYear() * 12 + near.getUTCMonth();
  while (startOfMonth(month, rule) > at) {
    month--;
  }
  while (startOfMonth(month + 1, rule) <= at) {
    month++;
  }
  return toCycle(month, rule);
}

export function nextCycle(cycle: BillingCycle, rule: CycleRule): BillingCycle {
  return toCycle(monthOf(cycle) + 1, rule);
}

export function previousCycle(cycle: BillingCycle, rule: CycleRule): BillingCycle {
  return toCycle(monthOf(cycle) - 1, rule);
}

/** Every cycle that shares time with [from, to), oldest first; none when it is empty. */
export function cyclesBetween(from: Instant, to: Instant, rule: CycleRule): BillingCycle[] {
  const cycles: BillingCycle[] = [];
  if (from < to) {
    for (let cycle = cycleContaining(from, rule); cycle.start < to; cycle = nextCycle(cycle, rule)) {
      cycles.push(cycle);
    }
  }
  return cycles;
}

/** Starts by rule and months since year 0: every service asks for the same ones. */
const starts = new Map<string, Map<number, Instant>>();

function startOfMonth(month: number, rule: CycleRule): Instant {
  const key = `${rule.anchorDay} ${rule.timeZone}`;
  let ofRule = starts.get(key);
  if (ofRule === undefined) {
    ofRule = new Map();
    starts.set(key, ofRule);
  }
  let start = ofRule.get(month);
  if (start === undefined) {
    const wanted = { year: Math.floor(month / 12), month: (month % 12) + 1, day: rule.anchorDay };
    start = startOfLocalDate(Temporal.PlainDate.from(wanted, { overflow: "constrain" }), rule.timeZone);
    ofRule.set(month, start);
  }
  return start;
}

function toCycle(month: number, rule: CycleRule): BillingCycle {
  const label = `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
  return { label, start: startOfMonth(month, rule), end: startOfMonth(month + 1, rule) };
}

function monthOf(cycle: BillingCycle): number {
  const [year, month] = cycle.label.split("-");
  return Number(year) * 12 + Number(month) - 1;
}
