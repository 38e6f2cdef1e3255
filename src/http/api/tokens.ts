/**
 * Tokens over the API: made, listed and revoked by whoever may; and links by which whoever holds one signs in to the console. Nobody makes
 * a token, or a link to one, that may do more than they may themselves.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { makeAccessLink, pathOfAccessLink } from "../../actions/access-link.ts";
import { createToken } from "../../actions/create-token.ts";
import { whoStandsBehind } from "../../actions/four-eyes.ts";
import { revokeToken } from "../../actions/revoke-token.ts";
import { Forbidden } from "../../domain/errors.ts";
import { isPersonId } from "../../domain/people/person.ts";
import { scopes } from "../../domain/people/rights.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import type { Database } from "../../store/database.ts";
import type { TokenHolder } from "../../store/holders.ts";
import { findTokenNamed, listTokens } from "../../store/tokens.ts";
import { refuseWithout, type Scope, scopesOf, withScope } from "../authentication.ts";
import { instantInput } from "../input.ts";
import { instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const tokenOutput = z
  .object({
    name: z.string(),
    scopes: z.array(z.enum(scopes)).nullable().openapi({ description: "null: everything" }),
    owner: z.string().nullable().openapi({ description: "Id of the person whose it is; null: a machine's" }),
    created_at: instantOutput,
    expires_at: instantOutput.nullable(),
    last_used_at: instantOutput.nullable(),
    revoked_at: instantOutput.nullable(),
  })
  .openapi("Token");

const tokenInput = z
  .strictObject({
    name: z.string(),
    scopes: z.array(z.enum(scopes)).nullish().openapi({ description: "What it may do; absent: everything" }),
    expires_at: instantInput.nullish(),
  })
  .openapi("TokenRequest");

/** Adds the routes of tokens. */
export function addTokens(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = {
    tags: ["tokens"],
    security: [{ token: [] as string[] }],
    middleware: withScope("write:tokens", deps),
  };

  api.openapi(
    createRoute({
      ...shared,
      method: "get",
      path: "/tokens",
      summary: "The tokens there are, revoked ones too; never the tokens themselves",
      responses: {
        200: jsonAnswer("In the order they were made.", z.object({ tokens: z.array(tokenOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const tokens = (await listTokens(deps.db)).map((token) => ({
        name: token.name,
        scopes: token.scopes,
        owner: token.owner,
        created_at: isoInstant(token.createdAt),
        expires_at: isoInstant(token.expiresAt),
        last_used_at: isoInstant(token.lastUsedAt),
        revoked_at: isoInstant(token.revokedAt),
      }));
      return c.json({ tokens }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/tokens",
      summary: "Make a token; this answer is the only place where it is ever shown",
      request: { body: jsonBody(tokenInput) },
      responses: { 201: jsonAnswer("The token.", z.object({ token: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { name, scopes: wanted, expires_at: expiresAt } = c.req.valid("json");
      const { author, scopes: held } = c.get("caller");
      (wanted ?? scopes).forEach((scope) => refuseWithout(held, scope));
      const terms = { scopes: wanted ?? null, personId: null, expiresAt: expiresAt ?? null, author };
      return c.json({ token: await createToken(deps.db, name, deps.now(), terms) }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/tokens/{name}/sign-in-links",
      summary: "Make a link that signs the holder of a token in to the console, once, within an hour",
      request: { params: z.object({ name: z.string() }) },
      responses: {
        201: jsonAnswer(
          "The link; this answer is the only place where it is ever shown.",
          z.object({ path: z.string(), expires_at: instantOutput }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { name } = c.req.valid("param");
      const { author, scopes: held } = c.get("caller");
      const token = await findTokenNamed(deps.db, name);
      if (token !== undefined) {
        await refuseSigningInAs(deps.db, token, author, held);
      }
      const link = await makeAccessLink(deps.db, { token: name }, author, deps.now());
      const path = pathOfAccessLink(deps.secretKey, link);
      return c.json({ path, expires_at: isoInstant(link.expiresAt) }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      method: "delete",
      path: "/tokens/{name}",
      summary: "Let a token write no more",
      request: { params: z.object({ name: z.string() }) },
      responses: { 200: jsonAnswer("It is revoked.", z.object({ revoked: z.string() })), ...writeRefusals },
    }),
    async (c) => {
      const { name } = c.req.valid("param");
      await revokeToken(deps.db, name, c.get("caller").author, deps.now());
      return c.json({ revoked: name }, 200);
    },
  );
}

/** A link to a token is all that the token is: nobody makes one for what they may not, or to act as somebody else. */
async function refuseSigningInAs(
  db: Database,
  token: TokenHolder,
  author: string,
  held: ReadonlySet<Scope>,
): Promise<void> {
  if (token.owner !== null && token.owner.id !== author) {
    throw new Forbidden("token_of_another", "This token belongs to a person, who signs in as themselves.");
  }
  const maker = await whoStandsBehind(db, author);
  if (isPersonId(maker) && (await whoStandsBehind(db, token.name)) !== maker) {
    throw new Forbidden(
      "token_of_another",
      "This token was made by somebody else: with it, you would be two.",
    );
  }
  scopesOf(token).forEach((scope) => refuseWithout(held, scope));
}
