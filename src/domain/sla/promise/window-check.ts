/**
 * Promises on maintenance windows themselves (sla-semantics 14): how long, how often, how early and when. Checked before a window is
 * published, so that whoever plans it reads what it would break; a window is warned about, never forbidden.
 */
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import { openTime } from "../../time/business-calendar.ts";
import { printDuration } from "../../time/duration.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { measure } from "../../time/interval.ts";
import { quarterOf } from "../../time/quarter.ts";
import type { CalendarOf } from "./clause-terms.ts";
import type { ContractClauses } from "./clauses.ts";

/** The promises, in terms to compute with. */
export interface WindowRules {
  maxWindowMs: number | null;
  maxPerQuarter: number | null;
  outsideHoursOf: BusinessCalendar | null;
  minNoticeMs: number | null;
  /** Zone of the quarters. */
  timeZone: string;
}

/** The promises of a contract on windows; null: it makes none. */
export function windowRulesOf(
  { maintenance: { checks }, timeZone }: Pick<ContractClauses, "maintenance" | "timeZone">,
  calendarOf: CalendarOf,
): WindowRules | null {
  return (
    checks && {
      ...checks,
      outsideHoursOf: checks.outsideHoursOf && calendarOf(checks.outsideHoursOf),
      timeZone,
    }
  );
}

export const windowWarningCodes = ["too_long", "too_many", "inside_hours", "too_late"] as const;

export interface WindowWarning {
  code: (typeof windowWarningCodes)[number];
  detail: string;
  /** What it comes to, and what is promised: ms, or windows in the quarter. */
  actual: number;
  promised: number;
}

/**
 * What a window would break that were announced at `announcedAt`. `others`: the windows that touch the same contract; those planned
 * earlier in its quarter use up the quota first.
 */
export function windowWarnings(
  { start, end }: Interval,
  announcedAt: Instant,
  others: readonly Interval[],
  rules: WindowRules,
): WindowWarning[] {
  const { maxWindowMs, maxPerQuarter, outsideHoursOf, minNoticeMs, timeZone } = rules;
  const warnings: WindowWarning[] = [];
  if (maxWindowMs !== null && end - start > maxWindowMs) {
    const detail = `It lasts ${printDuration(end - start)}, and at most ${printDuration(maxWindowMs)} is promised.`;
    warnings.push({ code: "too_long", detail, actual: end - start, promised: maxWindowMs });
  }
  if (maxPerQuarter !== null) {
    const quarter = quarterOf(start, timeZone);
    const before = others.filter(
      (one) => one.start <= start && quarterOf(one.start, timeZone) === quarter,
    ).length;
    if (before >= maxPerQuarter) {
      const detail = `It is number ${before + 1} in ${quarter}, and at most ${maxPerQuarter} a quarter are promised.`;
      warnings.push({ code: "too_many", detail, actual: before + 1, promised: maxPerQuarter });
    }
  }
  const insideMs = outsideHoursOf === null ? 0 : measure(openTime(outsideHoursOf, { start, end }));
  if (insideMs > 0) {
    const detail = `${printDuration(insideMs)} of it lie inside the working hours that it has to stay out of.`;
    warnings.push({ code: "inside_hours", detail, actual: insideMs, promised: 0 });
  }
  if (minNoticeMs !== null && start - announcedAt < minNoticeMs) {
    const early = Math.max(0, start - announcedAt);
    const detail = `It is announced ${printDuration(early)} ahead, and ${printDuration(minNoticeMs)} are promised.`;
    warnings.push({ code: "too_late", detail, actual: early, promised: minNoticeMs });
  }
  return warnings;
}
