/**
 * Maintenance windows over the API: planned, moved, begun, verified, ended and cancelled with a token; read by everyone.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { cancelMaintenance } from "../../actions/cancel-maintenance.ts";
import { endMaintenance } from "../../actions/end-maintenance.ts";
import { planMaintenance } from "../../actions/plan-maintenance.ts";
import { replanMaintenance } from "../../actions/replan-maintenance.ts";
import { startMaintenance } from "../../actions/start-maintenance.ts";
import { verifyMaintenance } from "../../actions/verify-maintenance.ts";
import {
  advanceWindow,
  type MaintenanceState,
  type MaintenanceWindow,
  maintenanceStates,
  overrunMs,
  windowVersion,
} from "../../domain/status/maintenance-window.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getWindow, listWindowsPlannedIn, noWindow } from "../../store/maintenance-windows.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, monthInput, referenceInput, slugInput } from "../input.ts";
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
import { type Shown, shownTo } from "./sight.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";

const windowOutput = z
  .object({
    reference: z.string().openapi({ example: "MNT-2026-0001" }),
    title: z.string(),
    message: z.string(),
    state: z.enum(maintenanceStates),
    announced_at: instantOutput.openapi({
      description: "When customers could first read of it as it is planned now.",
    }),
    planned_start: instantOutput,
    planned_end: instantOutput,
    actual_start: instantOutput.nullable(),
    actual_end: instantOutput.nullable(),
    overrun_ms: durationOutput.openapi({
      description: "How long it went on, or goes on, after its planned end.",
    }),
    services: z.array(z.string()),
    series: z.string().nullable().openapi({ description: "Reference of the series that it is of." }),
    version: z
      .int()
      .openapi({ description: "Counts its changes by people; `ETag` holds it, and `If-Match` takes it." }),
    updates: z
      .array(z.object({ state: z.enum(maintenanceStates), message: z.string(), at: instantOutput }))
      .openapi({ description: "Oldest first." }),
  })
  .openapi("MaintenanceWindow");

const reasonInput = z
  .string()
  .optional()
  .openapi({ description: "Why it breaks what a contract promises on windows; needed where it does." });

const planInput = z
  .strictObject({
    title: z.string(),
    message: z.string(),
    services: z.array(slugInput),
    planned_start: instantInput,
    planned_end: instantInput,
    reason: reasonInput,
  })
  .openapi("MaintenancePlan");

const replanInput = z
  .strictObject({
    message: z.string().openapi({ description: "What is said about the change." }),
    title: z.string().optional(),
    services: z.array(slugInput).optional(),
    planned_start: instantInput.optional(),
    planned_end: instantInput.optional(),
    reason: reasonInput,
  })
  .openapi("MaintenanceReplan");

const stepInput = z
  .strictObject({
    state: z.enum(["in_progress", "verifying", "completed", "cancelled"]),
    message: z.string(),
  })
  .openapi("MaintenanceUpdate");

const referenceParameter = z.object({
  reference: referenceInput.openapi({ example: "MNT-2026-0001" }),
});

const listStates = ["coming", "under_way", "over"] as const;

const listRoute = createRoute({
  method: "get",
  path: "/maintenance-windows",
  tags: ["maintenance"],
  summary: "Maintenance windows in order of planned start",
  request: {
    query: z.strictObject({
      state: z.enum(listStates).optional(),
      month: monthInput.optional().openapi({
        description:
          "Those planned for a part of this month, in the platform's zone; left out: the last 13 months and all to come.",
      }),
    }),
  },
  responses: {
    200: jsonAnswer("The windows.", z.object({ maintenance_windows: z.array(windowOutput) })),
    ...refusals,
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/maintenance-windows/{reference}",
  tags: ["maintenance"],
  summary: "One maintenance window",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("The window.", windowOutput), ...lookupRefusals },
});

/** Each step a person takes. */
const steps = {
  in_progress: startMaintenance,
  verifying: verifyMaintenance,
  completed: endMaintenance,
  cancelled: cancelMaintenance,
};

