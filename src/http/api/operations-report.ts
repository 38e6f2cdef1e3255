/** A week of operations in figures: the same that is mailed to management, as it is known when it is asked for. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { findWholeWeek, readOperationsWeek } from "../../actions/read-operations-week.ts";
import { alertKinds } from "../../domain/alerting/alert.ts";
import type { OperationsWeek } from "../../domain/mailing/operations-week.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { withScope } from "../authentication.ts";
import { durationOutput, instantOutput, jsonAnswer, percentOutput, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const lengths = { lower_ms: durationOutput, observed_ms: durationOutput, upper_ms: durationOutput };

const weekOutput = z
  .object({
    week: z.string().openapi({ example: "2026-W48" }),
    time_zone: z.string(),
    start: instantOutput,
    end: instantOutput,
    as_of: instantOutput.openapi({ description: "What still lasts is told up to here." }),
    services: z.array(
      z.object({
        service: z.string(),
        title: z.string(),
        percent: percentOutput.nullable().openapi({ description: "Null: nothing was measured." }),
        coverage_percent: percentOutput.nullable(),
        outages: z.int(),
        downtime: z.object(lengths),
        unknown_ms: durationOutput,
      }),
    ),
    outages: z.array(
      z.object({
        service: z.string(),
        check: z.string(),
        start: instantOutput,
        end: instantOutput.nullable().openapi({ description: "Null: it lasts." }),
        ...lengths,
      }),
    ),
    incidents: z.array(
      z.object({
        reference: z.string(),
        title: z.string(),
        started_at: instantOutput,
        resolved_at: instantOutput.nullable(),
        opened_in_week: z.boolean(),
        resolved_in_week: z.boolean(),
      }),
    ),
    maintenance: z.array(
      z.object({
        reference: z.string(),
        title: z.string(),
        start: instantOutput,
        end: instantOutput,
        standing: z
          .enum(["done", "running", "coming"])
          .openapi({ description: "At the end of the week; coming within two weeks of it." }),
      }),
    ),
    alerts: z.array(
      z.object({ kind: z.enum(alertKinds), opened: z.int(), closed: z.int(), open_at_end: z.int() }),
    ),
    probes: z.array(
      z.object({
        kind: z.enum(alertKinds),
        probe: z.string(),
        location: z.string(),
        opened_at: instantOutput,
        closed_at: instantOutput.nullable(),
      }),
    ),
    contracts: z
      .array(
        z.object({
          contract: z.string(),
          title: z.string(),
          customer: z.string(),
          cycle: z.string(),
          percent: percentOutput.nullable(),
          target_percent: z.string(),
          allowed_ms: durationOutput,
          spent_ms: durationOutput,
          left_ms: durationOutput,
        }),
      )
      .openapi({ description: "In the cycle that runs at the end of the week, as it stood then." }),
    closings: z
      .array(
        z.object({
          month: z.string(),
          person: z.int(),
          ready: z.int(),
          time: z.int(),
          refused: z.int(),
        }),
      )
      .openapi({ description: "Contracts whose cycle is over and not final, by what they wait for now." }),
  })
  .openapi("OperationsReport");

/** Adds the route of weeks of operations. */
export function addOperationsReport(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/operations-report",
      tags: ["mailings"],
      security: [{ token: [] as string[] }],
      middleware: withScope("read:reports", deps),
      summary: "A week of operations, as it is mailed to management",
      request: {
        query: z.strictObject({
          week: z
            .string()
            .regex(/^\d{4}-W\d\d$/, "is a week, like 2026-W48")
            .optional()
            .openapi({ description: "ISO week that is over; by default the last one.", example: "2026-W48" }),
        }),
      },
      responses: { 200: jsonAnswer("The week, as it is known now.", weekOutput), ...writeRefusals },
    }),
    async (c) => {
      const now = deps.now();
      const week = await findWholeWeek(deps.db, c.req.valid("query").week ?? null, now);
      const told = await readOperationsWeek(deps.db, deps.office.engine, week, now);
      return c.json(toWeekJson(told), 200);
    },
  );
}

function toWeekJson(week: OperationsWeek) {
  return {
    ...{ week: week.label, time_zone: week.timeZone },
    ...{ start: isoInstant(week.start), end: isoInstant(week.end), as_of: isoInstant(week.asOf) },
    services: week.services.map(({ slug, title, percent, coveragePercent, outages, downMs, unknownMs }) => ({
      ...{ service: slug, title, percent, coverage_percent: coveragePercent, outages },
      ...{ downtime: toLengthsJson(downMs), unknown_ms: unknownMs },
    })),
    outages: week.outages.map(({ service, check, start, end, lengthMs }) => ({
      ...{ service, check, start: isoInstant(start), end: isoInstant(end) },
      ...toLengthsJson(lengthMs),
    })),
    incidents: week.incidents.map((incident) => ({
      ...{ reference: incident.reference, title: incident.title },
      started_at: isoInstant(incident.startedAt),
      resolved_at: isoInstant(incident.resolvedAt),
      opened_in_week: incident.openedInWeek,
      resolved_in_week: incident.resolvedInWeek,
    })),
    maintenance: week.windows.map(({ reference, title, start, end, standing }) => ({
      ...{ reference, title, start: isoInstant(start), end: isoInstant(end), standing },
    })),
    alerts: week.alerts.map(({ open, ...counts }) => ({ ...counts, open_at_end: open })),
    probes: week.probes.map(({ kind, probe, location, openedAt, closedAt }) => ({
      ...{ kind, probe, location, opened_at: isoInstant(openedAt), closed_at: isoInstant(closedAt) },
    })),
    contracts: week.contracts.map((one) => ({
      ...{ contract: one.slug, title: one.title, customer: one.customer, cycle: one.label },
      ...{ percent: one.percent, target_percent: one.targetPercent },
      ...{ allowed_ms: one.allowedMs, spent_ms: one.spentMs, left_ms: one.leftMs },
    })),
    closings: week.closings.map(({ label, ...counts }) => ({ month: label, ...counts })),
  };
}

function toLengthsJson({ lower, observed, upper }: Record<"lower" | "observed" | "upper", number>) {
  return { lower_ms: lower, observed_ms: observed, upper_ms: upper };
}
