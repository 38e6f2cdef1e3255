/** Links that let a customer into the portal, over the API: made, listed without what lets in, revoked. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { makeAccessLink, pathOfAccessLink } from "../../actions/access-link.ts";
import { revokeCustomerLink } from "../../actions/revoke-customer-link.ts";
import { NotFound } from "../../domain/errors.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { type AccessLink, listCustomerLinks } from "../../store/access-links.ts";
import { readCustomers } from "../../store/agreements.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { instantOutput, jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const linkFields = {
  id: z.string().openapi({ example: "k3JQ0a1b2c3d4e5f" }),
  customer: z.string(),
  author: z.string(),
  created_at: instantOutput,
  expires_at: instantOutput,
  last_used_at: instantOutput.nullable(),
  revoked_at: instantOutput.nullable(),
};
const linkOutput = z.object(linkFields).openapi("CustomerLink");
const madeOutput = z
  .object({ ...linkFields, path: z.string().openapi({ description: "Whoever opens it is let in." }) })
  .openapi("MadeCustomerLink");

/** Adds the routes of a customer's links. */
export function addCustomerLinks(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["contracts"], security: [{ token: [] as string[] }] };
  const writing = { ...shared, middleware: withScope("write:contracts", deps) };
  const params = z.object({ slug: slugInput });

  api.openapi(
    createRoute({
      ...{ ...shared, middleware: withScope("read:contracts", deps) },
      ...{ method: "get", path: "/customers/{slug}/links" },
      summary: "The links that let a customer into the portal, newest first",
      request: { params },
      responses: {
        200: jsonAnswer("The links, without what lets in.", z.object({ links: z.array(linkOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      if (!(await readCustomers(deps.db, [slug])).has(slug)) {
        throw new NotFound("customer_not_found", `There is no customer "${slug}".`);
      }
      const links = await listCustomerLinks(deps.db, slug);
      return c.json({ links: links.map((link) => toLinkJson(link, slug)) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/customers/{slug}/links" },
      summary: "Make a link that lets a customer into the portal for 90 days, as often as it is opened",
      request: { params },
      responses: { 201: jsonAnswer("The link.", madeOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const link = await makeAccessLink(deps.db, { customer: slug }, c.get("caller").author, deps.now());
      return c.json({ ...toLinkJson(link, slug), path: pathOfAccessLink(deps.secretKey, link) }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "delete", path: "/customers/{slug}/links/{id}" },
      summary: "Let a link in no more; whoever it let in is out at once",
      request: { params: params.extend({ id: z.string().max(100) }) },
      responses: { 200: jsonAnswer("It is revoked.", z.object({ revoked: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug, id } = c.req.valid("param");
      await revokeCustomerLink(deps.db, slug, id, c.get("caller").author, deps.now());
      return c.json({ revoked: id }, 200);
    },
  );
}

function toLinkJson(link: AccessLink, customer: string) {
  return {
    id: link.id,
    customer,
    author: link.author,
    created_at: isoInstant(link.createdAt),
    expires_at: isoInstant(link.expiresAt),
    last_used_at: isoInstant(link.usedAt),
    revoked_at: isoInstant(link.revokedAt),
  };
}
