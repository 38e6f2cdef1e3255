/** Planned work looked at before it is published, over the API: what it breaks of what contracts promise and does to customers' months; and what was recorded of that since. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { checkMaintenance } from "../../actions/check-maintenance.ts";
import { explainWindow } from "../../actions/explain-window.ts";
import type { BrokenRule, WindowJudgement } from "../../domain/sla/promise/window-judgement.ts";
import { windowWarningCodes } from "../../domain/sla/promise/window-check.ts";
import { seriesTimes } from "../../domain/status/maintenance-series.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getWindow } from "../../store/maintenance-windows.ts";
import { listJudgements } from "../../store/window-judgements.ts";
import { withScope } from "../authentication.ts";
import { instantInput, referenceInput, slugInput } from "../input.ts";
import { instantOutput, jsonAnswer, jsonBody, lookupRefusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { recurrenceInput, toRecurrence } from "./maintenance-series.ts";
import { touchedMonthOutput, toMonthJson } from "./what-if.ts";

const brokenOutput = z
  .object({
    contract: z.string(),
    code: z.enum(windowWarningCodes),
    detail: z.string(),
    actual: z.int().openapi({ description: "Ms, or windows in the quarter." }),
    promised: z.int(),
  })
  .openapi("BrokenRule");

const judgementOutput = z
  .object({
    broken: z.array(brokenOutput),
    reason: z.string().nullable(),
    recorded_at: instantOutput,
  })
  .openapi("WindowJudgement");

const checkInput = z
  .strictObject({
    services: z.array(slugInput).min(1),
    planned_start: instantInput.optional(),
    planned_end: instantInput.optional(),
    recurrence: recurrenceInput.optional(),
    is_down: z
      .boolean()
      .default(true)
      .openapi({ description: "The services are taken to be down for its whole length." }),
    reference: referenceInput
      .optional()
      .openapi({ description: "Of a window that is planned anew: it is not compared with itself." }),
  })
  .refine((asked) => (asked.recurrence === undefined) === (asked.planned_start !== undefined), {
    path: ["planned_start"],
    message: "It has a planned start and end, or a recurrence.",
  })
  .refine((asked) => (asked.planned_start === undefined) === (asked.planned_end === undefined), {
    path: ["planned_end"],
    message: "It is needed beside the planned start.",
  })
  .openapi("MaintenanceCheck");

const referenceParameter = z.object({ reference: referenceInput.openapi({ example: "MNT-2026-0001" }) });

/** Adds the routes. */
export function addMaintenanceChecks(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      ...{ method: "post", path: "/maintenance-windows/checks", tags: ["maintenance"] },
      security: [{ token: [] as string[] }],
      middleware: withScope("read:reports", deps),
      summary: "What planned work would break, and do to every customer's month, before it is published",
      description: "Of work that comes again, every window that would be announced at once.",
      request: { body: jsonBody(checkInput) },
      responses: {
        200: jsonAnswer(
          "What it comes to. Publishing it takes a reason if any window breaks anything.",
          z.object({
            windows: z.array(
              z.object({
                planned_start: instantOutput,
                planned_end: instantOutput,
                broken: z.array(brokenOutput),
              }),
            ),
            months: z.array(touchedMonthOutput),
          }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { services, recurrence, is_down: isDown, reference, ...planned } = c.req.valid("json");
      const now = deps.now();
      const times =
        recurrence === undefined
          ? [{ start: planned.planned_start!, end: planned.planned_end! }]
          : seriesTimes(services, toRecurrence(recurrence, deps), now);
      const work = {
        serviceSlugs: services,
        times,
        isDown,
        instead: reference === undefined ? [] : [reference],
      };
      const { windows, months } = await checkMaintenance(deps.db, deps.office.engine, work, now);
      return c.json(
        {
          windows: windows.map(({ start, end, broken }) => ({
            ...{ planned_start: isoInstant(start), planned_end: isoInstant(end) },
            broken: broken.map(toBrokenJson),
          })),
          months: months.map(toMonthJson),
        },
        200,
      );
    },
  );

  api.openapi(
    createRoute({
      ...{ method: "get", path: "/maintenance-windows/{reference}/judgements", tags: ["maintenance"] },
      security: [{ token: [] as string[] }],
      middleware: withScope("read:contracts", deps),
      summary: "What it broke of what contracts promise, each time it was published, and why",
      request: { params: referenceParameter },
      responses: {
        200: jsonAnswer("Oldest first; the last counts.", z.object({ judgements: z.array(judgementOutput) })),
        ...lookupRefusals,
      },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      await getWindow(deps.db, reference);
      const judgements = (await listJudgements(deps.db, [reference])).get(reference) ?? [];
      return c.json({ judgements: judgements.map(toJudgementJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ method: "put", path: "/maintenance-windows/{reference}/reason", tags: ["maintenance"] },
      security: [{ token: [] as string[] }],
      middleware: withScope("write:maintenance", deps),
      summary: "Say why it breaks what contracts promise, of a window that its series announced by itself",
      request: { params: referenceParameter, body: jsonBody(z.strictObject({ reason: z.string() })) },
      responses: { 200: jsonAnswer("What counts now.", judgementOutput), ...writeRefusals },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const { author } = c.get("caller");
      return c.json(
        toJudgementJson(await explainWindow(deps.db, reference, reason, author, deps.now())),
        200,
      );
    },
  );
}

function toBrokenJson({ contract, code, detail, actual, promised }: BrokenRule) {
  return { contract, code, detail, actual, promised };
}

function toJudgementJson({ broken, reason, recordedAt }: WindowJudgement) {
  return { broken: broken.map(toBrokenJson), reason, recorded_at: isoInstant(recordedAt) };
}
