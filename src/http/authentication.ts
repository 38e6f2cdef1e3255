/**
 * Who is asking, and what they may. Reading what the public page shows takes nothing; writing takes a token with the right to it, or the
 * control token of this run, which the server's own command line reads from its data folder.
 */
import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { controlAuthor, digestOfToken, tokenPrefix } from "../actions/create-token.ts";
import { Forbidden, Unauthenticated } from "../domain/errors.ts";
import { type Scope, scopes, scopesOfRole, scopesOfToken } from "../domain/people/rights.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { authorOfHolder, type Holder, type TokenHolder } from "../store/holders.ts";
import { findToken, noteTokenUse } from "../store/tokens.ts";

export { type Scope, scopes } from "../domain/people/rights.ts";

/** What the holder of a session may do in the console. */
export function scopesOf(holder: Holder): ReadonlySet<Scope> {
  switch (holder.kind) {
    case "token":
      return new Set(scopesOfToken(holder.scopes, holder.owner?.role ?? null));
    case "person":
      return new Set(scopesOfRole(holder.role));
    case "customer":
      return new Set(scopesOfRole("customer"));
  }
}

export interface Caller {
  /** Under what its words are recorded: the id of a person, or the name of a token. */
  author: string;
  scopes: ReadonlySet<Scope>;
}

export interface AuthenticationDeps {
  db: Database;
  now(): Instant;
  /** Random, made at each start. */
  controlToken: string;
}

/**
 * The caller, who must be allowed this.
 *
 * @throws Unauthenticated token_missing, token_invalid
 * @throws Forbidden not_allowed
 */
export async function requireScope(c: Context, scope: Scope, deps: AuthenticationDeps): Promise<Caller> {
  const caller = await callerOf(c, deps);
  refuseWithout(caller.scopes, scope);
  return caller;
}

/** @throws Unauthenticated token_missing, token_invalid */
export async function callerOf(c: Context, deps: AuthenticationDeps): Promise<Caller> {
  const token = bearerToken(c.req.header("Authorization"));
  const digest = await digestOfToken(token);
  if (timingSafeEqual(digest, await digestOfToken(deps.controlToken))) {
    return { author: controlAuthor, scopes: new Set(scopes) };
  }
  const holder = await tokenHolder(token, deps);
  return { author: authorOfHolder(holder), scopes: scopesOf(holder) };
}

/** @throws Forbidden not_allowed */
export function refuseWithout(held: ReadonlySet<Scope>, scope: Scope): void {
  if (!held.has(scope)) {
    throw new Forbidden("not_allowed", `This takes the right to ${scope.replace(":", " ")}.`);
  }
}

/**
 * Who holds this token.
 *
 * @throws Unauthenticated token_invalid
 */
export async function tokenHolder(
  token: string,
  { db, now }: Pick<AuthenticationDeps, "db" | "now">,
): Promise<TokenHolder> {
  const at = now();
  const holder = token.startsWith(tokenPrefix)
    ? await findToken(db, await digestOfToken(token), at)
    : undefined;
  if (holder === undefined) {
    throw new Unauthenticated("token_invalid", "This token is not known here, was revoked, or is over.");
  }
  await noteTokenUse(db, holder.id, at);
  return holder;
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
