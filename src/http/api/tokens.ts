/**
 * Tokens over the API: made, listed and revoked by whoever may, until people and roles come with the console; and links by which whoever
 * holds one signs in there.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { makeAccessLink, pathOfAccessLink } from "../../actions/access-link.ts";
import { createToken } from "../../actions/create-token.ts";
import { listTokens, revokeToken } from "../../store/tokens.ts";
import { withScope } from "../authentication.ts";
import { instantOutput, isoInstant, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const tokenOutput = z
  .object({
    name: z.string(),
    created_at: instantOutput,
    last_used_at: instantOutput.nullable(),
    revoked_at: instantOutput.nullable(),
  })
  .openapi("Token");

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
        created_at: isoInstant(token.createdAt),
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
      request: { body: jsonBody(z.strictObject({ name: z.string() })) },
      responses: { 201: jsonAnswer("The token.", z.object({ token: z.string() })), ...writeRefusals },
    }),
    async (c) => c.json({ token: await createToken(deps.db, c.req.valid("json").name, deps.now()) }, 201),
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
      const { author } = c.get("caller");
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
      await revokeToken(deps.db, name, deps.now());
      return c.json({ revoked: name }, 200);
    },
  );
}
