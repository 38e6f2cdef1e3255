/**
 * Services over the API: state, reading, the month's figures and every month before, outages with their three lengths. All of it from
 * the board in memory, by the same functions as the page.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { NotFound } from "../../domain/errors.ts";
import { outageInterval, type OutageFigure } from "../../domain/monitoring/outage.ts";
import { readingStates } from "../../domain/monitoring/timeline.ts";
import { type Commitment, commitmentFrom } from "../../domain/sla/measure/commitment.ts";
import { ceil } from "../../domain/sla/figures/exact.ts";
import { monthlyUptime, type MonthUptime } from "../../domain/sla/measure/monthly-uptime.ts";
import {
  type CheckOutage,
  type MeasuredService,
  serviceCondition,
  shownStates,
} from "../../domain/status/service.ts";
import { checkBehind, kinOf, type NamedKin, servicesBehind } from "../../domain/status/parents.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { instantInput, slugInput } from "../input.ts";
import {
  durationOutput,
  instantOutput,
  jsonAnswer,
  lookupRefusals,
  percentOutput,
  refusals,
} from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { shownTo } from "./sight.ts";

const boundsOutput = z.object({ low: percentOutput.nullable(), high: percentOutput.nullable() });

const figureShape = {
  month: z.string().openapi({ example: "2026-12" }),
  start: instantOutput,
  end: instantOutput,
  provisional: z.boolean().openapi({ description: "The month is still running: figures are as of `as_of`." }),
  as_of: instantOutput.nullable(),
  percent: percentOutput.nullable().openapi({ description: "Null: nothing was measured." }),
  verdict: z.enum(["met", "breached", "no_data", "no_target", "on_track"]),
  eligible_ms: durationOutput,
  down_ms: durationOutput,
  unknown_ms: durationOutput,
  coverage_percent: percentOutput.nullable(),
  bounds: boundsOutput.openapi({ description: "All unmeasured time taken as down, and as up." }),
  edges: boundsOutput.openapi({ description: "Every outage at its longest, and at its shortest." }),
  sensitive_to_unknown: z.boolean(),
  edges_decide: z.boolean(),
};

export const figureOutput = z.object(figureShape).openapi("MonthFigure");

const monthOutput = z
  .object({
    ...figureShape,
    target_percent: z.string().nullable().openapi({ example: "99.99" }),
    elapsed_ms: durationOutput,
    budget: z
      .object({
        allowed_ms: durationOutput,
        spent_ms: durationOutput,
        left_ms: durationOutput,
        burn_percent: z.string().nullable(),
      })
      .nullable(),
    best_case_percent: percentOutput.nullable(),
  })
  .openapi("Month");

const serviceOutput = z
  .object({
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    group: z.string().nullable(),
    state: z.enum(shownStates),
    state_since: instantOutput.nullable(),
    reading: z.enum(readingStates).openapi({ description: "What was measured, without people's words." }),
    reading_since: instantOutput.nullable(),
    observed_from: instantOutput.nullable(),
    last_sample_at: instantOutput.nullable(),
    behind: z.array(z.string()).openapi({
      description:
        "Services behind this one being down, as its checks name their parents. Empty: its trouble is its own.",
    }),
    incidents: z.array(z.string()).openapi({ description: "References of open incidents that affect it." }),
    maintenance_window: z.string().nullable().openapi({ description: "Reference of the running window." }),
    checks: z.array(
      z.object({
        slug: z.string(),
        kind: z.string(),
        interval_ms: durationOutput,
        counts: z.boolean(),
        parent: z.string().nullable().openapi({ description: "The check it depends on, `service/check`." }),
        behind: z.string().nullable().openapi({
          description:
            "The check that is behind this one being down: the farthest of its ancestors that is down too.",
        }),
        reading: z.enum(readingStates),
        trouble: z.string().nullable(),
      }),
    ),
    corrections: z
      .array(
        z.object({
          reference: z.string(),
          start: instantOutput,
          end: instantOutput,
          reads_as: z.enum(readingStates),
          reason: z.string(),
        }),
      )
      .openapi({ description: "Time that was judged anew, in order of approval: the last one counts." }),
    month: monthOutput,
  })
  .openapi("Service");

const outageOutput = z
  .object({
    check: z.string(),
    start: instantOutput,
    end: instantOutput.nullable().openapi({ description: "Null: it lasts." }),
    last_ok_before_at: instantOutput.nullable(),
    last_fail_at: instantOutput,
    first_ok_after_at: instantOutput.nullable(),
    uncertainty_ms: durationOutput.openapi({
      description: "By how much the clocks that saw it were off: it widens the bounds at both edges.",
    }),
    lower_ms: durationOutput,
    observed_ms: durationOutput,
    upper_ms: durationOutput,
  })
  .openapi("Outage");

const slugParameter = z.object({ slug: slugInput });

const listRoute = createRoute({
  method: "get",
  path: "/services",
  tags: ["services"],
  summary: "Services with their state and the running month",
  responses: {
    200: jsonAnswer("In the order of the page.", z.object({ services: z.array(serviceOutput) })),
    ...refusals,
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/services/{slug}",
  tags: ["services"],
  summary: "One service",
  request: { params: slugParameter },
  responses: { 200: jsonAnswer("The service.", serviceOutput), ...lookupRefusals },
});

const monthsRoute = createRoute({
  method: "get",
  path: "/services/{slug}/months",
  tags: ["services"],
  summary: "Every month since it was first observed",
  request: { params: slugParameter },
  responses: {
    200: jsonAnswer("Newest first.", z.object({ service: z.string(), months: z.array(monthOutput) })),
    ...lookupRefusals,
  },
});

const outagesRoute = createRoute({
  method: "get",
  path: "/services/{slug}/outages",
  tags: ["services"],
  summary: "Outages of its counting checks",
  request: {
    params: slugParameter,
    query: z.object({
      from: instantInput.optional().openapi({ description: "Leaves out what was over by then." }),
      to: instantInput.optional().openapi({ description: "Leaves out what began then or later." }),
    }),
  },
  responses: {
    200: jsonAnswer("Newest first.", z.object({ service: z.string(), outages: z.array(outageOutput) })),
    ...lookupRefusals,
  },
});

/** Adds the routes of services. */
export function addServices(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(listRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const commitment = commitmentOf(board);
    const kin = kinship(board);
    return c.json(
      { services: board.services.map((service) => toServiceJson(service, board, kin, commitment)) },
      200,
    );
  });

  api.openapi(oneRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const service = getService(board, c.req.valid("param").slug);
    return c.json(toServiceJson(service, board, kinship(board), commitmentOf(board)), 200);
  });

  api.openapi(monthsRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const service = getService(board, c.req.valid("param").slug);
    const commitment = commitmentOf(board);
    const months = monthlyUptime(service, commitment, board.at).reverse();
    return c.json(
      { service: service.slug, months: months.map((month) => toMonthJson(month, commitment, board)) },
      200,
    );
  });

  api.openapi(outagesRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const service = getService(board, c.req.valid("param").slug);
    const { from, to } = c.req.valid("query");
    const outages = service.outages
      .filter(
        ({ start, end }) =>
          (to === undefined || start < to) && (from === undefined || (end ?? Infinity) > from),
      )
      .toReversed();
    return c.json(
      { service: service.slug, outages: outages.map((outage) => toOutageJson(outage, service, board)) },
      200,
    );
  });
}

