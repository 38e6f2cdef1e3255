/** Customers over the API. Nothing of them is public: every read takes a token too. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { anyEdition } from "../../actions/edition.ts";
import { archiveAgreement, putAgreed, saidOf } from "../../actions/record-agreements.ts";
import { NotFound } from "../../domain/errors.ts";
import { type CustomerDefinition, customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { Standing } from "../../domain/status/standing.ts";
import { readCustomer, writtenShapes } from "../../platform-file/written.ts";
import { readCustomers } from "../../store/agreements.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, versionedRefusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { editionSeen, editionTag, ifMatchHeader } from "./version-seen.ts";
import { writtenInput } from "./written-input.ts";

export const contactOutput = z
  .object({
    name: z.string(),
    role: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  })
  .openapi("Contact");

export const managedByOutput = z.enum(["file", "people", "starter"]).openapi({
  description: "What a file made is changed in the file; what people made, over the API.",
});

const customerOutput = z
  .object({
    slug: z.string(),
    name: z.string(),
    language: z.enum(customerLanguages),
    recipients: z.array(z.string()),
    contacts: z.array(contactOutput),
    notes: z.string(),
    managed_by: managedByOutput,
    archived: z.boolean(),
  })
  .openapi("Customer");

/** Adds the routes of customers. */
export function addCustomers(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["contracts"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:contracts", deps) };
  const writing = { ...shared, middleware: withScope("write:contracts", deps) };
  const params = z.object({ slug: slugInput });

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/customers",
      summary: "All customers, by slug",
      responses: {
        200: jsonAnswer("The customers.", z.object({ customers: z.array(customerOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const customers = [...(await readCustomers(deps.db)).values()].map(toCustomerJson);
      return c.json({ customers }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/customers/{slug}",
      summary: "One customer",
      request: { params },
      responses: { 200: jsonAnswer("The customer, with its ETag.", customerOutput), ...writeRefusals },
    }),
    async (c) => {
      const found = await findCustomer(deps, c.req.valid("param").slug);
      return c.json(toCustomerJson(found), 200, await editionTag(saidOf(found)));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "put",
      path: "/customers/{slug}",
      summary: "Make or change a customer",
      request: {
        params,
        headers: ifMatchHeader,
        body: jsonBody(writtenInput("WrittenCustomer", writtenShapes.customer)),
      },
      responses: { 200: jsonAnswer("The customer as it stands now.", customerOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      const wanted = readCustomer(slug, c.req.valid("json"), deps.board().settings.languages);
      const edition = editionSeen(c) ?? anyEdition;
      await putAgreed(deps.db, { noun: "customer", wanted }, c.get("caller").author, deps.now(), { edition });
      const found = await findCustomer(deps, slug);
      return c.json(toCustomerJson(found), 200, await editionTag(saidOf(found)));
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/customers/{slug}",
      summary: "Archive a customer without contracts; its history stays",
      request: { params },
      responses: { 200: jsonAnswer("It is archived.", z.object({ archived: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { slug } = c.req.valid("param");
      await archiveAgreement(deps.db, "customer", slug, c.get("caller").author, deps.now());
      return c.json({ archived: slug }, 200);
    },
  );
}

async function findCustomer({ db }: ApiDeps, slug: string) {
  const found = (await readCustomers(db, [slug])).get(slug);
  if (found === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${slug}".`);
  }
  return found;
}

function toCustomerJson({ wanted, managedBy, archived }: Standing<CustomerDefinition>) {
  return { ...wanted, managed_by: managedBy, archived };
}
