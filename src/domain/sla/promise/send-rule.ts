/** When the report of a contract is sent to its recipients: as soon as it is issued, on a day, in working hours, or not at all. */
import { cycleContaining, nextCycle } from "../../time/billing-cycle.ts";
import { openTime } from "../../time/business-calendar.ts";
import type { Instant } from "../../time/interval.ts";
import { localDayOf } from "../../time/local-day.ts";
import { parseLocalTime, printLocalTime } from "../../time/local-time.ts";
import type { CalendarOf } from "./clause-terms.ts";

export type SendRule = { kind: "on_issue" } | { kind: "never" } | SendTime;

/** Not before a day of the month after the cycle, and only while a calendar is open; at least one of them is named. */
export interface SendTime {
  kind: "later";
  /** 1–31; a shorter month has it on its last day. Null: any day. */
  day: number | null;
  /** Wall time on that day, "09:00". */
  at: string;
  /** Slug of a calendar; null: at any hour. */
  calendar: string | null;
}

const dayMs = 86_400_000;

/**
 * The instant from which a report that is issued now is sent; null: it is not.
 *
 * @param cycle when it ends, and the zone of its days
 */
export function sendAt(
  rule: SendRule,
  { end, timeZone }: { end: Instant; timeZone: string },
  calendarOf: CalendarOf,
  issuedAt: Instant,
): Instant | null {
  switch (rule.kind) {
    case "never":
      return null;
    case "on_issue":
      return issuedAt;
    case "later": {
      const from =
        rule.day === null ? issuedAt : Math.max(issuedAt, dayAfter(end, rule.day, rule.at, timeZone));
      return rule.calendar === null ? from : openFrom(calendarOf({ calendar: rule.calendar }), from);
    }
  }
}

/** A day of the month, from the day on which the cycle ends. */
function dayAfter(end: Instant, day: number, at: string, timeZone: string): Instant {
  const rule = { timeZone, anchorDay: day };
  const begun = cycleContaining(end, rule);
  const { start } = begun.start >= localDayOf(end, timeZone).start ? begun : nextCycle(begun, rule);
  return parseLocalTime(`${printLocalTime(start, timeZone).slice(0, 10)} ${at}`, timeZone);
}

/** The first open instant from there on; a calendar that never opens keeps nothing back. */
function openFrom(calendar: Parameters<typeof openTime>[0], from: Instant): Instant {
  for (const days of [8, 40, 400]) {
    const [open] = openTime(calendar, { start: from, end: from + days * dayMs });
    if (open !== undefined) {
      return open.start;
    }
  }
  return from;
}

/** The rule in words, for whoever looks at the contract. */
export function sendRuleInWords(rule: SendRule): string {
  switch (rule.kind) {
    case "never":
      return "never";
    case "on_issue":
      return "when it is issued";
    case "later":
      return [
        ...(rule.day === null ? [] : [`from day ${rule.day} after the cycle, ${rule.at}`]),
        ...(rule.calendar === null ? [] : [`while "${rule.calendar}" is open`]),
      ].join(", ");
  }
}
