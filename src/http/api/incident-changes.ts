/**
 * What is corrected of an incident afterwards, over the API: its name and dates, its impact over time, the words of its updates, which
 * other incident it is part of, and what was learned of it. Every change may say for which version it was made.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { correctImpact } from "../../actions/correct-impact.ts";
import { editIncident } from "../../actions/edit-incident.ts";
import { withdrawPostmortem, writePostmortem } from "../../actions/keep-postmortem.ts";
import { mergeIncidents } from "../../actions/merge-incidents.ts";
import { rewordUpdate } from "../../actions/reword-update.ts";
import { type Incident, incidentImpacts } from "../../domain/status/incident.ts";
import { getIncident } from "../../store/incidents.ts";
import { withScope } from "../authentication.ts";
import { instantInput, referenceInput, slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, lookupRefusals, versionedRefusals } from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";
import {
  incidentOutput,
  postmortemOutput,
  referenceParameter,
  toIncidentJson,
  toPostmortemJson,
  translationsInput,
} from "./incident-answer.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";

const particularsInput = z
  .strictObject({
    title: z.string().optional(),
    titles: translationsInput
      .optional()
      .openapi({ description: "All translations of the title there shall be." }),
    priority: slugInput.nullable().optional(),
    started_at: instantInput.optional().openapi({ description: "When it began; it may be dated back." }),
    resolved_at: instantInput
      .optional()
      .openapi({ description: "When it was over; only of one that is resolved." }),
  })
  .openapi("IncidentCorrection");

const impactInput = z
  .strictObject({
    service: slugInput,
    impact: z.enum(incidentImpacts).nullable().openapi({ description: "Null: it was not affected then." }),
    start: instantInput,
    end: instantInput
      .nullable()
      .default(null)
      .openapi({ description: "Null: it lasts, or lasted until the incident was resolved." }),
  })
  .openapi("ImpactCorrection");

const wordsInput = z
  .strictObject({
    message: z.string().optional().openapi({ description: "Markdown, in the language it was written in." }),
    translations: translationsInput
      .optional()
      .openapi({ description: "All translations of the message there shall be." }),
  })
  .openapi("UpdateWords");

const postmortemInput = z
  .strictObject({
    message: z.string().openapi({ description: "Markdown." }),
    language: slugInput.optional(),
    translations: translationsInput.optional(),
    publish: z
      .boolean()
      .default(false)
      .openapi({ description: "Whether everybody may read it from now on. What is published stays so." }),
  })
  .openapi("PostmortemWords");

/** Adds the routes of corrections. */
export function addIncidentChanges(api: OpenAPIHono, deps: ApiDeps): void {
  const authorised = withScope("write:incidents", deps);
  const shared = { tags: ["incidents"], security: [{ token: [] }] };
  const changed = { 200: jsonAnswer("The incident as it is now.", incidentOutput), ...versionedRefusals };
  const changerOf = (c: Context) => ({
    author: (c.get("caller") as { author: string }).author,
    now: deps.now(),
    seen: versionSeen(c),
  });
  const answer = async (c: Context, incident: Incident) => {
    await tellBoard(deps, c);
    return c.json(toIncidentJson(incident), 200, etagOf(incident));
  };

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "patch",
      path: "/incidents/{reference}",
      summary: "Correct its title, priority, beginning or end",
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(particularsInput) },
      responses: changed,
    }),
    async (c) => {
      const { started_at, resolved_at, ...particulars } = c.req.valid("json");
      const dates = {
        ...(started_at === undefined ? {} : { startedAt: started_at }),
        ...(resolved_at === undefined ? {} : { resolvedAt: resolved_at }),
      };
      const { reference } = c.req.valid("param");
      return answer(c, await editIncident(deps.db, reference, { ...particulars, ...dates }, changerOf(c)));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "post",
      path: "/incidents/{reference}/impacts",
      summary: "Say how badly a service was hit, from when to when",
      description: "What is said holds for that stretch; what was said of the rest of the time stays.",
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(impactInput) },
      responses: changed,
    }),
    async (c) => {
      const { service, ...said } = c.req.valid("json");
      const { reference } = c.req.valid("param");
      const correction = { ...said, serviceSlug: service };
      return answer(c, await correctImpact(deps.db, reference, correction, changerOf(c)));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "patch",
      path: "/incidents/{reference}/updates/{number}",
      summary: "Correct or translate the words of an update",
      request: {
        params: referenceParameter.extend({ number: z.coerce.number().int().min(1).max(100_000) }),
        headers: ifMatchHeader,
        body: jsonBody(wordsInput),
      },
      responses: changed,
    }),
    async (c) => {
      const { reference, number } = c.req.valid("param");
      return answer(c, await rewordUpdate(deps.db, reference, number, c.req.valid("json"), changerOf(c)));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "post",
      path: "/incidents/{reference}/merger",
      summary: "Make it part of another incident",
      description:
        "Its updates are told there, its impacts are united with the other's, and its address leads there.",
      request: {
        params: referenceParameter,
        headers: ifMatchHeader,
        body: jsonBody(z.strictObject({ into: referenceInput }).openapi("Merger")),
      },
      responses: {
        200: jsonAnswer("The incident that it is part of now.", incidentOutput),
        ...versionedRefusals,
      },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      const both = { whole: c.req.valid("json").into, part: reference };
      return answer(c, await mergeIncidents(deps.db, both, changerOf(c)));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "get",
      path: "/incidents/{reference}/postmortem",
      summary: "Its postmortem, a draft too",
      request: { params: referenceParameter },
      responses: {
        200: jsonAnswer(
          "The postmortem; null: none was written.",
          z.object({ postmortem: postmortemOutput.nullable() }),
        ),
        ...lookupRefusals,
      },
    }),
    async (c) => {
      const { postmortem, ...incident } = await getIncident(deps.db, c.req.valid("param").reference);
      return c.json({ postmortem: toPostmortemJson(postmortem) }, 200, etagOf(incident));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "put",
      path: "/incidents/{reference}/postmortem",
      summary: "Write its postmortem, and publish it when it is ready",
      request: { params: referenceParameter, headers: ifMatchHeader, body: jsonBody(postmortemInput) },
      responses: changed,
    }),
    async (c) => {
      const { publish, ...words } = c.req.valid("json");
      const { reference } = c.req.valid("param");
      return answer(c, await writePostmortem(deps.db, reference, words, publish, changerOf(c)));
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      middleware: [authorised] as const,
      method: "delete",
      path: "/incidents/{reference}/postmortem/publication",
      summary: "Take its postmortem back: it is a draft again",
      request: { params: referenceParameter, headers: ifMatchHeader },
      responses: changed,
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      return answer(c, await withdrawPostmortem(deps.db, reference, changerOf(c)));
    },
  );
}