/** What the platform promises of each of its services. */
export function commitmentOf({ settings }: StatusBoard): Commitment {
  return commitmentFrom({ ...settings.commitment, timeZone: settings.timeZone });
}

function getService(board: StatusBoard, slug: string): MeasuredService {
  const service = board.services.find((one) => one.slug === slug);
  if (service === undefined) {
    throw new NotFound("service_not_found", `There is no service "${slug}".`);
  }
  return service;
}

/** Who explains whom, once for all services. */
interface Kinship {
  checks: ReadonlyMap<string, NamedKin>;
  behind: ReadonlyMap<string, string[]>;
}

function kinship({ services }: StatusBoard): Kinship {
  return { checks: kinOf(services), behind: servicesBehind(services) };
}

function toServiceJson(service: MeasuredService, board: StatusBoard, kin: Kinship, commitment: Commitment) {
  const condition = serviceCondition(service, board.incidents, board.windows, board.at);
  const months = monthlyUptime(service, commitment, board.at);
  return {
    slug: service.slug,
    title: service.title,
    description: service.description,
    group: service.groupSlug,
    state: condition.state,
    state_since: isoInstant(condition.since),
    reading: service.reading,
    reading_since: isoInstant(service.readingSince),
    observed_from: isoInstant(service.observedFrom),
    last_sample_at: isoInstant(service.lastSampleAt),
    behind: kin.behind.get(service.slug) ?? [],
    incidents: condition.incidents.map(({ reference }) => reference),
    maintenance_window: condition.window?.reference ?? null,
    checks: service.checks.map((check) => {
      const { slug, kind, intervalMs, counts, parent, reading, trouble } = check;
      const behind = checkBehind(check, kin.checks);
      return {
        slug,
        kind,
        interval_ms: intervalMs,
        counts,
        parent,
        behind: behind === undefined ? null : `${behind.serviceSlug}/${behind.slug}`,
        reading,
        trouble,
      };
    }),
    corrections: (service.corrections ?? []).map(({ id, start, end, state, reason }) => ({
      reference: id,
      start: isoInstant(start),
      end: isoInstant(end),
      reads_as: state,
      reason,
    })),
    month: toMonthJson(months.at(-1)!, commitment, board),
  };
}

