/**
 * Adding and editing calendars that no file manages: hours by day, regions of holidays, closures. What a change does to clocks that run is
 * told before it is done; days that contracts have counted by stay as they were.
 */
import type { Context, Hono } from "hono";
import { calendarEffect } from "../../actions/calendar-effect.ts";
import { anyEdition, editionOf } from "../../actions/edition.ts";
import { archiveAgreement, putAgreed } from "../../actions/record-agreements.ts";
import { holidayRegions, regionName } from "../../calendars/regions.ts";
import { Conflict, InvalidInput } from "../../domain/errors.ts";
import type { NamedCalendar } from "../../domain/sla/promise/agreement-plan.ts";
import { weekdays } from "../../domain/time/business-calendar.ts";
import { type CalendarDefinition, usualRegions } from "../../domain/time/calendar-definition.ts";
import { readCalendar } from "../../platform-file/written.ts";
import { listCalendarRevisions } from "../../store/agreements.ts";
import type { Database } from "../../store/database.ts";
import { readAgreementContext } from "../api/contract-answer.ts";
import { formatInstant } from "../format.ts";
import { timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import { calendarPage, clock, getCalendar } from "./calendars.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** More are found by more words. */
const foundAtOnce = 40;

const fields = ["slug", "title", "time_zone", ...weekdays, "holidays", "closed", "confirmed"];

/** Adds the forms of calendars. Before the pages of single calendars: "new" is none of them. */
export function addCalendarForms(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/calendars/new", needs("write:contracts"), (c) => {
    const { timeZone } = deps.board().settings;
    const usual = Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, "09:00-17:00"]));
    return formPage(c, deps, null, freshForm({ time_zone: timeZone, ...usual }));
  });

  app.post("/calendars/new", needs("write:contracts"), (c) => save(c, deps, null));

  app.get("/calendars/:slug/edit", needs("write:contracts"), async (c) => {
    const standing = await getCalendar(deps, c.req.param("slug"));
    refuseFile(standing.managedBy);
    const { slug } = standing.wanted;
    const edition = await editionOf(standing.wanted);
    return formPage(c, deps, slug, freshForm({ ...typedOf(standing.wanted), edition }));
  });

  app.post("/calendars/:slug/edit", needs("write:contracts"), async (c) => {
    const { managedBy, wanted } = await getCalendar(deps, c.req.param("slug"));
    refuseFile(managedBy);
    return save(c, deps, wanted.slug);
  });

  app.post("/calendars/:slug/archive", needs("write:contracts"), async (c) => {
    const typed = await readForm(c);
    try {
      refuseUnmeant(typed);
      await archiveAgreement(deps.db, "calendar", c.req.param("slug"), authorOf(c), deps.now());
      return c.redirect("/console/calendars", 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["confirmed"], error);
      return calendarPage(c, deps, form, status);
    }
  });
}

/** @param known slug of the calendar that is edited; null: it is a new one */
async function save(c: Context<ConsoleEnv>, deps: ConsoleDeps, known: string | null): Promise<Response> {
  const typed = await readForm(c);
  if (typed.one("step") === "search") {
    return formPage(c, deps, known, { ...freshForm(), typed });
  }
  try {
    const wanted = readCalendar(slugOf(typed, known), writtenOf(typed), await readAgreementContext(deps));
    const effect = await effectOf(wanted, known, deps);
    if (effect.length > 0 && typed.one("confirmed") !== "yes") {
      return await formPage(c, deps, known, { ...freshForm(), typed }, 200, effect);
    }
    const edition = known === null ? null : typed.one("edition") || anyEdition;
    await putAgreed(deps.db, { noun: "calendar", wanted }, authorOf(c), deps.now(), { edition });
    return c.redirect(`/console/calendars/${wanted.slug}`, 303);
  } catch (error) {
    const isLate = known !== null && error instanceof Conflict && error.code === "version_changed";
    const refusal = isLate ? await lateness(deps.db, known, consoleContext(c, deps)) : renamed(error);
    const { form, status } = refusedForm(typed, fields, refusal);
    return formPage(c, deps, known, form, status);
  }
}

/** Tells whoever changes what somebody else has changed since they looked at it who that was, and when. */
async function lateness(
  db: Database,
  slug: string,
  { language, timeZone }: ConsoleContext,
): Promise<Conflict> {
  const { author, recordedAt } = (await listCalendarRevisions(db, slug))[0]!;
  const words = language.say("console.calendars.late", {
    author: (await authorNames(db, language)).of(author),
    at: formatInstant(recordedAt, "full", timeZone, language),
  });
  return new Conflict("version_changed", words);
}

/** What would move; a new calendar is counted by nobody yet. */
async function effectOf(wanted: NamedCalendar, known: string | null, deps: ConsoleDeps) {
  return known === null ? [] : calendarEffect(deps.db, wanted, deps.now());
}

