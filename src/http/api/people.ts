/** People over the API: listed, invited, given another role, deactivated and erased by whoever may. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { pathOfAccessLink } from "../../actions/access-link.ts";
import { changeRole, deactivatePerson, standingOf } from "../../actions/change-person.ts";
import { anyEdition } from "../../actions/edition.ts";
import { erasePerson } from "../../actions/erase-person.ts";
import { invitePerson } from "../../actions/invite-person.ts";
import { type Person, personState } from "../../domain/people/person.ts";
import { roles } from "../../domain/people/rights.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getPerson, listPeople } from "../../store/people.ts";
import { withScope } from "../authentication.ts";
import { instantOutput, jsonAnswer, jsonBody, versionedRefusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { editionSeen, editionTag, ifMatchHeader } from "./version-seen.ts";

const personOutput = z
  .object({
    id: z.string().openapi({ description: "Under which everything they do is recorded." }),
    role: z.enum(roles),
    customer: z.string().nullable(),
    name: z.string().nullable(),
    mail: z.string().nullable(),
    state: z.enum(["invited", "active", "deactivated", "erased"]),
    created_at: instantOutput,
    joined_at: instantOutput.nullable(),
  })
  .openapi("Person");

const roleInput = {
  role: z.enum(roles),
  customer: z.string().nullish().openapi({ description: "Slug; exactly for the role customer." }),
};

/** Adds the routes of people. */
export function addPeople(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["people"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:people", deps) };
  const writing = { ...shared, middleware: withScope("write:people", deps) };
  const params = z.object({ id: z.string() });
  const changed = { 200: jsonAnswer("The person as they stand now.", personOutput), ...writeRefusals };

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/people" },
      summary: "Everybody there ever was",
      responses: {
        200: jsonAnswer("In the order they were invited.", z.object({ people: z.array(personOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => c.json({ people: (await listPeople(deps.db)).map(toPersonJson) }, 200),
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/people" },
      summary: "Invite somebody, by a link that is good once, for a week",
      request: {
        body: jsonBody(
          z.strictObject({ ...roleInput, name: z.string().nullish(), mail: z.string().nullish() }),
        ),
      },
      responses: {
        201: jsonAnswer(
          "The person, and the path of the link to hand over.",
          z.object({ person: personOutput, path: z.string(), expires_at: instantOutput }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { role, customer = null, name = null, mail = null } = c.req.valid("json");
      const wanted = { role, customer, name, mail };
      const { author } = c.get("caller");
      const { person, link } = await invitePerson(deps.db, wanted, author, deps.now());
      const path = pathOfAccessLink(deps.secretKey, link);
      return c.json({ person: toPersonJson(person), path, expires_at: isoInstant(link.expiresAt) }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/people/{id}" },
      summary: "One person; the ETag stands for what they may do",
      request: { params },
      responses: { 200: jsonAnswer("The person.", personOutput), ...writeRefusals },
    }),
    async (c) => {
      const person = await getPerson(deps.db, c.req.valid("param").id);
      return c.json(toPersonJson(person), 200, await editionTag(standingOf(person)));
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "put", path: "/people/{id}/role" },
      summary: "Give somebody another role",
      request: { params, headers: ifMatchHeader, body: jsonBody(z.strictObject(roleInput)) },
      responses: { ...changed, ...versionedRefusals },
    }),
    async (c) => {
      const { role, customer = null } = c.req.valid("json");
      const { id } = c.req.valid("param");
      const { author } = c.get("caller");
      const edition = editionSeen(c) ?? anyEdition;
      const person = await changeRole(deps.db, id, { role, customer }, author, deps.now(), edition);
      return c.json(toPersonJson(person), 200, await editionTag(standingOf(person)));
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/people/{id}/deactivation" },
      summary: "Let somebody come in no more: their sessions and tokens are over",
      request: { params },
      responses: changed,
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const person = await deactivatePerson(deps.db, id, c.get("caller").author, deps.now());
      return c.json(toPersonJson(person), 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "delete", path: "/people/{id}" },
      summary:
        "Erase somebody: name, address and where they came from are forgotten, what they did stays under their id",
      request: { params },
      responses: changed,
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const person = await erasePerson(deps.db, id, c.get("caller").author, deps.now());
      return c.json(toPersonJson(person), 200);
    },
  );
}

function toPersonJson(person: Person) {
  const { id, role, customer, name, mail, createdAt, joinedAt } = person;
  return {
    ...{ id, role, customer, name, mail, state: personState(person) },
    created_at: isoInstant(createdAt),
    joined_at: isoInstant(joinedAt),
  };
}
