/**
 * Incidents over the API: declared, updated, resolved and opened again with a token; read by everyone.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { declareIncident } from "../../actions/declare-incident.ts";
import { updateIncident } from "../../actions/update-incident.ts";
import { type Incident, incidentImpacts, incidentStates } from "../../domain/status/incident.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import { getIncident, listIncidentsBefore, listIncidentsBegunIn } from "../../store/incidents.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, monthInput, referenceInput, slugInput } from "../input.ts";
import {
  idempotencyHeader,
  instantOutput,
  isoInstant,
  jsonAnswer,
  jsonBody,
  lookupRefusals,
  refusals,
  writeRefusals,
} from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";

const incidentOutput = z
  .object({
    reference: z.string().openapi({ example: "INC-2026-0001" }),
    title: z.string(),
    state: z.enum(incidentStates),
    started_at: instantOutput,
    declared_at: instantOutput,
    resolved_at: instantOutput.nullable(),
    updates: z
      .array(z.object({ state: z.enum(incidentStates), message: z.string(), at: instantOutput }))
      .openapi({ description: "Oldest first." }),
    impacts: z
      .array(
        z.object({
          service: z.string(),
          impact: z.enum(incidentImpacts),
          start: instantOutput,
          end: instantOutput.nullable(),
        }),
      )
      .openapi({ description: "What it does to each service, from when until when." }),
  })
  .openapi("Incident");

const affectedInput = z
  .array(z.strictObject({ service: slugInput, impact: z.enum(incidentImpacts) }))
  .openapi({ example: [{ service: "beacon", impact: "partial_outage" }] });

const declarationInput = z
  .strictObject({
    title: z.string(),
    message: z.string(),
    state: z.enum(incidentStates).default("investigating"),
    services: affectedInput.default([]),
    started_at: instantInput.optional().openapi({ description: "When the trouble began; left out: now." }),
    resolved_at: instantInput
      .optional()
      .openapi({ description: "Only in state resolved: when it was over." }),
  })
  .openapi("IncidentDeclaration");

const changeInput = z
  .strictObject({
    message: z.string(),
    state: z.enum(incidentStates).optional(),
    title: z.string().optional(),
    services: affectedInput.optional().openapi({ description: "Impacts that change from now on." }),
    reopen: z
      .boolean()
      .default(false)
      .openapi({ description: "Needed to speak of a resolved incident again." }),
  })
  .openapi("IncidentUpdate");

const referenceParameter = z.object({
  reference: referenceInput.openapi({ example: "INC-2026-0001" }),
});

const listRoute = createRoute({
  method: "get",
  path: "/incidents",
  tags: ["incidents"],
  summary: "Incidents, newest first",
  request: {
    query: z.strictObject({
      state: z.enum(["open", "resolved"]).optional(),
      month: monthInput
        .optional()
        .openapi({ description: "Those that began in this month, in the platform's zone." }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: referenceInput
        .optional()
        .openapi({ description: "Reference after which to go on, for the next page." }),
    }),
  },
  responses: {
    200: jsonAnswer(
      "A page of them. `next` is the reference to go on `before`, null where nothing can follow. Without month and before: what is open, and the last 13 months.",
      z.object({ incidents: z.array(incidentOutput), next: z.string().nullable() }),
    ),
    ...refusals,
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/incidents/{reference}",
  tags: ["incidents"],
  summary: "One incident",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("The incident.", incidentOutput), ...lookupRefusals },
});

/** Adds the routes of incidents. */
export function addIncidents(api: OpenAPIHono, deps: ApiDeps): void {
  const authorised = withScope("write:incidents", deps);

  api.openapi(listRoute, async (c) => {
    const { state, month, limit, before } = c.req.valid("query");
    const { incidents, next } = await listPage(deps, { state, month, limit, before });
    return c.json({ incidents: incidents.map(toIncidentJson), next }, 200);
  });

  api.openapi(oneRoute, async (c) => {
    const { reference } = c.req.valid("param");
    const known = deps.board().incidents.find((incident) => incident.reference === reference);
    return c.json(toIncidentJson(known ?? (await getIncident(deps.db, reference))), 200);
  });

  api.openapi(
    createRoute({
      method: "post",
      path: "/incidents",
      tags: ["incidents"],
      summary: "Declare an incident",
      security: [{ token: [] }],
      middleware: [authorised] as const,
      request: { headers: idempotencyHeader, body: jsonBody(declarationInput) },
      responses: { 201: jsonAnswer("The incident as it was declared.", incidentOutput), ...writeRefusals },
    }),
    async (c) => {
      const { title, message, state, services, started_at, resolved_at } = c.req.valid("json");
      const declaration = {
        title,
        message,
        state,
        services: services.map(toAffected),
        startedAt: started_at ?? null,
        resolvedAt: resolved_at ?? null,
      };
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const incident = await declareIncident(db, declaration, author, now);
        return { body: toIncidentJson(incident), location: addressOf(incident) };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/incidents/{reference}/updates",
      tags: ["incidents"],
      summary: "Publish an update, resolve, or open again",
      security: [{ token: [] }],
      middleware: [authorised] as const,
      request: { params: referenceParameter, headers: idempotencyHeader, body: jsonBody(changeInput) },
      responses: { 201: jsonAnswer("The incident after the update.", incidentOutput), ...writeRefusals },
    }),
    async (c) => {
      const { message, state, title, services, reopen } = c.req.valid("json");
      const change = {
        message,
        state: state ?? null,
        title: title ?? null,
        services: services?.map(toAffected) ?? null,
        reopen,
      };
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const incident = await updateIncident(db, c.req.valid("param").reference, change, author, now);
        return { body: toIncidentJson(incident), location: addressOf(incident) };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );
}

