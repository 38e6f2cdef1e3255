/** What stands in a month: read once, and laid out day by day. */
import { expandCalendar, holidayNames } from "../../calendars/holidays.ts";
import type { Incident } from "../../domain/status/incident.ts";
import { advanceWindow, type MaintenanceWindow } from "../../domain/status/maintenance-window.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import type { HolidayRegion } from "../../domain/time/calendar-definition.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { type LocalDay, localDayOf } from "../../domain/time/local-day.ts";
import { placeInMonth } from "../../domain/time/rhythm.ts";
import { weekdays } from "../../domain/time/business-calendar.ts";
import { hoursIn } from "../../domain/sla/promise/clauses.ts";
import { versionAt } from "../../domain/sla/promise/contract-versions.ts";
import { readCalendars, readContracts } from "../../store/agreements.ts";
import type { Database } from "../../store/database.ts";
import { listIncidentsSince } from "../../store/incidents.ts";
import { listWindowsSince } from "../../store/maintenance-windows.ts";
import { formatInstant } from "../format.ts";
import { servicesWords } from "./maintenance-words.ts";
import type { ConsoleContext } from "./room.ts";

export interface CalendarMonth {
  days: LocalDay[];
  windows: MaintenanceWindow[];
  incidents: Incident[];
  /** By date: which holidays and closures there are, in words. */
  closures: ReadonlyMap<string, string[]>;
  /** Calendars that were looked at, by their titles. */
  calendarNames: string[];
}

/** The month "2026-12" of the platform's zone. */
export async function readCalendarMonth(
  db: Database,
  label: string,
  context: ConsoleContext,
): Promise<CalendarMonth> {
  const { timeZone, now } = context;
  const month = cycleOf(label, { timeZone, anchorDay: 1 });
  const days: LocalDay[] = [];
  for (
    let day = localDayOf(month.start, timeZone);
    day.start < month.end;
    day = localDayOf(day.end, timeZone)
  ) {
    days.push(day);
  }
  const touches = (span: Interval) => span.start < month.end && span.end > month.start;
  const calendars = [...(await readCalendars(db))].filter(([, { archived }]) => !archived);
  const inline = [...(await readContracts(db)).values()]
    .filter(({ archived }) => !archived)
    .flatMap(({ versions }) => hoursIn((versionAt(versions, month.end) ?? versions[0]!).clauses))
    .flatMap((hours) => ("inline" in hours ? [hours.inline] : []));
  const named = calendars.map(([, { wanted }]) => wanted);
  const regions = new Set([...named, ...inline].flatMap(({ holidays }) => holidays));
  const closures = new Map<string, string[]>();
  for (const { date } of days) {
    const holidays = [...regions].flatMap((region) => holidayOn(date, region, context));
    const closed = calendars
      .filter(([, { wanted }]) => expandCalendar({ ...wanted, holidays: [] }).closedDates.has(date))
      .map(([slug]) => context.language.say("console.calendar.closed", { calendar: slug }));
    closures.set(date, [...holidays, ...closed]);
  }
  return {
    days,
    windows: (await listWindowsSince(db, month.start)).filter((window) => touches(spanOf(window))),
    incidents: (await listIncidentsSince(db, month.start)).filter(
      ({ startedAt, resolvedAt, mergedInto }) =>
        mergedInto === null && touches({ start: startedAt, end: resolvedAt ?? Math.max(now, startedAt + 1) }),
    ),
    closures,
    calendarNames: calendars.map(([slug]) => slug),
  };
}

function holidayOn(date: string, region: HolidayRegion, { language }: ConsoleContext): string[] {
  const name = holidayNames({ holidays: [region] }, Number(date.slice(0, 4)), language.code).get(date);
  return name === undefined ? [] : [`${name} (${region})`];
}

function spanOf(window: MaintenanceWindow): Interval {
  return {
    start: window.actualStart ?? window.plannedStart,
    end: window.actualEnd ?? window.plannedEnd,
  };
}

/** Each day with all that touches it, as the template shows it. */
export function calendarDays(month: CalendarMonth, board: StatusBoard, context: ConsoleContext) {
  const { language, timeZone, base, now } = context;
  const { say } = language;
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const today = localDayOf(now, timeZone).date;
  const time = (at: number) => formatInstant(at, "time", timeZone, language);
  return month.days.map((day) => {
    const on = ({ start, end }: Interval) => start < day.end && end > day.start;
    const when = ({ start, end }: Interval) =>
      `${start < day.start ? "…" : time(start)} – ${end > day.end ? "…" : time(end)}`;
    return {
      date: day.date,
      number: Number(day.date.slice(8)),
      name: formatInstant(day.start, "weekdayDate", timeZone, language),
      /** 1: Monday. */
      column: weekdays.indexOf(placeInMonth(`${day.date}T12:00`).weekday) + 1,
      isToday: day.date === today,
      isPast: day.end <= now,
      closures: month.closures.get(day.date) ?? [],
      plan:
        day.end > now && context.scopes.has("write:maintenance")
          ? `${base}/maintenance/new?start=${day.date}T22:00&end=${day.date}T22:30`
          : null,
      planWords: say("console.calendar.planOn", { day: formatInstant(day.start, "day", timeZone, language) }),
      entries: [
        ...month.windows
          .filter((window) => on(spanOf(window)))
          .map((window) => {
            const { state } = advanceWindow(window, now);
            return {
              ...{ kind: "maintenance", state, title: window.title, when: when(spanOf(window)) },
              word: say(`maintenance.${state}`),
              services: servicesWords(window.serviceSlugs, titles, context),
              address: `${base}/maintenance/${window.reference}`,
            };
          }),
        ...month.incidents
          .map((incident) => ({
            incident,
            span: {
              start: incident.startedAt,
              end: incident.resolvedAt ?? Math.max(now, incident.startedAt + 1),
            },
          }))
          .filter(({ span }) => on(span))
          .map(({ incident, span }) => ({
            ...{ kind: "incident", state: incident.state, title: incident.title, when: when(span) },
            word: say("console.calendar.incident"),
            services: servicesWords(
              [...new Set(incident.impacts.map(({ serviceSlug }) => serviceSlug))],
              titles,
              context,
            ),
            address: `${base}/incidents/${incident.reference}`,
          })),
      ],
    };
  });
}
