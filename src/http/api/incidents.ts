/**
 * Incidents over the API: declared, updated, resolved and opened again with a token; read by everyone. What is corrected afterwards stands
 * in incident-changes.ts.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { declareIncident } from "../../actions/declare-incident.ts";
import { publishDraft } from "../../actions/settle-draft.ts";
import { updateIncident } from "../../actions/update-incident.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import {
  declarationFrom,
  offeredTemplates,
  type SaidBeside,
  standingTemplates,
} from "../../domain/status/incident-template.ts";
import { type Incident, incidentStates } from "../../domain/status/incident.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import type { Database } from "../../store/database.ts";
import { listKeptTemplates } from "../../store/incident-templates.ts";
import { getIncident, listIncidentsBefore, listIncidentsBegunIn, noIncident } from "../../store/incidents.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, monthInput, referenceInput, slugInput } from "../input.ts";
import {
  idempotencyHeader,
  jsonAnswer,
  jsonBody,
  lookupRefusals,
  refusals,
  versionedRefusals,
  writeRefusals,
} from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";
import { type Shown, shownTo } from "./sight.ts";
import {
  addressOf,
  affectedInput,
  incidentOutput,
  referenceParameter,
  toAffected,
  toIncidentJson,
  translationsInput,
} from "./incident-answer.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";

/** What both a declaration and an update may say. */
const saying = {
  message: z.string().openapi({ description: "Markdown." }),
  language: slugInput.optional().openapi({
    example: "en",
    description:
      "Code of the language it is written in. Left out: the first of the page; of an update: the incident's.",
  }),
  translations: translationsInput.optional().openapi({ description: "The message in other languages." }),
  next_update_at: instantInput.optional().openapi({
    description: "Until when more is promised, within seven days; stands on the page. Left out: nothing is.",
  }),
  priority: slugInput
    .nullable()
    .optional()
    .openapi({ example: "p2", description: "Slug; deadlines of contracts follow from it." }),
};

const declarationInput = z
  .strictObject({
    template: slugInput.optional().openapi({
      description:
        "Ready-made words that it is declared from: whatever is left out here is as they say. Without it, title and message are needed.",
    }),
    title: z.string().optional(),
    titles: translationsInput.optional().openapi({ description: "The title in other languages." }),
    ...saying,
    message: z.string().optional().openapi({ description: "Markdown." }),
    state: z.enum(incidentStates).optional().openapi({ description: "Left out: investigating." }),
    services: affectedInput.optional().openapi({ description: "Left out: none." }),
    started_at: instantInput.optional().openapi({ description: "When the trouble began; left out: now." }),
    resolved_at: instantInput
      .optional()
      .openapi({ description: "Only in state resolved: when it was over." }),
    draft: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .optional()
      .openapi({ description: "Number of the draft that it is declared from, which waits no more then." }),
  })
  .openapi("IncidentDeclaration");

