/** Maintenance that comes again and again, over the API: planned, changed and ended with a token; read by everyone. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { changeSeries, endSeries } from "../../actions/change-series.ts";
import { planSeries } from "../../actions/plan-series.ts";
import {
  endOfPart,
  isSeriesOver,
  type MaintenanceSeries,
  type SeriesPlan,
} from "../../domain/status/maintenance-series.ts";
import { sightOf } from "../../domain/status/page.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Recurrence } from "../../domain/time/recurrence.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getSeries, listSeries, noSeries } from "../../store/maintenance-series.ts";
import { listWindowsOfSeries } from "../../store/maintenance-windows.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, referenceInput, slugInput } from "../input.ts";
import {
  durationOutput,
  idempotencyHeader,
  instantOutput,
  jsonAnswer,
  jsonBody,
  lookupRefusals,
  refusals,
  versionedRefusals,
  writeRefusals,
} from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";
import { shownTo } from "./sight.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";

export const recurrenceInput = z
  .strictObject({
    rule: z.string().max(300).openapi({
      description: "An RRULE of RFC 5545 in days, weeks, months or years, with COUNT or UNTIL where it ends.",
      example: "FREQ=MONTHLY;BYDAY=1SU",
    }),
    start: z.string().openapi({
      description: "Local time of the first; each begins at this wall time, over every change of clocks.",
      example: "2026-12-06T22:00",
    }),
    time_zone: z
      .string()
      .optional()
      .openapi({ description: "IANA name; left out: the platform's.", example: "Europe/Copenhagen" }),
    length_ms: z.int().positive().openapi({ example: 1_800_000 }),
  })
  .openapi("Recurrence");

const planned = {
  title: z.string(),
  message: z.string(),
  services: z.array(slugInput),
  recurrence: recurrenceInput,
};

const reasonInput = z
  .string()
  .optional()
  .openapi({ description: "Why windows may break what contracts promise; needed where one does." });

const planInput = z.strictObject({ ...planned, reason: reasonInput }).openapi("MaintenanceSeriesPlan");

const changed = {
  announcement: z
    .string()
    .openapi({ description: "What is said of windows that change, or do not take place." }),
};

const changeInput = z
  .strictObject({ ...planned, ...changed, reason: reasonInput })
  .openapi("MaintenanceSeriesChange");

const endInput = z
  .strictObject({ ...changed, from: instantInput.optional().openapi({ description: "Left out: now." }) })
  .openapi("MaintenanceSeriesEnd");

const seriesOutput = z
  .object({
    reference: z.string().openapi({ example: "SER-2026-0001" }),
    version: z
      .int()
      .openapi({ description: "Counts its changes; `ETag` holds it, and `If-Match` takes it." }),
    is_over: z.boolean(),
    ends_at: instantOutput.nullable(),
    parts: z
      .array(
        z.object({
          from: instantOutput,
          until: instantOutput.nullable().openapi({
            description:
              "No window of it begins then or later: another plan holds, or none that is shown here. Null: as long as its rule goes on.",
          }),
          title: z.string(),
          message: z.string(),
          services: z.array(z.string()),
          recurrence: z.object({
            ...{ rule: z.string(), start: z.string(), time_zone: z.string() },
            length_ms: durationOutput,
          }),
        }),
      )
      .openapi({ description: "Plans that hold one after the other." }),
    windows: z
      .array(z.string())
      .openapi({ description: "References of the windows that were announced, in order of planned start." }),
  })
  .openapi("MaintenanceSeries");

const referenceParameter = z.object({ reference: referenceInput.openapi({ example: "SER-2026-0001" }) });
const path = "/maintenance-series";
const one = `${path}/{reference}`;

/** Adds the routes. */
export function addMaintenanceSeries(api: OpenAPIHono, deps: ApiDeps): void {
  const reads = { method: "get" as const, tags: ["maintenance"] };
  const writes = {
    ...{ tags: ["maintenance"], security: [{ token: [] as string[] }] },
    middleware: withScope("write:maintenance", deps),
  };
  const answer = async (series: MaintenanceSeries, now: Instant, db = deps.db, sight = sightOf("all", [])) =>
    toSeriesJson(
      series,
      (await listWindowsOfSeries(db, series.reference))
        .filter((window) => sight.window(window) !== null)
        .map(({ reference }) => reference),
      now,
    );

  api.openapi(
    createRoute({
      ...{ ...reads, path, summary: "Maintenance that comes again and again, newest first" },
      responses: {
        200: jsonAnswer("The series.", z.object({ maintenance_series: z.array(seriesOutput) })),
        ...refusals,
      },
    }),
    async (c) => {
      const now = deps.now();
      const { sight } = await shownTo(c, deps);
      const seen = (await listSeries(deps.db)).flatMap((series) => sight.series(series) ?? []);
      const all = await Promise.all(seen.map((series) => answer(series, now, deps.db, sight)));
      return c.json({ maintenance_series: all }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reads, path: one, summary: "One series of maintenance" },
      request: { params: referenceParameter },
      responses: { 200: jsonAnswer("The series.", seriesOutput), ...lookupRefusals },
    }),
    async (c) => {
      const { sight } = await shownTo(c, deps);
      const { reference } = c.req.valid("param");
      const series = sight.series(await getSeries(deps.db, reference)) ?? noSeries(reference);
      return c.json(await answer(series, deps.now(), deps.db, sight), 200, etagOf(series));
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writes, method: "post", path, summary: "Plan maintenance that comes again and again" },
      description: "Its windows of the next quarter are announced at once, the others as time goes on.",
      request: { headers: idempotencyHeader, body: jsonBody(planInput) },
      responses: { 201: jsonAnswer("The series as it was planned.", seriesOutput), ...writeRefusals },
    }),
    async (c) => {
      const { reason, ...asked } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const series = await planSeries(db, toPlan(asked, deps), author, now, reason ?? null);
        return { body: await answer(series, now, db), location: `/api/v1${path}/${series.reference}` };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writes, method: "put", path: one },
      summary: "Give it another plan, from the day of the plan's start on",
      description: "Windows that were moved or called off alone stay as they are.",
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(changeInput) },
      responses: { 200: jsonAnswer("The series as it is planned now.", seriesOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { reason, announcement: message, ...asked } = c.req.valid("json");
      const change = { message, seen: versionSeen(c), author: c.get("caller").author };
      const now = deps.now();
      const { reference } = c.req.valid("param");
      const plan = toPlan(asked, deps);
      const series = await changeSeries(deps.db, reference, plan, reason ?? null, change, now);
      await tellBoard(deps, c);
      return c.json(await answer(series, now), 200, etagOf(series));
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writes, method: "post", path: `${one}/end` },
      summary: "End it: windows that begin at that instant or later are cancelled",
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(endInput) },
      responses: { 200: jsonAnswer("The series, with its end.", seriesOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { announcement: message, from } = c.req.valid("json");
      const change = { message, seen: versionSeen(c), author: c.get("caller").author };
      const now = deps.now();
      const series = await endSeries(deps.db, c.req.valid("param").reference, from ?? now, change, now);
      await tellBoard(deps, c);
      return c.json(await answer(series, now), 200, etagOf(series));
    },
  );
}

