/**
 * Times that come again and again as a place on earth writes them, "every first Sunday at 22:00" (RFC 5545, a rule without its start).
 * The rule is unfolded on the wall clock alone and each wall time becomes an instant by local-time.ts, so that it stays what the wall
 * says over every change of clocks (sla-semantics 6): a time that clocks skip is the first one after the gap, one that happens twice the
 * earlier, and two that come to the same instant are one.
 */
import { RRuleTemporal } from "rrule-temporal";
import type { Fault } from "../errors.ts";
import { printDuration } from "./duration.ts";
import type { Instant, Interval } from "./interval.ts";
import { isTimeZone } from "./local-day.ts";
import { instantOf } from "./local-time.ts";

export interface Recurrence {
  /** An RRULE: "FREQ=MONTHLY;BYDAY=1SU", in days or longer, with COUNT or UNTIL where it ends by itself. */
  rule: string;
  /** Wall time of the first, "2026-12-06T22:00". */
  start: string;
  /** IANA name. */
  timeZone: string;
  /** How long each lasts, exactly, whatever clocks do meanwhile. */
  lengthMs: number;
}

/** One of the times. */
export interface Occurrence extends Interval {
  /** Its wall time, which names it within its recurrence: "2026-12-06T22:00". */
  local: string;
}

const parts = new Map(
  Object.entries({
    FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
    INTERVAL: /^[1-9]\d{0,2}$/,
    COUNT: /^[1-9]\d{0,3}$/,
    UNTIL: /^\d{8}(T\d{6}Z?)?$/,
    BYDAY: /^([+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU))(,[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)){0,9}$/,
    BYMONTHDAY: /^-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01])){0,30}$/,
    BYMONTH: /^([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}$/,
    BYSETPOS: /^[+-]?[1-9]\d{0,2}$/,
    WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  }),
);

/** How far ahead a rule is looked at before it is taken. */
const lookedAheadMs = 3 * 366 * 86_400_000;

/**
 * What is wrong with a recurrence, each at its member: a rule that cannot be read, a start that is none of its times, times that are
 * longer than the way from one to the next.
 */
export function recurrenceFaults({ rule, start, timeZone, lengthMs }: Recurrence): Fault[] {
  const faults = [
    ...(isTimeZone(timeZone)
      ? []
      : [{ pointer: "/time_zone", detail: `There is no time zone "${timeZone}".` }]),
    ...(readLocal(start) === null
      ? [{ pointer: "/start", detail: `"${start}" is not a local time like 2026-12-06T22:00.` }]
      : []),
    ...ruleFaults(rule),
  ];
  if (faults.length > 0) {
    return faults;
  }
  const recurrence = { rule, start, timeZone, lengthMs };
  const first = instantOf(readLocal(start)!, timeZone);
  let times: Occurrence[];
  try {
    times = unfold(recurrence, { start: first, end: first + lookedAheadMs });
  } catch (error) {
    return [{ pointer: "/rule", detail: error instanceof Error ? error.message : "It cannot be read." }];
  }
  if (times[0]?.local !== start) {
    const detail =
      times[0] === undefined
        ? "The rule has no time in the three years after its start."
        : `The start is none of the rule's times; the first after it is ${times[0].local.replace("T", " ")}.`;
    return [{ pointer: "/start", detail }];
  }
  const tooClose = times.find((time, i) => i > 0 && time.start < times[i - 1]!.end);
  return tooClose === undefined
    ? []
    : [
        {
          pointer: "/length_ms",
          detail: `Each lasts ${printDuration(lengthMs)}, and the one on ${tooClose.local.replace("T", " ")} begins before the one before it is over.`,
        },
      ];
}

/**
 * Times that begin within the interval, in order, at most so many; none overlaps the one before it (one that would is left out: clocks
 * that go forward can bring two together).
 */
export function occurrencesIn(recurrence: Recurrence, within: Interval, atMost: number): Occurrence[] {
  const found: Occurrence[] = [];
  // Looked at from a little before, so that the last one before the interval can be in the way of the first in it.
  const before = { start: within.start - recurrence.lengthMs - dayMs, end: within.end };
  for (const time of unfold(recurrence, before)) {
    if (found.length === 0 || found.at(-1)!.end <= time.start) {
      found.push(time);
    }
  }
  return found.filter(({ start }) => start >= within.start).slice(0, atMost);
}