/** An incident as the API tells it. Who wrote is not public. */
export function toIncidentJson(incident: Incident) {
  return {
    reference: incident.reference,
    title: incident.title,
    state: incident.state,
    started_at: isoInstant(incident.startedAt),
    declared_at: isoInstant(incident.declaredAt),
    resolved_at: isoInstant(incident.resolvedAt),
    updates: incident.updates.map(({ state, message, at }) => ({ state, message, at: isoInstant(at) })),
    impacts: incident.impacts.map(({ serviceSlug, impact, start, end }) => ({
      service: serviceSlug,
      impact,
      start: isoInstant(start),
      end: isoInstant(end),
    })),
  };
}

interface PageQuestion {
  state: "open" | "resolved" | undefined;
  month: string | undefined;
  limit: number;
  before: string | undefined;
}

/** The first page comes from memory, as does what is open; only what lies further back is asked of the database. */
async function listPage(
  deps: ApiDeps,
  { state, month, limit, before }: PageQuestion,
): Promise<{ incidents: Incident[]; next: string | null }> {
  const { incidents: known, settings } = deps.board();
  const fits = (one: Incident) =>
    state === undefined || (one.state === "resolved") === (state === "resolved");
  if (month === undefined && before === undefined) {
    const fitting = known.filter(fits);
    const page = cut(fitting, limit);
    return state === "open" ? page : { ...page, next: page.incidents.at(-1)?.reference ?? null };
  }
  const last =
    before === undefined
      ? null
      : (known.find(({ reference }) => reference === before) ?? (await getIncident(deps.db, before)));
  if (month !== undefined) {
    const cycle = cycleOf(month, { timeZone: settings.timeZone, anchorDay: 1 });
    const begun = await listIncidentsBegunIn(deps.db, cycle);
    return cut(
      begun.filter((one) => fits(one) && (last === null || comesAfter(one, last))),
      limit,
    );
  }
  const incidents: Incident[] = [];
  let from = last;
  // Few are open at any time, so a page of resolved ones takes one query, hardly ever two.
  while (incidents.length <= limit) {
    const page = await listIncidentsBefore(deps.db, from, limit + 1);
    incidents.push(...page.filter(fits));
    if (page.length <= limit) {
      break;
    }
    from = page.at(-1)!;
  }
  return cut(incidents, limit);
}

/** In the order of lists: newest first. */
function comesAfter(one: Incident, last: Incident): boolean {
  return (
    one.startedAt < last.startedAt || (one.startedAt === last.startedAt && one.reference < last.reference)
  );
}

function cut(incidents: Incident[], limit: number): { incidents: Incident[]; next: string | null } {
  const page = incidents.slice(0, limit);
  return { incidents: page, next: incidents.length > limit ? page.at(-1)!.reference : null };
}

function addressOf(incident: Incident): string {
  return `/api/v1/incidents/${incident.reference}`;
}

function toAffected<Impact>({ service, impact }: { service: string; impact: Impact }) {
  return { serviceSlug: service, impact };
}
