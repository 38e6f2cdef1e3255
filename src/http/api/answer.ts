/**
 * Shapes that all answers of the API share: instants, problems, and how a route is described. JSON is snake_case, instants are ISO 8601
 * in UTC with ms, durations are ms, percentages decimal strings that were truncated and never rounded.
 */
import { z } from "@hono/zod-openapi";

export const instantOutput = z.string().openapi({ format: "date-time", example: "2026-12-01T22:00:00.000Z" });

export const percentOutput = z.string().openapi({
  example: "99.991234",
  description: "Percentage as a decimal string with 6 decimals, truncated: an outage is never rounded away.",
});

export const durationOutput = z.int().openapi({ example: 90_000, description: "Milliseconds." });

const problemOutput = z
  .object({
    type: z
      .string()
      .openapi({ example: "/problems/invalid-input", description: "A page that explains this kind." }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z
      .string()
      .openapi({ description: "The number of the request, for whoever looks into the log." }),
    code: z.string().openapi({ example: "incident_resolved", description: "Stable word for the rule." }),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: "Each place (JSON pointer, or ?name in the address) and the rule it breaks." }),
  })
  .openapi("Problem");

/** A JSON answer of a route. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** A required JSON body. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true as const, content: { "application/json": { schema } } };
}

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemOutput } },
});

/** What every route may answer instead. */
export const refusals = {
  422: problem("What was sent breaks a rule."),
  500: problem("Something went wrong; it was logged under the number in `instance`."),
};

/** The same for routes that name a thing. */
export const lookupRefusals = { ...refusals, 404: problem("There is no such thing.") };

/** The same for routes that write. */
export const writeRefusals = {
  ...lookupRefusals,
  400: problem("The body is not well-formed JSON."),
  401: problem("A token is needed."),
  409: problem("It does not fit what already stands."),
  413: problem("The body is too large."),
  415: problem("The body is not JSON."),
};

/** The same for routes that change what somebody else may have changed meanwhile. */
export const versionedRefusals = {
  ...writeRefusals,
  412: problem("Somebody else changed it since the version named in If-Match; nothing was overwritten."),
};

/** The header that makes a creating request safe to send again. */
export const idempotencyHeader = z.object({
  "Idempotency-Key": z.string().optional().openapi({
    description:
      "A word of the caller's own; the same word within a day gets the same answer and does nothing twice.",
  }),
});
