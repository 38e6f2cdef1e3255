/**
 * The platform in one answer: how it is, what is wrong, what is coming. For scripts that want one line.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isUnderWay, maintenanceStateAt } from "../../domain/status/maintenance-window.ts";
import { serviceCondition, shownStates, worstState } from "../../domain/status/service.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { instantOutput, jsonAnswer, refusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { shownTo } from "./sight.ts";

const summaryOutput = z
  .object({
    name: z.string(),
    address: z.string().nullable(),
    time_zone: z.string(),
    state: z.enum(shownStates).openapi({ description: "The worst of its services." }),
    services: z
      .record(z.enum(shownStates), z.int())
      .openapi({ description: "How many services are in each state." }),
    incidents: z.array(z.string()).openapi({ description: "References of open incidents." }),
    maintenance_under_way: z.array(z.string()),
    maintenance_coming: z.array(z.string()),
    as_of: instantOutput,
    database_away_since: instantOutput
      .nullable()
      .openapi({ description: "Since when these facts stand still." }),
  })
  .openapi("Summary");

const summaryRoute = createRoute({
  method: "get",
  path: "/summary",
  tags: ["platform"],
  summary: "The platform in one answer",
  responses: { 200: jsonAnswer("How it is now.", summaryOutput), ...refusals },
});

/** Adds the summary. */
export function addSummary(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(summaryRoute, async (c) => {
    const { board } = await shownTo(c, deps);
    const now = deps.now();
    const states = board.services.map(
      (service) => serviceCondition(service, board.incidents, board.windows, board.at).state,
    );
    const counts = Object.fromEntries(
      shownStates.map((state) => [state, states.filter((one) => one === state).length]),
    ) as Record<(typeof shownStates)[number], number>;
    const references = (words: readonly { reference: string }[]) => words.map(({ reference }) => reference);
    return c.json(
      {
        name: board.settings.name,
        address: board.settings.address,
        time_zone: board.settings.timeZone,
        state: worstState(states),
        services: counts,
        incidents: references(board.incidents.filter(({ state }) => state !== "resolved")),
        maintenance_under_way: references(board.windows.filter((window) => isUnderWay(window, now))),
        maintenance_coming: references(
          board.windows.filter((window) => maintenanceStateAt(window, now) === "scheduled"),
        ),
        as_of: isoInstant(board.at),
        database_away_since: isoInstant(board.databaseAwaySince),
      },
      200,
    );
  });
}
