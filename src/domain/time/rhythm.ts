/**
 * The few ways in which work usually comes again, to choose from where nobody wants to write a rule: each makes the rule that its first time
 * suggests ("each month on this weekday" of a first Sunday is every first Sunday). recurrence.ts unfolds it like any other.
 */
import { type Weekday, weekdays } from "./business-calendar.ts";

export const rhythms = [
  "daily",
  "weekly",
  "fortnightly",
  "monthly_date",
  "monthly_weekday",
  "quarterly_weekday",
  "yearly",
] as const;
export type Rhythm = (typeof rhythms)[number];

/** Where in its month a local time lies. */
export interface PlaceInMonth {
  weekday: Weekday;
  /** 1 to 4, or −1 for the last where a month has five. */
  nth: number;
  day: number;
}

/** Of a local time, "2026-12-06T22:00". */
export function placeInMonth(start: string): PlaceInMonth {
  const date = Temporal.PlainDateTime.from(start);
  const nth = Math.ceil(date.day / 7);
  return { weekday: weekdays[date.dayOfWeek - 1]!, nth: nth === 5 ? -1 : nth, day: date.day };
}

/**
 * The rule of a rhythm that begins at a local time.
 *
 * @param until last local date that is allowed, "2027-03-31"; null: it goes on
 */
export function ruleOfRhythm(rhythm: Rhythm, start: string, until: string | null): string {
  const { weekday, nth, day } = placeInMonth(start);
  const byDay = weekday.slice(0, 2).toUpperCase();
  const rules: Record<Rhythm, string> = {
    daily: "FREQ=DAILY",
    weekly: `FREQ=WEEKLY;BYDAY=${byDay}`,
    fortnightly: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${byDay}`,
    monthly_date: `FREQ=MONTHLY;BYMONTHDAY=${day}`,
    monthly_weekday: `FREQ=MONTHLY;BYDAY=${nth}${byDay}`,
    quarterly_weekday: `FREQ=MONTHLY;INTERVAL=3;BYDAY=${nth}${byDay}`,
    yearly: "FREQ=YEARLY",
  };
  return until === null ? rules[rhythm] : `${rules[rhythm]};UNTIL=${until.replaceAll("-", "")}`;
}

/** The rhythm that a rule was made of, with its last date; null: somebody wrote it otherwise. */
export function rhythmOfRule(rule: string, start: string): { rhythm: Rhythm; until: string | null } | null {
  const [, bare, year, month, day] = /^(.*?)(?:;UNTIL=(\d{4})(\d\d)(\d\d))?$/.exec(rule)!;
  const rhythm = rhythms.find((one) => ruleOfRhythm(one, start, null) === bare);
  return rhythm === undefined
    ? null
    : { rhythm, until: year === undefined ? null : `${year}-${month}-${day}` };
}
