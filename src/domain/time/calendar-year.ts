/** A calendar laid out as a year, as one looks at it on a wall: twelve months of weeks, each day open, or closed and why. */
import type { BusinessCalendar, OpeningHours } from "./business-calendar.ts";
import { weekdays } from "./business-calendar.ts";
import type { CalendarDefinition } from "./calendar-definition.ts";

/** Open; closed every week on this day; a public holiday; an own closure. */
export type DayKind = "open" | "weekly" | "holiday" | "closure";

export interface CalendarDay {
  /** "2026-04-02". */
  date: string;
  day: number;
  kind: DayKind;
  /** Of the day where it is open. */
  hours: readonly OpeningHours[];
}

export interface CalendarMonth {
  /** From 1. */
  month: number;
  /** Monday to Sunday; null: a day of another month. */
  weeks: (CalendarDay | null)[][];
}

/** @param definition what the calendar was written as @param calendar the same, expanded */
export function calendarYear(
  definition: CalendarDefinition,
  calendar: BusinessCalendar,
  year: number,
): CalendarMonth[] {
  return Array.from({ length: 12 }, (_, i) => {
    const first = Temporal.PlainDate.from({ year, month: i + 1, day: 1 });
    const days = Array.from({ length: first.daysInMonth }, (__, d) =>
      dayOf(first.add({ days: d }), definition, calendar),
    );
    const cells: (CalendarDay | null)[] = [...Array<null>(first.dayOfWeek - 1).fill(null), ...days];
    const weeks: (CalendarDay | null)[][] = [];
    for (let at = 0; at < cells.length; at += 7) {
      const week = cells.slice(at, at + 7);
      weeks.push([...week, ...Array<null>(7 - week.length).fill(null)]);
    }
    return { month: i + 1, weeks };
  });
}

function dayOf(
  date: Temporal.PlainDate,
  { closed }: CalendarDefinition,
  calendar: BusinessCalendar,
): CalendarDay {
  const name = date.toString();
  const hours = calendar.weekly[weekdays[date.dayOfWeek - 1]!];
  const isClosure = closed.some(({ from, to }) => from <= name && name <= to);
  const isClosed = calendar.closedDates.has(name);
  const kind = isClosed ? (isClosure ? "closure" : "holiday") : hours.length === 0 ? "weekly" : "open";
  return { date: name, day: date.day, kind, hours: kind === "open" ? hours : [] };
}