/** Adds the routes of maintenance windows. */
export function addMaintenanceWindows(api: OpenAPIHono, deps: ApiDeps): void {
  const authorised = withScope("write:maintenance", deps);

  api.openapi(listRoute, async (c) => {
    const { state, month } = c.req.valid("query");
    const now = deps.now();
    const windows = (await listWindows(deps, await shownTo(c, deps), month)).map((window) =>
      advanceWindow(window, now),
    );
    const fitting = windows.filter((window) => state === undefined || listStateOf(window.state) === state);
    return c.json({ maintenance_windows: fitting.map((window) => toWindowJson(window, now)) }, 200);
  });

  api.openapi(oneRoute, async (c) => {
    const { reference } = c.req.valid("param");
    const { board, sight } = await shownTo(c, deps);
    const known = board.windows.find((window) => window.reference === reference);
    const window = known ?? sight.window(await getWindow(deps.db, reference));
    const json = toWindowJson(window ?? noWindow(reference), deps.now());
    return c.json(json, 200, etagOf(json));
  });

  api.openapi(
    createRoute({
      method: "post",
      path: "/maintenance-windows",
      tags: ["maintenance"],
      summary: "Plan maintenance, which announces it",
      security: [{ token: [] }],
      middleware: [authorised] as const,
      request: { headers: idempotencyHeader, body: jsonBody(planInput) },
      responses: { 201: jsonAnswer("The window as it was planned.", windowOutput), ...writeRefusals },
    }),
    async (c) => {
      const { title, message, services, planned_start, planned_end, reason } = c.req.valid("json");
      const plan = {
        title,
        message,
        serviceSlugs: services,
        plannedStart: planned_start,
        plannedEnd: planned_end,
      };
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const window = await planMaintenance(db, plan, author, now, reason ?? null);
        return { body: toWindowJson(window, now), location: addressOf(window) };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      method: "patch",
      path: "/maintenance-windows/{reference}",
      tags: ["maintenance"],
      summary: "Plan it anew: another time, other services, another title",
      description: "Whatever covers time or services that the old plan did not is announced anew.",
      security: [{ token: [] }],
      middleware: [authorised] as const,
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(replanInput) },
      responses: { 200: jsonAnswer("The window as it is planned now.", windowOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { message, title, services, planned_start, planned_end, reason } = c.req.valid("json");
      const change = {
        message,
        title: title ?? null,
        serviceSlugs: services ?? null,
        plannedStart: planned_start ?? null,
        plannedEnd: planned_end ?? null,
      };
      const now = deps.now();
      const { reference } = c.req.valid("param");
      const { author } = c.get("caller");
      const ground = { seen: versionSeen(c), reason: reason ?? null };
      const window = await replanMaintenance(deps.db, reference, change, author, now, ground);
      await tellBoard(deps, c);
      const json = toWindowJson(window, now);
      return c.json(json, 200, etagOf(json));
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/maintenance-windows/{reference}/updates",
      tags: ["maintenance"],
      summary: "Begin, verify, end or cancel it",
      security: [{ token: [] }],
      middleware: [authorised] as const,
      request: {
        params: referenceParameter,
        headers: idempotencyHeader.extend(ifMatchHeader.shape),
        body: jsonBody(stepInput),
      },
      responses: { 201: jsonAnswer("The window after the step.", windowOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { state, message } = c.req.valid("json");
      const seen = versionSeen(c);
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const window = await steps[state](db, c.req.valid("param").reference, message, author, now, seen);
        return { body: toWindowJson(window, now), location: addressOf(window) };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );
}

/** A window as the API tells it at an instant, moved on by the clock if that is due. */
export function toWindowJson(stored: MaintenanceWindow, now: Instant) {
  const window = advanceWindow(stored, now);
  return {
    reference: window.reference,
    title: window.title,
    message: window.message,
    state: window.state,
    announced_at: isoInstant(window.announcedAt),
    planned_start: isoInstant(window.plannedStart),
    planned_end: isoInstant(window.plannedEnd),
    actual_start: isoInstant(window.actualStart),
    actual_end: isoInstant(window.actualEnd),
    overrun_ms: overrunMs(window, now),
    services: window.serviceSlugs,
    series: window.series?.reference ?? null,
    version: windowVersion(window),
    updates: window.updates.map(({ state, message, at }) => ({ state, message, at: isoInstant(at) })),
  };
}

/** The board's horizon is 13 months; a month is asked of the database, because it may lie before. */
async function listWindows(
  deps: ApiDeps,
  { board, sight }: Shown,
  month: string | undefined,
): Promise<MaintenanceWindow[]> {
  if (month === undefined) {
    return board.windows;
  }
  const { start, end } = cycleOf(month, { timeZone: board.settings.timeZone, anchorDay: 1 });
  const planned = await listWindowsPlannedIn(deps.db, { start, end });
  return planned.flatMap((window) => sight.window(window) ?? []);
}

function listStateOf(state: MaintenanceState): (typeof listStates)[number] {
  switch (state) {
    case "scheduled":
      return "coming";
    case "in_progress":
    case "verifying":
      return "under_way";
    case "completed":
    case "cancelled":
      return "over";
  }
}

function addressOf(window: MaintenanceWindow): string {
  return `/api/v1/maintenance-windows/${window.reference}`;
}
