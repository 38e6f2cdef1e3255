/**
 * A recurrence as calendar programs take it (RFC 5545): beside a first time in a zone, a rule says its end in UTC. After recurrence.ts, which
 * says what the times are.
 */
import type { Instant } from "./interval.ts";
import { parseLocalTime } from "./local-time.ts";
import { occurrencesIn, type Recurrence } from "./recurrence.ts";
import { basicInstant } from "./written-instant.ts";

/**
 * The rule as it holds until an instant, exclusive; null: none of its times lies before.
 *
 * @param until null: as long as it goes on by itself
 */
export function calendarRule(recurrence: Recurrence, until: Instant | null): string | null {
  const { rule, start, timeZone } = recurrence;
  const first = parseLocalTime(start, timeZone);
  if (until !== null && until <= first) {
    return null;
  }
  const named = rule.split(";").map((part) => part.split("=") as [string, string]);
  const bare = named.filter(([name]) => name !== "COUNT" && name !== "UNTIL");
  const count = named.find(([name]) => name === "COUNT");
  const own = named.find(([name]) => name === "UNTIL");
  const cut = until === null ? Infinity : until - 1;
  const printed = (end: readonly [string, string][]) =>
    [...bare, ...end].map((part) => part.join("=")).join(";");
  if (count !== undefined) {
    // So many times, or a date at which it ends: never both.
    const last = until === null ? undefined : lastBefore(recurrence, first, until);
    return printed(last === undefined ? [count] : [["UNTIL", basicInstant(last)]]);
  }
  const end = Math.min(cut, own === undefined ? Infinity : untilInstant(own[1], timeZone));
  return printed(end === Infinity ? [] : [["UNTIL", basicInstant(end)]]);
}

function lastBefore(recurrence: Recurrence, first: Instant, until: Instant): Instant | undefined {
  return occurrencesIn(recurrence, { start: first, end: until }, Infinity).at(-1)?.start;
}

/** The last instant that an UNTIL lets in: a date is the whole of that day at the place, a time without Z what the wall shows there. */
function untilInstant(text: string, timeZone: string): Instant {
  const [, year, month, day, hour = "23", minute = "59", second = "59", zone] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text)!;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  return zone === "Z" ? Date.parse(`${local}Z`) : parseLocalTime(local, timeZone);
}