/** Every time that begins within the interval, also where they overlap; those that come to the same instant once. */
function unfold(recurrence: Recurrence, within: Interval): Occurrence[] {
  const { timeZone, lengthMs } = recurrence;
  const found: Occurrence[] = [];
  // Wall clocks differ from UTC by less than a day; what the margin lets in too much is left out again.
  for (const local of wallTimes(recurrence, within.start - dayMs, within.end + dayMs)) {
    const start = instantOf(local, timeZone);
    if (start >= within.start && start < within.end && found.at(-1)?.start !== start) {
      found.push({ start, end: start + lengthMs, local: local.toString({ smallestUnit: "minute" }) });
    }
  }
  return found;
}

/**
 * Wall times that the rule names, whatever clocks do to them: what a program makes of it that knows the rule and nothing of ours. Those
 * whose instant lies within the interval, where one that clocks skip counts by the offset before the gap (RFC 5545, 3.3.5).
 */
export function ruleTimesIn(recurrence: Recurrence, within: Interval): string[] {
  return wallTimes(recurrence, within.start - dayMs, within.end + dayMs)
    .filter((local) => {
      const at = local.toZonedDateTime(recurrence.timeZone, { disambiguation: "compatible" });
      return at.epochMilliseconds >= within.start && at.epochMilliseconds < within.end;
    })
    .map((local) => local.toString({ smallestUnit: "minute" }));
}

const dayMs = 86_400_000;

/** The wall times of the rule between two instants read as if the wall showed UTC, so that no clock change is in the way. */
function wallTimes(
  { rule, start, timeZone }: Recurrence,
  from: Instant,
  to: Instant,
): Temporal.PlainDateTime[] {
  const wall = (at: Instant) =>
    Temporal.Instant.fromEpochMilliseconds(Math.max(0, at)).toZonedDateTimeISO("UTC");
  const dtstart = `${start.replaceAll(/[-:]/g, "")}00`;
  const rules = new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${dtstart}\nRRULE:${onTheWall(rule, timeZone)}`,
  });
  return rules.between(wall(from), wall(to), true).map((at) => at.toPlainDateTime());
}

/** The rule with its UNTIL on the wall clock: RFC 5545 writes it in UTC beside a start in a zone. */
function onTheWall(rule: string, timeZone: string): string {
  return rule.replace(
    /UNTIL=(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?/,
    (_, year, month, day, ...time) => {
      const [hour = "23", minute = "59", second = "59", zone] = time as string[];
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
      const local =
        zone === "Z"
          ? Temporal.Instant.from(`${text}Z`).toZonedDateTimeISO(timeZone).toPlainDateTime()
          : Temporal.PlainDateTime.from(text);
      return `UNTIL=${local.toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "")}Z`;
    },
  );
}

function ruleFaults(rule: string): Fault[] {
  const pointer = "/rule";
  const named = rule.split(";").map((part) => part.split("=") as [string, string?]);
  const names = named.map(([name]) => name);
  const wrong = named.find(([name, value]) => !(parts.get(name)?.test(value ?? "") ?? false));
  if (wrong !== undefined) {
    return [{ pointer, detail: `"${wrong.join("=")}" is not a part of a rule that maintenance can follow.` }];
  }
  if (!names.includes("FREQ")) {
    return [{ pointer, detail: "A rule says how often: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY." }];
  }
  if (new Set(names).size < names.length) {
    return [{ pointer, detail: "A rule says each thing once." }];
  }
  if (names.includes("COUNT") && names.includes("UNTIL")) {
    return [{ pointer, detail: "A rule ends after so many times, or at a date, not both." }];
  }
  const until = named.find(([name]) => name === "UNTIL")?.[1];
  if (until !== undefined && readLocal(untilText(until)) === null) {
    return [{ pointer, detail: `"UNTIL=${until}" is no date.` }];
  }
  return [];
}

function untilText(until: string): string {
  const [year, month, day] = [until.slice(0, 4), until.slice(4, 6), until.slice(6, 8)];
  const time = until.length === 8 ? "00:00" : `${until.slice(9, 11)}:${until.slice(11, 13)}`;
  return `${year}-${month}-${day}T${time}`;
}

/** A wall time to the minute; null: it is none. */
function readLocal(text: string): Temporal.PlainDateTime | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) {
    return null;
  }
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}
