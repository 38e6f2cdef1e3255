/**
 * When clocks change in a time zone, for programs that do not know it by its name: a VTIMEZONE (RFC 5545) from a kept library, under the
 * name that we call the zone by.
 */
import { tzlib_get_ical_block as blockOf } from "timezones-ical-library";

/** Zones whose clocks the library does not tell as they are: spring in Israel comes on the Friday before the last Sunday of March. */
const toldWrong = ["Asia/Jerusalem"];

/** The VTIMEZONE of an IANA zone; null: the library does not know it, or not rightly. */
export function calendarZone(timeZone: string): string | null {
  const [block = ""] = [blockOf(timeZone)].flat();
  const isRight = !toldWrong.some((zone) => block.includes(`TZID:${zone}\r\n`));
  // The library writes a zone under the name of another whose clocks are the same today.
  return block.startsWith("BEGIN:VTIMEZONE") && isRight
    ? block.replaceAll(/^(TZID|X-LIC-LOCATION):.*$/gm, (_, name: string) => `${name}:${timeZone}`)
    : null;
}

export function hasCalendarZone(timeZone: string): boolean {
  return calendarZone(timeZone) !== null;
}
