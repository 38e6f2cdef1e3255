/** /console/calendars: all calendars with whoever counts by them, and each as a year with its holidays by name, its closures and its hours. */
import type { Context, Hono } from "hono";
import { expandCalendar, holidayEdition, holidayNames } from "../../calendars/holidays.ts";
import { reportLanguage } from "../../documents/report-language.ts";
import { toldCalendar } from "../../documents/told-calendar.ts";
import { NotFound } from "../../domain/errors.ts";
import type { NamedCalendar } from "../../domain/sla/promise/agreement-plan.ts";
import { hoursWithUse, usesOfCalendar, type UsedCalendar } from "../../domain/sla/promise/calendar-uses.ts";
import { versionAt } from "../../domain/sla/promise/contract-versions.ts";
import type { CustomerLanguage } from "../../domain/sla/promise/customer.ts";
import type { Standing } from "../../domain/status/standing.ts";
import type { CalendarDefinition } from "../../domain/time/calendar-definition.ts";
import { calendarYear, type CalendarDay } from "../../domain/time/calendar-year.ts";
import { listCalendarRevisions, readCalendars, readContracts } from "../../store/agreements.ts";
import { listRoutesOfCalendar } from "../../store/calendar-routes.ts";
import { formatInstant } from "../format.ts";
import { timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm } from "./form.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const dayMs = 86_400_000;
/** 5 January 2026 is a Monday. */
const someMonday = Date.UTC(2026, 0, 5);

/** Adds the list of calendars and the page of each. */
export function addCalendars(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/calendars", needs("read:contracts"), async (c) => {
    const context = consoleContext(c, deps);
    const calendars = await readCalendars(deps.db);
    const contracts = await readContracts(deps.db);
    const written = [...contracts].flatMap(([contract, { versions, particulars, archived }]) => {
      const clauses = archived ? undefined : versionAt(versions, context.now)?.clauses;
      return (clauses === undefined ? [] : hoursWithUse(clauses)).flatMap(({ hours, use, plan }, i) =>
        "inline" in hours
          ? [
              {
                title: hours.inline.title,
                address: `${context.base}/contracts/${contract}/hours/${i + 1}`,
                contract: particulars.title,
                use: useInWords({ contract, use, plan }, context),
                words: wordsOf(hours.inline, context),
              },
            ]
          : [],
      );
    });
    const model = {
      calendars: await Promise.all(
        [...calendars].map(async ([slug, standing]) => ({
          ...{ slug, title: standing.wanted.title, archived: standing.archived },
          byFile: standing.managedBy !== "people",
          words: wordsOf(standing.wanted, context),
          uses: shownUses(
            usesOfCalendar(slug, contracts, context.now),
            await listRoutesOfCalendar(deps.db, slug),
            context,
          ),
        })),
      ),
      written,
      mayWrite: context.scopes.has("write:contracts"),
    };
    const head = { title: context.language.say("console.calendars"), path: "/calendars" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/calendars", model: shell, status: 200 });
  });

  app.get("/calendars/:slug", needs("read:contracts"), (c) => calendarPage(c, deps, freshForm()));

  // Hours that are written into a contract have no name, and are looked at in the same way.
  app.get("/contracts/:slug/hours/:number{[1-9]\\d?}", needs("read:contracts"), async (c) => {
    const context = consoleContext(c, deps);
    const slug = c.req.param("slug");
    const contract = (await readContracts(deps.db)).get(slug);
    const clauses = contract && versionAt(contract.versions, context.now)?.clauses;
    const found = clauses && hoursWithUse(clauses)[Number(c.req.param("number")) - 1];
    if (found === undefined || !("inline" in found.hours)) {
      throw new NotFound("calendar_not_found", "The contract has no hours of its own here.");
    }
    const { inline } = found.hours;
    const path = `/contracts/${slug}/hours/${c.req.param("number")}`;
    const model = {
      ...yearModel(inline, path, c, context),
      ...{ form: freshForm(), slug: null, byFile: true, archived: false, revisions: [], mayWrite: false },
      uses: shownUses([{ contract: slug, use: found.use, plan: found.plan }], [], context),
    };
    const shell = consoleShell(model, { title: inline.title, path }, context, deps);
    return answerPage(c, deps.look, { template: "console/calendar-year", model: shell, status: 200 });
  });
}

/** The page of a calendar; `form` holds what was wrong with what was asked of it. */
export async function calendarPage(
  c: Context<ConsoleEnv>,
  deps: ConsoleDeps,
  form: Form,
  status = 200,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const slug = c.req.param("slug") ?? "";
  const standing = await getCalendar(deps, slug);
  const revisions = await listCalendarRevisions(deps.db, slug);
  const model = {
    ...yearModel(standing.wanted, `/calendars/${slug}`, c, context),
    ...{ form, slug, archived: standing.archived, byFile: standing.managedBy !== "people" },
    uses: shownUses(
      usesOfCalendar(slug, await readContracts(deps.db), context.now),
      await listRoutesOfCalendar(deps.db, slug),
      context,
    ),
    revisions: revisions.map(({ revision, recordedAt, author, definition, holidayEdition: edition }) => ({
      ...{ revision, author, edition, words: wordsOf(definition, context) },
      at: timeMarkup(recordedAt, "full", context),
    })),
    mayWrite: context.scopes.has("write:contracts") && standing.managedBy === "people" && !standing.archived,
  };
  const shell = consoleShell(
    model,
    { title: standing.wanted.title, path: `/calendars/${slug}` },
    context,
    deps,
  );
  return answerPage(c, deps.look, { template: "console/calendar-year", model: shell, status });
}

