/**
 * A year of every service at once. Months that are over are read from the store, where they are kept (actions/keep-months.ts); the running
 * one, and what is not kept, is told from the board in memory. Both by the same functions, so it does not show which was which.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { InvalidInput } from "../../domain/errors.ts";
import { monthTerms } from "../../domain/sla/measure/kept-month.ts";
import { monthlyUptime } from "../../domain/sla/measure/monthly-uptime.ts";
import {
  type BillingCycle,
  cycleContaining,
  cycleOf,
  cyclesBetween,
} from "../../domain/time/billing-cycle.ts";
import { listKeptMonths } from "../../store/service-months.ts";
import { monthInput } from "../input.ts";
import { jsonAnswer, refusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { commitmentOf, figureOutput, toFigureJson } from "./services.ts";
import { shownTo } from "./sight.ts";

/** So much is told at once. */
const mostMonths = 24;
const usualMonths = 12;

const monthsRoute = createRoute({
  method: "get",
  path: "/months",
  tags: ["services"],
  summary: "The months of all services at once",
  request: {
    query: z.object({
      from: monthInput
        .optional()
        .openapi({ description: "The first month; by default a year of them is told." }),
      to: monthInput.optional().openapi({ description: "The last month; by default the running one." }),
    }),
  },
  responses: {
    200: jsonAnswer(
      "Services in the order of the page, the months of each newest first.",
      z.object({
        from: z.string(),
        to: z.string(),
        services: z.array(z.object({ service: z.string(), months: z.array(figureOutput) })),
      }),
    ),
    ...refusals,
  },
});

/** Adds the route of the months of all services. */
export function addMonths(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(monthsRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const commitment = commitmentOf(board);
    const { from, to } = c.req.valid("query");
    const last = to === undefined ? cycleContaining(board.at, commitment) : cycleOf(to, commitment);
    const first = from === undefined ? monthsBefore(last, usualMonths - 1) : from;
    const cycles = cyclesBetween(cycleOf(first, commitment).start, last.end, commitment);
    if (cycles.length === 0 || cycles.length > mostMonths) {
      throw new InvalidInput("months_between", `Between 1 and ${mostMonths} months are told at once.`, [
        {
          pointer: "?from",
          detail: `must be at most ${mostMonths - 1} months before ${last.label}, and not after it`,
        },
      ]);
    }
    const span = { start: cycles[0]!.start, end: last.end };
    const kept = await listKeptMonths(deps.db, monthTerms(commitment), span);
    const services = board.services.map((service) => ({
      service: service.slug,
      months: monthlyUptime(service, commitment, board.at, kept.get(service.slug)?.months, span)
        .reverse()
        .map((month) => toFigureJson(month, board)),
    }));
    return c.json({ from: first, to: last.label, services }, 200);
  });
}

function monthsBefore({ label }: BillingCycle, months: number): string {
  const [year, month] = label.split("-").map(Number);
  const wanted = year! * 12 + month! - 1 - months;
  return `${String(Math.floor(wanted / 12)).padStart(4, "0")}-${String((wanted % 12) + 1).padStart(2, "0")}`;
}
