/**
 * Services that people keep, over the API: written in the words of the platform file, added, changed, archived and taken up again, their checks
 * tried before they are saved. What a platform file made is read here and changed there.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { archiveService, unarchiveService } from "../../actions/archive-service.ts";
import { anyEdition } from "../../actions/edition.ts";
import { putService } from "../../actions/put-service.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { ServiceDefinition } from "../../domain/status/platform.ts";
import { key } from "../../platform-file/shapes.ts";
import { tellService } from "../../platform-file/told-service.ts";
import { slug as slugShape } from "../../platform-file/words.ts";
import { writtenService } from "../../platform-file/written-service.ts";
import type { Database } from "../../store/database.ts";
import { findStandingService, type StandingService } from "../../store/platforms.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { slugInput } from "../input.ts";
import {
  idempotencyHeader,
  jsonAnswer,
  jsonBody,
  lookupRefusals,
  versionedRefusals,
  writeRefusals,
} from "./answer.ts";
import { managedByOutput } from "./customers.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";
import { mergePatch } from "./merge-patch.ts";
import { openServiceDesk, slugOf } from "./service-desk.ts";
import { editionSeen, editionTag, ifMatchHeader } from "./version-seen.ts";
import { writtenInput } from "./written-input.ts";

const definitionOutput = z
  .object({
    slug: z.string(),
    written: z.record(z.string(), z.unknown()).openapi({
      description:
        "As it would be written, to be put again. Secrets stand in it as `${sealed:kept}`, which keeps them; a new one is written as `${secret:…}`.",
    }),
    managed_by: managedByOutput,
    archived: z.boolean(),
  })
  .openapi("ServiceDefinition");

const newService = writtenInput("NewService", {
  ...writtenService,
  keys: {
    slug: key(slugShape, "Its name for ever. Default: made of the title."),
    ...writtenService.keys,
  },
});

/** Adds the routes. */
export function addServiceChanges(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["services"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:probes", deps) };
  const writing = { ...shared, middleware: withScope("write:services", deps) };
  const params = z.object({ slug: slugInput });
  const written = writtenInput("WrittenService", writtenService);
  const stands = { 200: jsonAnswer("The service as it stands now.", definitionOutput), ...versionedRefusals };
  /** What stands now, and its ETag, once the board tells it. */
  const told = async (c: Context, slug: string) => {
    await tellBoard(deps, c);
    const standing = await getService(deps.db, slug);
    return [toDefinitionJson(standing), await editionTag(standing.definition)] as const;
  };

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/services/{slug}/definition",
      summary: "A service as it is written",
      request: { params },
      responses: { 200: jsonAnswer("With an ETag.", definitionOutput), ...lookupRefusals },
    }),
    async (c) => {
      const standing = await getService(deps.db, c.req.valid("param").slug);
      return c.json(toDefinitionJson(standing), 200, await editionTag(standing.definition));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/services",
      summary: "Add a service",
      request: { headers: idempotencyHeader, body: jsonBody(newService) },
      responses: { 201: jsonAnswer("The service as it was added.", definitionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug: given, ...body } = c.req.valid("json");
      const slug = given === undefined ? slugOf(String(body.title ?? "")) : String(given);
      const desk = await openServiceDesk(deps);
      const wanted = atSlug(() => desk.read(slug, body));
      const [{ author }, now] = [c.get("caller"), deps.now()];
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        await putService(db, wanted, null, author, now);
        const body = toDefinitionJson(await getService(db, slug));
        return { body, location: `/api/v1/services/${slug}` };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "put",
      path: "/services/{slug}",
      summary: "Put a service, with all its checks: those that are left out are archived",
      request: { params, headers: ifMatchHeader, body: jsonBody(written) },
      responses: { ...stands, 201: jsonAnswer("It was added.", definitionOutput) },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const known = await findStandingService(deps.db, slug);
      const wanted = (await openServiceDesk(deps)).read(slug, c.req.valid("json"), known);
      await put(c, wanted);
      const [json, etag] = await told(c, slug);
      return c.json(json, known === undefined ? 201 : 200, etag);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "patch",
      path: "/services/{slug}",
      summary: "Change some of a service",
      description:
        "A JSON merge patch (RFC 7396) of how it is written: what is left out stays, what is null goes; a check that is null is archived.",
      request: {
        params,
        headers: ifMatchHeader,
        body: jsonBody(
          z.record(z.string(), z.unknown()).openapi({ example: { title: "Sign-in", group: null } }),
        ),
      },
      responses: stands,
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const known = await getService(deps.db, slug);
      const body = mergePatch(tellService(known.definition), c.req.valid("json"));
      await put(c, (await openServiceDesk(deps)).read(slug, body, known));
      const [json, etag] = await told(c, slug);
      return c.json(json, 200, etag);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/services/{slug}",
      summary: "Archive a service: it is asked no more, and all that was measured stays",
      request: { params },
      responses: stands,
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await archiveService(deps.db, slug, c.get("caller").author, deps.now());
      const [json, etag] = await told(c, slug);
      return c.json(json, 200, etag);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/services/{slug}/restoration",
      summary: "Take an archived service up again, with the checks that were asked then",
      request: { params },
      responses: stands,
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await unarchiveService(deps.db, slug, c.get("caller").author, deps.now());
      const [json, etag] = await told(c, slug);
      return c.json(json, 200, etag);
    },
  );

  const put = (c: Context, wanted: ServiceDefinition) => {
    const { author } = c.get("caller") as { author: string };
    return putService(deps.db, wanted, editionSeen(c) ?? anyEdition, author, deps.now());
  };
}

/** @throws NotFound service_not_found */
async function getService(db: Database, slug: string): Promise<StandingService> {
  const found = await findStandingService(db, slug);
  if (found === undefined) {
    throw new NotFound("service_not_found", `There is no service "${slug}".`);
  }
  return found;
}

function toDefinitionJson({ definition, managedBy, archivedAt }: StandingService) {
  return {
    slug: definition.slug,
    written: tellService(definition),
    managed_by: managedBy,
    archived: archivedAt !== null,
  };
}

/** A slug that stands in the body is refused there. */
function atSlug<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInput)) {
      throw error;
    }
    const fields = error.fields.map(({ pointer, detail }) => ({
      ...{ pointer: pointer === "?slug" ? "/slug" : pointer, detail },
    }));
    throw new InvalidInput(error.code, error.message, fields, { cause: error });
  }
}
