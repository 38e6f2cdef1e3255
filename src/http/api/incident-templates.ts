/**
 * Words ready to be said, over the API: those of the platform file, to be read, and those that people keep, to be made, changed and archived.
 * They are written as in the platform file.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { archiveIncidentTemplate, putIncidentTemplate } from "../../actions/keep-incident-template.ts";
import { NotFound } from "../../domain/errors.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import { type StandingTemplate, standingTemplates } from "../../domain/status/incident-template.ts";
import { incidentImpacts, incidentStates } from "../../domain/status/incident.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { usualImpact } from "../../platform-file/described-incidents.ts";
import { readTemplate, writtenShapes } from "../../platform-file/written.ts";
import { listKeptTemplates } from "../../store/incident-templates.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, lookupRefusals, versionedRefusals } from "./answer.ts";
import { managedByOutput } from "./customers.ts";
import type { ApiDeps } from "./deps.ts";
import { translationsInput } from "./incident-answer.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";
import { writtenInput } from "./written-input.ts";

const templateOutput = z
  .object({
    slug: z.string(),
    name: z.string().openapi({ description: "What ops call it." }),
    title: translationsInput.openapi({ description: "By language." }),
    message: translationsInput.openapi({ description: "Markdown, by language." }),
    state: z.enum(incidentStates),
    priority: z.string().nullable(),
    impact: z.enum(incidentImpacts).nullable().openapi({
      description: "Of the services that are not hit otherwise; null: as the priority says.",
    }),
    services: z
      .record(z.string(), z.enum([...incidentImpacts, usualImpact]))
      .openapi({ description: 'How badly each service is hit; "usual": as the others.' }),
    managed_by: managedByOutput,
    archived: z.boolean(),
    version: z
      .int()
      .openapi({ description: "Counts its changes; `ETag` holds it, and `If-Match` takes it." }),
  })
  .openapi("IncidentTemplate");

/** Adds the routes of templates. */
export function addIncidentTemplates(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["incidents"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const writing = { ...shared, middleware: withScope("write:incidents", deps) };
  const params = z.object({ slug: slugInput });

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/incident-templates",
      summary: "Words ready to be said",
      responses: {
        200: jsonAnswer(
          "Those of the platform file in its order, then those that people keep.",
          z.object({ templates: z.array(templateOutput) }),
        ),
        ...lookupRefusals,
      },
    }),
    async (c) => c.json({ templates: (await listTemplates(deps)).map(toTemplateJson) }, 200),
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/incident-templates/{slug}",
      summary: "One template",
      request: { params },
      responses: { 200: jsonAnswer("The template.", templateOutput), ...lookupRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const found = (await listTemplates(deps)).find(({ wanted }) => wanted.slug === slug);
      if (found === undefined) {
        throw new NotFound("template_not_found", `There is no template "${slug}".`);
      }
      return c.json(toTemplateJson(found), 200, etagOf(found));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "put",
      path: "/incident-templates/{slug}",
      summary: "Make a template, change it, or take it up again",
      request: {
        params,
        headers: ifMatchHeader,
        body: jsonBody(writtenInput("WrittenIncidentTemplate", writtenShapes.template)),
      },
      responses: {
        200: jsonAnswer("The template as it stands now.", templateOutput),
        201: jsonAnswer("It was made.", templateOutput),
        ...versionedRefusals,
      },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const wanted = readTemplate(slug, c.req.valid("json"), templateContext(deps.board()));
      const changer = { author: c.get("caller").author, now: deps.now(), seen: versionSeen(c) };
      const { template, isNew } = await putIncidentTemplate(deps.db, wanted, changer);
      return c.json(toTemplateJson(template), isNew ? 201 : 200, etagOf(template));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/incident-templates/{slug}",
      summary: "Archive a template; putting it takes it up again",
      request: { params, headers: ifMatchHeader },
      responses: { 200: jsonAnswer("It is archived.", templateOutput), ...versionedRefusals },
    }),
    async (c) => {
      const changer = { author: c.get("caller").author, now: deps.now(), seen: versionSeen(c) };
      const { slug } = c.req.valid("param");
      const template = await archiveIncidentTemplate(deps.db, slug, true, changer);
      return c.json(toTemplateJson(template), 200, etagOf(template));
    },
  );
}

/** What a template may name on this platform. */
export function templateContext({ settings, services }: Pick<StatusBoard, "settings" | "services">) {
  return {
    languages: settings.languages,
    services: services.map(({ slug }) => slug),
    priorities: incidentRules(settings).priorities.map(({ slug }) => slug),
  };
}

async function listTemplates(deps: ApiDeps): Promise<StandingTemplate[]> {
  const { templates } = incidentRules(deps.board().settings);
  return standingTemplates(templates, await listKeptTemplates(deps.db));
}

function toTemplateJson({ wanted, managedBy, archived, version }: StandingTemplate) {
  const { slug, name, title, message, state, priority, impact, services, impacts = {} } = wanted;
  return {
    ...{ slug, name, title: { ...title }, message: { ...message }, state, priority, impact },
    services: Object.fromEntries(services.map((one) => [one, impacts[one] ?? usualImpact])),
    ...{ managed_by: managedBy, archived, version },
  };
}
