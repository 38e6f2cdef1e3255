/** Pages of audiences over the API: which there are, their links, made and revoked, and their passwords. What lets in is told once. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  longestLinkDays,
  makePageLink,
  noPage,
  revokePageLink,
  setPagePassword,
} from "../../actions/manage-page-keys.ts";
import { sealPageLink } from "../../actions/page-pass.ts";
import { closedPages, findPage, linkOpens, type PageLink, rootOf } from "../../domain/status/page-access.ts";
import { accessKinds, type PageDefinition } from "../../domain/status/page-definition.ts";
import { boardOf } from "../../domain/status/page.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listPageLinks } from "../../store/page-keys.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { slugInput } from "../input.ts";
import { linkAddress, linkPath } from "../pages/door.ts";
import { idempotencyHeader, instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";

const pageOutput = z
  .object({
    slug: z.string(),
    title: z.string(),
    path: z.string().openapi({ example: "/pages/partners" }),
    domain: z
      .string()
      .nullable()
      .openapi({ description: "The name at which it stands by itself; null: none." }),
    services: z.array(z.string()).openapi({ description: "What it shows, in the order of the page." }),
    access: z.array(z.enum(accessKinds)),
    networks: z.array(z.string()),
    customers: z.array(z.string()),
  })
  .openapi("Page");

const linkFields = {
  id: z.string().openapi({ example: "k3JQ0a1b2c3d4e5f" }),
  page: z.string(),
  name: z.string(),
  opens: z.enum(linkOpens),
  author: z.string(),
  created_at: instantOutput,
  expires_at: instantOutput.nullable().openapi({ description: "Null: it holds until it is revoked." }),
  revoked_at: instantOutput.nullable(),
};
const linkOutput = z.object(linkFields).openapi("PageLink");
const madeOutput = z
  .object({
    ...linkFields,
    path: z.string().openapi({ description: "Whoever opens it is let in; of feeds, one of them." }),
    url: z.string().nullable().openapi({
      description: "The same as a whole address; null: nobody said what the platform's is (BASE_URL).",
    }),
    key: z
      .string()
      .openapi({ description: "Read with `?key=` at every feed, badge and calendar of the page." }),
  })
  .openapi("MadePageLink");

const linkInput = z
  .strictObject({
    name: z.string().openapi({ description: "For whom it is." }),
    opens: z.enum(linkOpens).default("page"),
    days: z
      .int()
      .min(1)
      .max(longestLinkDays)
      .nullable()
      .default(90)
      .openapi({ description: "How long it holds; null: until it is revoked." }),
  })
  .openapi("PageLinkWish");

/** Adds the routes of pages. */
export function addPageLinks(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["pages"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:contracts", deps) };
  const writing = { ...shared, middleware: withScope("write:contracts", deps) };
  const params = z.object({ slug: slugInput });
  const { db, now } = deps;

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/pages" },
      summary: "Pages of audiences, and the page at the root where it is closed",
      responses: {
        200: jsonAnswer("As the platform file names them.", z.object({ pages: z.array(pageOutput) })),
        ...writeRefusals,
      },
    }),
    (c) =>
      c.json(
        { pages: closedPages(deps.board().settings).map((page) => toPageJson(page, deps)) },
        200,
      ) as never,
  );

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/pages/{slug}/links" },
      summary: "The links of a page, newest first",
      request: { params },
      responses: {
        200: jsonAnswer("The links, without what lets in.", z.object({ links: z.array(linkOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const page = findPage(deps.board().settings, slug) ?? noPage(slug);
      return c.json({ links: (await listPageLinks(db, page.slug)).map(toLinkJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/pages/{slug}/links" },
      summary: "Make a link that opens a page, or its feeds",
      request: { params, headers: idempotencyHeader, body: jsonBody(linkInput) },
      responses: { 201: jsonAnswer("The link, with what lets in: told once.", madeOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const wanted = c.req.valid("json");
      const { author } = c.get("caller");
      const response = await createOnce(c, db, author, now(), async (tx) => {
        const link = await makePageLink(tx, slug, wanted, author, now());
        const page = findPage(deps.board().settings, slug) ?? noPage(slug);
        const key = sealPageLink(deps.secretKey, slug, link.id);
        const main = deps.board().settings.address ?? deps.baseUrl;
        const url = main === null ? null : linkAddress(page, link, key, main);
        return {
          body: { ...toLinkJson(link), path: linkPath(page, link, key), url, key },
          location: `/api/v1/pages/${slug}/links`,
        };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "delete", path: "/pages/{slug}/links/{id}" },
      summary: "Let a link in no more; whoever it let in is out at once",
      request: { params: params.extend({ id: z.string().max(100) }) },
      responses: { 200: jsonAnswer("It is revoked.", z.object({ revoked: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug, id } = c.req.valid("param");
      await revokePageLink(db, slug, id, c.get("caller").author, now());
      await tellBoard(deps, c);
      return c.json({ revoked: id }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "put", path: "/pages/{slug}/password" },
      summary: "Set the password of a page; whoever came in by the one before is asked again",
      request: { params, body: jsonBody(z.strictObject({ password: z.string().max(1_000) })) },
      responses: { 200: jsonAnswer("It is set.", z.object({ page: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await setPagePassword(db, slug, c.req.valid("json").password, c.get("caller").author, now());
      await tellBoard(deps, c);
      return c.json({ page: slug }, 200);
    },
  );
}

function toPageJson(page: PageDefinition, deps: ApiDeps) {
  const { slug, title, access, networks, customers, scope, domain = null } = page;
  const services = boardOf(deps.board(), scope).services.map((service) => service.slug);
  return {
    ...{ slug, title, path: rootOf(page) || "/", domain, services },
    ...{ access, networks, customers },
  };
}

function toLinkJson({ id, page, name, opens, author, createdAt, expiresAt, revokedAt }: PageLink) {
  return {
    ...{ id, page, name, opens, author },
    created_at: isoInstant(createdAt),
    expires_at: isoInstant(expiresAt),
    revoked_at: isoInstant(revokedAt),
  };
}
