/** Hours in the customer's language, written out: which days, from when until when, and what is closed (told-clauses.ts). */
import { type OpeningHours, type Weekday, weekdays } from "../domain/time/business-calendar.ts";
import {
  type CalendarDefinition,
  type DateSpan,
  type HolidayRegion,
} from "../domain/time/calendar-definition.ts";
import type { HoursClause } from "../domain/sla/promise/clauses.ts";
import type { ReportLanguage, ReportWord } from "./report-language.ts";

/** What a calendar of the platform says, by its slug; undefined: it is not at hand, and only its name can be told. */
export type CalendarNamed = (slug: string) => CalendarDefinition | undefined;

/** "Office hours: Monday–Friday 09:00–17:00, Europe/Copenhagen, closed on public holidays (Denmark)". */
export function toldHours(
  hours: HoursClause,
  calendarNamed: CalendarNamed,
  language: ReportLanguage,
): string {
  if ("inline" in hours) {
    return toldCalendar(hours.inline, language);
  }
  const named = calendarNamed(hours.calendar);
  return named === undefined
    ? language.say("hours.calendar", { calendar: hours.calendar })
    : language.say("hours.written", { title: named.title, hours: toldCalendar(named, language) });
}

/** A calendar without its title. */
export function toldCalendar(calendar: CalendarDefinition, language: ReportLanguage): string {
  const { timeZone, holidays, closed } = calendar;
  const regions = holidays.map((region) => toldRegion(region, language)).join(", ");
  const days = [
    ...(holidays.length > 0 ? [language.say("hours.holidays", { regions })] : []),
    ...closed.map((span) => toldSpan(span, language)),
  ];
  const open = stretchesOf(calendar).map((stretch) => toldStretch(stretch, language));
  return [
    ...(open.length === 0 ? [language.say("hours.never")] : open),
    timeZone.replaceAll("_", " "),
    ...(days.length > 0 ? [language.say("hours.closed", { days: days.join(", ") })] : []),
  ].join(", ");
}

const wordsOfRegions: Readonly<Record<HolidayRegion, ReportWord>> = {
  DK: "region.DK",
  "GB-ENG": "region.GB-ENG",
  "GB-SCT": "region.GB-SCT",
  "GB-NIR": "region.GB-NIR",
  NO: "region.NO",
  FR: "region.FR",
};

/** "Denmark"; of a region that has no word of its own the country, and its code there: "Germany (BY)". */
function toldRegion(region: HolidayRegion, language: ReportLanguage): string {
  const word = wordsOfRegions[region];
  if (word !== undefined) {
    return language.say(word);
  }
  const [country, ...rest] = region.split("-") as [string, ...string[]];
  const name = new Intl.DisplayNames([language.tag], { type: "region" }).of(country) ?? country;
  return rest.length === 0 ? name : `${name} (${rest.join("-")})`;
}

/** Neighbouring days with the same hours. */
interface Stretch {
  from: Weekday;
  to: Weekday;
  hours: readonly OpeningHours[];
}

function stretchesOf({ weekly }: CalendarDefinition): Stretch[] {
  const stretches: Stretch[] = [];
  for (const day of weekdays) {
    const last = stretches.at(-1);
    const goesOn = last !== undefined && weekdays.indexOf(last.to) === weekdays.indexOf(day) - 1;
    if (goesOn && hoursText(last.hours) === hoursText(weekly[day])) {
      last.to = day;
    } else if (weekly[day].length > 0) {
      stretches.push({ from: day, to: day, hours: weekly[day] });
    }
  }
  return stretches;
}

function toldStretch({ from, to, hours }: Stretch, language: ReportLanguage): string {
  const days = from === to ? weekday(from, language) : `${weekday(from, language)}–${weekday(to, language)}`;
  return `${days} ${hoursText(hours)}`;
}

function hoursText(hours: readonly OpeningHours[]): string {
  return hours.map(({ startMinute, endMinute }) => `${clock(startMinute)}–${clock(endMinute)}`).join(" + ");
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** 5 January 2026 is a Monday. */
const someMonday = Date.UTC(2026, 0, 5);

function weekday(day: Weekday, { tag }: ReportLanguage): string {
  const at = someMonday + weekdays.indexOf(day) * 86_400_000;
  return new Intl.DateTimeFormat(tag, { weekday: "long", timeZone: "UTC" }).format(at);
}

function toldSpan({ from, to }: DateSpan, language: ReportLanguage): string {
  const date = (day: string) => language.date(`${day}T00:00:00.000Z`, "UTC");
  return from === to ? date(from) : `${date(from)} – ${date(to)}`;
}