/** @throws NotFound calendar_not_found */
export async function getCalendar({ db }: ConsoleDeps, slug: string): Promise<Standing<NamedCalendar>> {
  const found = (await readCalendars(db)).get(slug);
  if (found === undefined) {
    throw new NotFound("calendar_not_found", `There is no calendar "${slug}".`);
  }
  return found;
}

/** In the words of the reader's language. */
export function wordsOf(definition: CalendarDefinition, { language }: ConsoleContext): string {
  return toldCalendar(definition, reportLanguage(language.code as CustomerLanguage));
}

function shownUses(uses: readonly UsedCalendar[], routes: readonly string[], context: ConsoleContext) {
  return [
    ...uses.map((use) => ({
      text: use.contract,
      address: `${context.base}/contracts/${use.contract}`,
      words: useInWords(use, context),
    })),
    ...routes.map((route) => ({
      text: route,
      address: null,
      words: context.language.say("console.calendars.use.route"),
    })),
  ];
}

function useInWords({ use, plan }: UsedCalendar, { language: { say } }: ConsoleContext): string {
  const word = say(`console.calendars.use.${use}`);
  return plan === null ? word : `${word} (${plan})`;
}

/** The year that is looked at, as its template shows it. */
function yearModel(definition: CalendarDefinition, path: string, c: Context, context: ConsoleContext) {
  const { language } = context;
  const thisYear = Number(formatInstant(context.now, "date", context.timeZone, language).match(/\d{4}/)![0]);
  const asked = Number(c.req.query("year"));
  const year = Number.isInteger(asked) && asked >= 1970 && asked <= 2199 ? asked : thisYear;
  const names = holidayNames(definition, year, language.code);
  const utc = (date: string) => Date.parse(`${date}T00:00:00Z`);
  const shownDay = (day: CalendarDay) => ({
    ...day,
    words: dayInWords(day, names.get(day.date), context),
  });
  const months = calendarYear(definition, expandCalendar(definition), year).map(({ month, weeks }) => {
    const days = weeks.flat().filter((day) => day !== null);
    return {
      title: formatInstant(Date.UTC(year, month - 1, 1), "month", "UTC", language),
      weeks: weeks.map((week) => week.map((day) => day && shownDay(day))),
      closures: stretchesOf(days.filter(({ kind }) => kind === "closure")).map(({ from, to }) => ({
        kind: "closure",
        dates: datesInWords(utc(from), utc(to), context),
        name: language.say("console.calendars.closure"),
      })),
      holidays: days
        .filter(({ kind }) => kind === "holiday")
        .map(({ date }) => ({
          kind: "holiday",
          dates: datesInWords(utc(date), utc(date), context),
          name: names.get(date) ?? language.say("console.calendars.holiday"),
        })),
    };
  });
  return {
    ...{ year, months, words: wordsOf(definition, context), edition: holidayEdition },
    before: `${context.base}${path}?year=${year - 1}`,
    after: `${context.base}${path}?year=${year + 1}`,
    weekdays: Array.from({ length: 7 }, (_, i) => {
      const at = someMonday + i * dayMs;
      const long = new Intl.DateTimeFormat(language.tag, { weekday: "long", timeZone: "UTC" }).format(at);
      return {
        long,
        short: new Intl.DateTimeFormat(language.tag, { weekday: "narrow", timeZone: "UTC" }).format(at),
      };
    }),
  };
}

function dayInWords(
  { kind, hours }: CalendarDay,
  name: string | undefined,
  { language: { say } }: ConsoleContext,
): string {
  switch (kind) {
    case "open":
      return hours
        .map(({ startMinute, endMinute }) => `${clock(startMinute)}–${clock(endMinute)}`)
        .join(", ");
    case "holiday":
      return name ?? say("console.calendars.holiday");
    case "closure":
      return say("console.calendars.closure");
    case "weekly":
      return say("console.calendars.closed");
  }
}

/** "08:30"; 1440 is the end of the day. */
export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** Neighbouring days together. */
function stretchesOf(days: readonly CalendarDay[]): { from: string; to: string }[] {
  const stretches: { from: string; to: string; day: number }[] = [];
  for (const { date, day } of days) {
    const last = stretches.at(-1);
    if (last !== undefined && last.day + 1 === day) {
      [last.to, last.day] = [date, day];
    } else {
      stretches.push({ from: date, to: date, day });
    }
  }
  return stretches;
}

function datesInWords(from: number, to: number, { language }: ConsoleContext): string {
  const format = new Intl.DateTimeFormat(language.tag, { day: "numeric", month: "long", timeZone: "UTC" });
  return from === to ? format.format(from) : format.formatRange(from, to);
}
