/** Calendars over the API: hours by which contracts count, with the days on which they are closed. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { anyEdition } from "../../actions/edition.ts";
import { archiveAgreement, putAgreed, saidOf } from "../../actions/record-agreements.ts";
import { expandCalendar, holidayEdition } from "../../calendars/holidays.ts";
import { NotFound } from "../../domain/errors.ts";
import type { NamedCalendar } from "../../domain/sla/promise/agreement-plan.ts";
import type { Standing } from "../../domain/status/standing.ts";
import { closedDatesIn, calendarInWords } from "../../domain/time/calendar-definition.ts";
import { readCalendar, writtenShapes } from "../../platform-file/written.ts";
import { readCalendars } from "../../store/agreements.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, versionedRefusals, writeRefusals } from "./answer.ts";
import { readAgreementContext } from "./contract-answer.ts";
import { managedByOutput } from "./customers.ts";
import type { ApiDeps } from "./deps.ts";
import { editionSeen, editionTag, ifMatchHeader } from "./version-seen.ts";
import { writtenInput } from "./written-input.ts";

const calendarOutput = z
  .object({
    slug: z.string(),
    title: z.string(),
    words: z
      .string()
      .openapi({ example: "mon–fri 09:00–17:00, Europe/Copenhagen, closed on public holidays of DK" }),
    time_zone: z.string(),
    weekly: z.record(z.string(), z.array(z.object({ start_minute: z.int(), end_minute: z.int() }))).openapi({
      description: "Minutes of the local day, by weekday.",
    }),
    holidays: z.array(z.string()),
    closed: z.array(z.object({ from: z.string(), to: z.string() })),
    closed_dates: z
      .array(z.string())
      .openapi({ description: "Every closed day of the year that was asked for." }),
    holiday_edition: z.string().openapi({ description: "What says which days are public holidays." }),
    managed_by: managedByOutput,
    archived: z.boolean(),
  })
  .openapi("Calendar");

/** Adds the routes of calendars. */
export function addCalendars(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["contracts"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:contracts", deps) };
  const writing = { ...shared, middleware: withScope("write:contracts", deps) };
  const params = z.object({ slug: slugInput });
  const query = z.strictObject({
    year: z
      .string()
      .regex(/^[12]\d{3}$/, "A year is written like 2026.")
      .optional()
      .openapi({ description: "Of which the closed days are told; left out: this one." }),
  });
  const thisYear = () => new Date(deps.now()).getUTCFullYear();

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/calendars",
      summary: "All calendars, by slug",
      request: { query },
      responses: {
        200: jsonAnswer("The calendars.", z.object({ calendars: z.array(calendarOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const year = Number(c.req.valid("query").year ?? thisYear());
      const calendars = [...(await readCalendars(deps.db)).values()].map((one) => toCalendarJson(one, year));
      return c.json({ calendars }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/calendars/{slug}",
      summary: "One calendar",
      request: { params, query },
      responses: { 200: jsonAnswer("The calendar, with its ETag.", calendarOutput), ...writeRefusals },
    }),
    async (c) => {
      const year = Number(c.req.valid("query").year ?? thisYear());
      const found = await findCalendar(deps, c.req.valid("param").slug);
      return c.json(toCalendarJson(found, year), 200, await editionTag(saidOf(found)));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "put",
      path: "/calendars/{slug}",
      summary:
        "Make a calendar, or enter closures into it; days that contracts have counted by stay as they were",
      request: {
        params,
        headers: ifMatchHeader,
        body: jsonBody(writtenInput("WrittenCalendar", writtenShapes.calendar)),
      },
      responses: { 200: jsonAnswer("The calendar as it stands now.", calendarOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const wanted = readCalendar(slug, c.req.valid("json"), await readAgreementContext(deps));
      const edition = editionSeen(c) ?? anyEdition;
      await putAgreed(deps.db, { noun: "calendar", wanted }, c.get("caller").author, deps.now(), { edition });
      const found = await findCalendar(deps, slug);
      return c.json(toCalendarJson(found, thisYear()), 200, await editionTag(saidOf(found)));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/calendars/{slug}",
      summary: "Archive a calendar that no contract names",
      request: { params },
      responses: { 200: jsonAnswer("It is archived.", z.object({ archived: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await archiveAgreement(deps.db, "calendar", slug, c.get("caller").author, deps.now());
      return c.json({ archived: slug }, 200);
    },
  );
}

async function findCalendar({ db }: ApiDeps, slug: string) {
  const found = (await readCalendars(db)).get(slug);
  if (found === undefined) {
    throw new NotFound("calendar_not_found", `There is no calendar "${slug}".`);
  }
  return found;
}

function toCalendarJson({ wanted, managedBy, archived }: Standing<NamedCalendar>, year: number) {
  const { slug, title, timeZone, weekly, holidays, closed } = wanted;
  return {
    slug,
    title,
    words: calendarInWords(wanted),
    time_zone: timeZone,
    weekly: Object.fromEntries(
      Object.entries(weekly).map(([day, hours]) => [
        day,
        hours.map(({ startMinute, endMinute }) => ({ start_minute: startMinute, end_minute: endMinute })),
      ]),
    ),
    holidays,
    closed,
    closed_dates: closedDatesIn(expandCalendar(wanted), year),
    holiday_edition: holidayEdition,
    managed_by: managedBy,
    archived,
  };
}