async function formPage(
  c: Context<ConsoleEnv>,
  deps: ConsoleDeps,
  known: string | null,
  form: Form,
  status = 200,
  effect: Awaited<ReturnType<typeof effectOf>> = [],
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say, tag } = context.language;
  const long = new Intl.DateTimeFormat(tag, { weekday: "long", timeZone: "UTC" });
  const editionNow = async (slug: string) => editionOf((await getCalendar(deps, slug)).wanted);
  const model = {
    // Whoever was refused has been told, and sends it again over what stands now; who only looks for a region has not.
    edition: status === 412 && known !== null ? await editionNow(known) : form.typed.one("edition"),
    ...{ form, known, effect: effect.map((moved) => shownMove(moved, context)) },
    address: `${context.base}/calendars/${known === null ? "new" : `${known}/edit`}`,
    days: weekdays.map((day, i) => ({ name: day, label: long.format(Date.UTC(2026, 0, 5 + i)) })),
    regions: regionChoices(form.typed, context),
    zones: Intl.supportedValuesOf("timeZone"),
  };
  const title = known === null ? say("console.calendars.new") : say("console.calendars.edit");
  const path = known === null ? "/calendars/new" : `/calendars/${known}/edit`;
  const shell = consoleShell(model, { title, path }, context, deps);
  return answerPage(c, deps.look, { template: "console/calendar-form", model: shell, status });
}

/** Regions to tick: those that are ticked, the usual ones, and those that were searched for by name or code. */
function regionChoices(typed: Typed, { language: { tag } }: ConsoleContext) {
  const wanted = typed.one("q").trim().toLocaleLowerCase(tag);
  const all = holidayRegions();
  const choiceOf = (value: string) => ({ value, words: regionName(value, tag) });
  const shown = [
    ...new Set([...typed.all("holidays").filter((code) => all.includes(code)), ...usualRegions]),
  ];
  const found =
    wanted === ""
      ? []
      : all
          .filter((code) => !shown.includes(code))
          .map(choiceOf)
          .filter(({ value, words }) => `${words} ${value}`.toLocaleLowerCase(tag).includes(wanted));
  return {
    ...{
      total: all.length,
      wanted: typed.one("q").trim(),
      foundNothing: wanted !== "" && found.length === 0,
    },
    hidden: Math.max(0, found.length - foundAtOnce),
    choices: [...shown.map(choiceOf), ...found.slice(0, foundAtOnce)],
  };
}

function shownMove(
  { about, reference, title, kind, from, to }: Awaited<ReturnType<typeof effectOf>>[number],
  context: ConsoleContext,
) {
  return {
    ...{ reference, title, kind: context.language.say(`console.clock.${kind}`) },
    address: `${context.base}/${about}s/${reference}`,
    from: timeMarkup(from, "moment", context),
    to: timeMarkup(to, "moment", context),
  };
}

function slugOf(typed: Typed, known: string | null): string {
  return known ?? typed.one("slug").trim();
}

/** What was typed, in the words of the platform file. */
function writtenOf(typed: Typed): object {
  const list = (text: string, separator: RegExp) =>
    text
      .split(separator)
      .map((one) => one.trim())
      .filter((one) => one !== "");
  const hours = weekdays.flatMap((day) => {
    const open = list(typed.one(day), /[,;\n]/).map((one) => one.replace(/\s*[-–]\s*/, "-"));
    return open.length === 0 ? [] : [[day, open] as const];
  });
  const title = typed.one("title").trim();
  return {
    ...(title === "" ? {} : { title }),
    time_zone: typed.one("time_zone"),
    hours: Object.fromEntries(hours),
    holidays: typed.all("holidays"),
    closed: list(typed.one("closed"), /[,;\n]/).map((one) => one.replace(/\s*(\.\.|–|\bto\b)\s*/, "..")),
  };
}

/** What stands, as it would have been typed. */
function typedOf({ title, timeZone, weekly, holidays, closed }: CalendarDefinition) {
  return {
    ...{ title, time_zone: timeZone, holidays },
    ...Object.fromEntries(
      weekdays.map((day) => [
        day,
        weekly[day]
          .map(({ startMinute, endMinute }) => `${clock(startMinute)}-${clock(endMinute)}`)
          .join(", "),
      ]),
    ),
    closed: closed.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join("\n"),
  };
}

/** Faults of hours stand at the field of their day: `/hours/mon/0` is Monday's. */
function renamed(error: unknown): unknown {
  if (!(error instanceof InvalidInput)) {
    return error;
  }
  return new InvalidInput(
    error.code,
    error.code === "bad_calendar" ? "The calendar cannot be kept like this." : error.message,
    error.fields.map(({ pointer, detail }) => ({
      pointer:
        pointer === "?slug"
          ? "/slug"
          : pointer === "/hours"
            ? `/${weekdays.find((day) => detail.includes(` ${day} `)) ?? "mon"}`
            : pointer.replace(/^\/hours/, ""),
      detail,
    })),
  );
}

function refuseFile(managedBy: string): void {
  if (managedBy !== "people") {
    throw new Conflict("made_by_file", "A platform file made this calendar: change it there.");
  }
}