function toMonthJson(month: MonthUptime, commitment: Commitment, board: StatusBoard) {
  const { budget } = month;
  return {
    ...toFigureJson(month, board),
    target_percent: commitment.target?.percent ?? null,
    elapsed_ms: month.elapsedMs,
    budget:
      budget === null
        ? null
        : {
            allowed_ms: budget.allowedMs,
            spent_ms: budget.spentMs,
            left_ms: budget.leftMs,
            burn_percent: budget.burnPercent,
          },
    best_case_percent: month.bestCasePercent,
  };
}

/** What a month came to, without what was promised. */
export function toFigureJson(month: MonthUptime, board: StatusBoard) {
  return {
    month: month.label,
    start: isoInstant(month.period.start),
    end: isoInstant(month.period.end),
    provisional: month.provisional,
    as_of: month.provisional ? isoInstant(board.at) : null,
    percent: month.percent,
    verdict: month.verdict,
    eligible_ms: month.eligibleMs,
    down_ms: ceil(month.countedDownMs),
    unknown_ms: ceil(month.unknownMs),
    coverage_percent: month.coveragePercent,
    bounds: month.bounds,
    edges: month.edges,
    sensitive_to_unknown: month.sensitiveToUnknown,
    edges_decide: month.edgesDecide,
  };
}

function toOutageJson(outage: CheckOutage, service: MeasuredService, board: StatusBoard) {
  const observed = { start: service.observedFrom ?? outage.start, end: board.at };
  const lengthMs = (figure: OutageFigure) => {
    const { start, end } = outageInterval(outage, figure, observed);
    return Math.max(0, end - start);
  };
  return {
    check: outage.checkSlug,
    start: isoInstant(outage.start),
    end: isoInstant(outage.end),
    last_ok_before_at: isoInstant(outage.lastOkBeforeAt),
    last_fail_at: isoInstant(outage.lastFailAt),
    first_ok_after_at: isoInstant(outage.firstOkAfterAt),
    uncertainty_ms: outage.uncertaintyMs ?? 0,
    lower_ms: lengthMs("lower"),
    observed_ms: lengthMs("observed"),
    upper_ms: lengthMs("upper"),
  };
}