const changeInput = z
  .strictObject({
    ...saying,
    state: z.enum(incidentStates).optional(),
    title: z.string().optional(),
    services: affectedInput.optional().openapi({ description: "Impacts that change from now on." }),
    resolved_at: instantInput
      .optional()
      .openapi({ description: "Only with state resolved: when it was over; left out: now." }),
    reopen: z
      .boolean()
      .default(false)
      .openapi({ description: "Needed to speak of a resolved incident again." }),
  })
  .openapi("IncidentUpdate");

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
    const shown = await shownTo(c, deps);
    const { incidents, next } = await listPage(deps.db, shown, { state, month, limit, before });
    return c.json({ incidents: incidents.map(toIncidentJson), next }, 200);
  });

  api.openapi(oneRoute, async (c) => {
    const { reference } = c.req.valid("param");
    const incident = await findShown(deps.db, await shownTo(c, deps), reference);
    return c.json(toIncidentJson(incident), 200, etagOf(incident));
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
      const { services, started_at, resolved_at, next_update_at, draft, template, ...words } =
        c.req.valid("json");
      const said = { ...words, services: services?.map(toAffected) };
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const declaration = {
          ...(template === undefined
            ? plainly(said)
            : await declaredFrom(template, said, { db, board: deps.board })),
          ...{ startedAt: started_at ?? null, resolvedAt: resolved_at ?? null },
          nextUpdateAt: next_update_at ?? null,
        };
        const incident =
          draft === undefined
            ? await declareIncident(db, declaration, author, now)
            : await publishDraft(db, draft, declaration, author, now);
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
      request: {
        params: referenceParameter,
        headers: idempotencyHeader.extend(ifMatchHeader.shape),
        body: jsonBody(changeInput),
      },
      responses: { 201: jsonAnswer("The incident after the update.", incidentOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { state, title, services, resolved_at, next_update_at, ...said } = c.req.valid("json");
      const change = {
        ...said,
        state: state ?? null,
        title: title ?? null,
        services: services?.map(toAffected) ?? null,
        resolvedAt: resolved_at ?? null,
        nextUpdateAt: next_update_at ?? null,
      };
      const seen = versionSeen(c);
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const incident = await updateIncident(db, c.req.valid("param").reference, change, author, now, seen);
        return { body: toIncidentJson(incident), location: addressOf(incident) };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );
}

/** What is said without a template; words that are missing are refused by the rule that needs them. */
function plainly({ title = "", message = "", state = "investigating", services = [], ...said }: SaidBeside) {
  return { ...said, title, message, state, services };
}

/**
 * What a template and whatever is said beside it declare.
 *
 * @throws InvalidInput no_template
 */
async function declaredFrom(slug: string, said: SaidBeside, { db, board }: Pick<ApiDeps, "db" | "board">) {
  const { settings } = board();
  const { templates, priorities } = incidentRules(settings);
  const offered = offeredTemplates(standingTemplates(templates, await listKeptTemplates(db)));
  const template = offered.find((one) => one.slug === slug);
  if (template === undefined) {
    const detail = `There is no template "${slug}".`;
    throw new InvalidInput("no_template", detail, [{ pointer: "/template", detail }]);
  }
  return declarationFrom(template, said, { languages: settings.languages, priorities });
}

interface PageQuestion {
  state: "open" | "resolved" | undefined;
  month: string | undefined;
  limit: number;
  before: string | undefined;
}

/** The first page comes from memory, as does what is open; only what lies further back is asked of the database. */
async function listPage(
  db: Database,
  shown: Shown,
  { state, month, limit, before }: PageQuestion,
): Promise<{ incidents: Incident[]; next: string | null }> {
  const { incidents: known, settings } = shown.board;
  const fits = (one: Incident) =>
    state === undefined || (one.state === "resolved") === (state === "resolved");
  if (month === undefined && before === undefined) {
    const fitting = known.filter(fits);
    const page = cut(fitting, limit);
    return state === "open" ? page : { ...page, next: page.incidents.at(-1)?.reference ?? null };
  }
  const last = before === undefined ? null : await findShown(db, shown, before);
  if (month !== undefined) {
    const cycle = cycleOf(month, { timeZone: settings.timeZone, anchorDay: 1 });
    const begun = await listIncidentsBegunIn(db, cycle);
    return cut(
      seen(begun, shown).filter((one) => fits(one) && (last === null || comesAfter(one, last))),
      limit,
    );
  }
  const incidents: Incident[] = [];
  let from = last;
  // Few are open at any time, so a page of resolved ones takes one query, hardly ever two.
  while (incidents.length <= limit) {
    const page = await listIncidentsBefore(db, from, limit + 1);
    incidents.push(...seen(page, shown).filter(fits));
    if (page.length <= limit) {
      break;
    }
    from = page.at(-1)!;
  }
  return cut(incidents, limit);
}

/**
 * The incident as it is shown.
 *
 * @throws NotFound incident_not_found, whether there is none or it is not shown
 */
async function findShown(db: Database, { board, sight }: Shown, reference: string): Promise<Incident> {
  const known = board.incidents.find((incident) => incident.reference === reference);
  const incident = known ?? sight.incident(await getIncident(db, reference));
  return incident ?? noIncident(reference);
}

function seen(incidents: readonly Incident[], { sight }: Shown): Incident[] {
  return incidents.flatMap((incident) => sight.incident(incident) ?? []);
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