/** A recurrence as it was written, in the platform's zone where it names none. */
export function toRecurrence(
  { rule, start, time_zone, length_ms: lengthMs }: z.infer<typeof recurrenceInput>,
  { board }: Pick<ApiDeps, "board">,
): Recurrence {
  return { rule, start, timeZone: time_zone ?? board().settings.timeZone, lengthMs };
}

function toPlan(
  { title, message, services, recurrence }: z.infer<z.ZodObject<typeof planned>>,
  deps: ApiDeps,
): SeriesPlan {
  return { title, message, serviceSlugs: services, recurrence: toRecurrence(recurrence, deps) };
}

function toSeriesJson(series: MaintenanceSeries, windows: string[], now: Instant) {
  const { reference, version, endsAt, parts } = series;
  return {
    ...{ reference, version, is_over: isSeriesOver(series, now), ends_at: isoInstant(endsAt) },
    parts: parts.map(({ from, title, message, serviceSlugs, recurrence }, i) => ({
      ...{ from: isoInstant(from), until: isoInstant(endOfPart(series, i)) },
      ...{ title, message, services: serviceSlugs },
      recurrence: {
        ...{ rule: recurrence.rule, start: recurrence.start, time_zone: recurrence.timeZone },
        length_ms: recurrence.lengthMs,
      },
    })),
    windows,
  };
}
