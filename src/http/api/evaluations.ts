/**
 * Evaluations over the API: figures recomputed from what the caller brings along, by the same functions as everything else. Nothing is read and
 * nothing is kept, so it takes no token.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { answerTo, evaluateCase } from "../../evaluation/cases.ts";
import { respondWithProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, refusals, writeRefusals } from "./answer.ts";

const caseInput = z.unknown().openapi({
  description:
    "One {kind, input}, or a list of them. Kinds: availability, cycles, credit, samples, deadline, burn_rate, revision.",
  example: {
    kind: "cycles",
    input: { timezone: "UTC", cycle_anchor_day: 31, target_percent: "99.99", labels: ["2026-02"] },
  },
});

const answerOutput = z.unknown().openapi({
  description:
    "The result of the case, or the list of results in the same order; in the place of a refused case of a list stands {error: {code, pointer, detail}}.",
});

/** Adds the route. */
export function addEvaluations(api: OpenAPIHono): void {
  const route = createRoute({
    method: "post",
    path: "/evaluations",
    tags: ["evaluations"],
    summary: "Recompute figures from facts you bring along",
    request: { body: jsonBody(caseInput) },
    responses: {
      200: jsonAnswer("What it comes to.", answerOutput),
      ...refusals,
      400: writeRefusals[400],
      413: writeRefusals[413],
      415: writeRefusals[415],
    },
  });
  api.openapi(route, (c) => {
    const given: unknown = c.req.valid("json");
    if (Array.isArray(given)) {
      return c.json(
        given.map((one) => answerTo(evaluateCase(one))),
        200,
      );
    }
    const evaluated = evaluateCase(given);
    if (evaluated.refused === null) {
      return c.json(answerTo(evaluated), 200);
    }
    const { error } = evaluated.refused;
    const { code, pointer, detail } = error;
    const problem = { kind: "invalid-input" as const, code, detail, errors: [{ pointer, detail }] };
    return respondWithProblem(c, { ...problem, members: { error } }) as never;
  });
}
