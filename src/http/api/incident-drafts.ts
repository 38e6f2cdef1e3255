/**
 * Drafts of incidents over the API: what outages propose to say, for whoever may declare. Publishing one is declaring with its number;
 * dismissing it says that nothing is said.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { dismissDraft } from "../../actions/settle-draft.ts";
import type { IncidentDraft } from "../../domain/status/incident-draft.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listWaitingDrafts } from "../../store/incident-drafts.ts";
import { withScope } from "../authentication.ts";
import { instantOutput, jsonAnswer, refusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const draftOutput = z
  .object({
    id: z.int().openapi({ example: 7 }),
    drafted_at: instantOutput,
    over_at: instantOutput.nullable().openapi({ description: "When all of it was measured up again." }),
    services: z.array(z.object({ service: z.string(), start: instantOutput, end: instantOutput.nullable() })),
  })
  .openapi("IncidentDraft");

/** Adds the routes of drafts. */
export function addIncidentDrafts(api: OpenAPIHono, deps: ApiDeps): void {
  const authorised = withScope("write:incidents", deps);
  const shared = { tags: ["incidents"], security: [{ token: [] }] };

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "get",
      path: "/incident-drafts",
      summary: "Measured outages that nobody has spoken of, oldest first",
      responses: {
        200: jsonAnswer("Those that wait.", z.object({ drafts: z.array(draftOutput) })),
        ...refusals,
      },
    }),
    async (c) => c.json({ drafts: (await listWaitingDrafts(deps.db)).map(toDraftJson) }, 200),
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "post",
      path: "/incident-drafts/{id}/dismissal",
      summary: "Say nothing of it; it is not drafted again while the outage lasts",
      request: { params: z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) }) },
      responses: { 204: { description: "It waits no more." }, ...writeRefusals },
    }),
    async (c) => {
      await dismissDraft(deps.db, c.req.valid("param").id, c.get("caller").author, deps.now());
      return c.body(null, 204);
    },
  );
}

function toDraftJson({ id, draftedAt, overAt, services }: IncidentDraft) {
  return {
    id,
    drafted_at: isoInstant(draftedAt),
    over_at: isoInstant(overAt),
    services: services.map(({ serviceSlug, start, end }) => ({
      service: serviceSlug,
      start: isoInstant(start),
      end: isoInstant(end),
    })),
  };
}
