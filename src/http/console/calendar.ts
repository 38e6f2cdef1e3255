/**
 * /console/calendar: a month by day, with what is planned and was, incidents, and the public holidays and closures of the calendars in use.
 * Columns of weekdays on a desk, a list of days on a phone; each day leads on to planning something on it.
 */
import type { Hono } from "hono";
import { calendarDays, readCalendarMonth } from "./calendar-month.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { formatInstant } from "../format.ts";
import { monthInput } from "../input.ts";
import { localDayOf } from "../../domain/time/local-day.ts";
import { monthBeside, monthName } from "./months.ts";
import { consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** A Monday, from which weekdays take their names. */
const someMonday = Date.parse("2026-06-01T12:00:00Z");
const dayMs = 86_400_000;

/** Adds the page. */
export function addCalendar(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/calendar", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const { language, base, now, timeZone } = context;
    const asked = monthInput.safeParse(c.req.query("month"));
    const today = localDayOf(now, timeZone).date;
    const label = asked.success ? asked.data : today.slice(0, 7);
    const month = await readCalendarMonth(deps.db, label, context);
    const to = (other: string) => ({
      address: `${base}/calendar?month=${other}`,
      name: monthName(other, context),
    });
    const model = {
      month: monthName(label, context),
      earlier: to(monthBeside(label, -1)),
      later: to(monthBeside(label, 1)),
      thisMonth: [-1, 0, 1].some((by) => monthBeside(label, by) === today.slice(0, 7))
        ? null
        : to(today.slice(0, 7)),
      weekdays: Array.from({ length: 7 }, (_, i) =>
        formatInstant(someMonday + i * dayMs, "shortWeekday", "UTC", language),
      ),
      days: calendarDays(month, deps.board(), context),
      calendars: month.calendarNames,
    };
    const title = language.say("console.calendar.title");
    const head = { title: `${title}, ${model.month}`, path: "/calendar", scripts: ["calendar.js"] };
    const shell = consoleShell({ ...model, name: context.name, pageTitle: title }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/calendar", model: shell, status: 200 });
  });
}
