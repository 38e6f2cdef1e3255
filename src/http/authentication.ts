/**
 * Who is asking. Reading is public; writing takes a token, or the control token of this run, which the server's own command line
 * reads from its data folder. Roles will come in at `requireScope`.
 */
import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { digestOfToken, tokenPrefix } from "../actions/create-token.ts";
import { Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Holder } from "../store/access-links.ts";
import type { Database } from "../store/database.ts";
import { findToken, noteTokenUse } from "../store/tokens.ts";

/** What a caller may be allowed to do. */
export const scopes = [
  "write:incidents",
  "write:maintenance",
  "write:platform",
  "write:tokens",
  "write:probes",
  "read:probes",
  "read:evidence",
  "read:check-ins",
  "read:contracts",
  "write:contracts",
  "read:reports",
  "write:reports",
  "write:corrections",
  "admin:corrections",
] as const;
export type Scope = (typeof scopes)[number];

/** What the holder of a session may do: whoever holds a token everything, a customer nothing of the console. */
export function scopesOf({ kind }: Holder): ReadonlySet<Scope> {
  return new Set(kind === "token" ? scopes : []);
}

export interface Caller {
  /** The name its words are published under, internally: that of the token. */
  author: string;
}

export interface AuthenticationDeps {
  db: Database;
  now(): Instant;
  /** Random, made at each start. */
  controlToken: string;
}

/** The author of what the server's own command line says. */
export const controlAuthor = "command line";

/**
 * The caller, who must be allowed this. Today every valid token may do everything that has a scope.
 *
 * @throws Unauthenticated token_missing, token_invalid
 */
export async function requireScope(c: Context, _scope: Scope, deps: AuthenticationDeps): Promise<Caller> {
  const token = bearerToken(c.req.header("Authorization"));
  const digest = await digestOfToken(token);
  if (timingSafeEqual(digest, await digestOfToken(deps.controlToken))) {
    return { author: controlAuthor };
  }
  const { name } = await tokenHolder(token, deps);
  return { author: name };
}

/**
 * Who holds this token.
 *
 * @throws Unauthenticated token_invalid
 */
export async function tokenHolder(
  token: string,
  { db, now }: Pick<AuthenticationDeps, "db" | "now">,
): Promise<Extract<Holder, { kind: "token" }>> {
  const stored = token.startsWith(tokenPrefix) ? await findToken(db, await digestOfToken(token)) : undefined;
  if (stored === undefined) {
    throw new Unauthenticated("token_invalid", "This token is not known here, or was revoked.");
  }
  await noteTokenUse(db, stored.id, now());
  return { kind: "token", ...stored };
}

/** Lets a request through to its route only with a token that has the scope, before anything of it is read. */
export function withScope(
  scope: Scope,
  deps: AuthenticationDeps,
): MiddlewareHandler<{ Variables: { caller: Caller } }> {
  return async (c, next) => {
    c.set("caller", await requireScope(c, scope, deps));
    await next();
  };
}

function bearerToken(header: string | undefined): string {
  if (header === undefined) {
    throw new Unauthenticated("token_missing", "This needs a token: send Authorization: Bearer fn_….");
  }
  const token = /^Bearer +([\x21-\x7e]{1,200}) *$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new Unauthenticated(
      "token_invalid",
      "The Authorization header is written: Bearer, a space, the token.",
    );
  }
  return token;
}
