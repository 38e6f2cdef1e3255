/**
 * Sessions of browsers, for the console and the portal: a cookie that holds a secret, found by its digest. Each room has a cookie of its
 * own, which is sent to no other; who is in one is not in the other.
 */
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { digestOfToken } from "../actions/create-token.ts";
import { sessionMs } from "../actions/open-session.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import type { Holder } from "../store/holders.ts";
import { chooseSessionLanguage, endSession, findSession, noteSessionUse } from "../store/sessions.ts";
import { chooseLanguage } from "../../probes/accepted-language.ts";
import { formBody } from "./form-body.ts";
import type { Language, Languages } from "./language.ts";

export interface SessionDeps {
  db: Database;
  now(): Instant;
  /** Address of the platform as readers see it; null: as they ask for it. */
  baseUrl: string | null;
}

/** Whom a room lets in. */
export interface Room {
  holder: Holder["kind"] | readonly Holder["kind"][];
  /** Where it begins, and whom its cookie is sent to: "/console". */
  path: string;
  /** Where somebody who is not signed in is led. */
  door: string;
}

export interface Session {
  holder: Holder;
  /** Code of the language that was chosen here; null: none was. */
  language: string | null;
  /** Under which it is stored. */
  digest: Uint8Array;
}

const cookieName = "fn_session";

/** Puts a session's secret into the browser. */
export function giveSession(c: Context, room: Room, secret: string, { baseUrl }: SessionDeps): void {
  setCookie(c, cookieName, secret, {
    path: room.path,
    httpOnly: true,
    sameSite: "Lax",
    secure: (baseUrl ?? c.req.url).startsWith("https:"),
  });
}

/** The session of this request; undefined: nobody is signed in here. */
export async function sessionOf(c: Context, room: Room, deps: SessionDeps): Promise<Session | undefined> {
  const digest = await digestOfCookie(c);
  const now = deps.now();
  const session = digest && (await findSession(deps.db, digest, now));
  if (session === undefined || ![room.holder].flat().includes(session.holder.kind)) {
    return undefined;
  }
  await noteSessionUse(deps.db, digest!, now + sessionMs, now);
  return { ...session, digest: digest! };
}

/** Signs out: the session is over in the store, whoever holds a copy of its cookie. */
export async function leave(c: Context, room: Room, deps: SessionDeps): Promise<void> {
  const digest = await digestOfCookie(c);
  if (digest !== undefined) {
    await endSession(deps.db, digest, deps.now());
  }
  deleteCookie(c, cookieName, { path: room.path });
}

/** Keeps the language that was chosen, if it is one. */
export async function rememberLanguage(
  c: Context,
  languages: ReadonlyMap<string, unknown>,
  deps: SessionDeps,
): Promise<void> {
  const { language } = await formBody(c);
  const digest = await digestOfCookie(c);
  if (digest !== undefined && typeof language === "string" && languages.has(language)) {
    await chooseSessionLanguage(deps.db, digest, language);
  }
}

/** The language of a page: the one chosen here, else what the browser accepts. */
export function languageOf<Key extends string>(
  c: Context,
  session: Session | undefined,
  languages: Languages<Key>,
): Language<Key> {
  const chosen = session?.language == null ? undefined : languages.get(session.language);
  // English first: it is what somebody reads who accepts none of them.
  const offered = [languages.get("en")!, ...[...languages.values()].filter(({ code }) => code !== "en")];
  return chosen ?? chooseLanguage(c.req.header("Accept-Language"), offered);
}

/**
 * Leads whoever is not signed in to the door, and back to where they wanted to go.
 *
 * @param keep answers a form that came after its session was over; absent: what was typed is lost
 */
export function signedIn(
  room: Room,
  deps: SessionDeps,
  keep?: (c: Context) => Promise<Response>,
): MiddlewareHandler<{ Variables: { session: Session } }> {
  return async (c, next) => {
    const session = await sessionOf(c, room, deps);
    if (session === undefined) {
      if (keep !== undefined && c.req.method === "POST") {
        return keep(c);
      }
      const wanted = c.req.method === "GET" ? c.req.path + new URL(c.req.url).search : room.path;
      return c.redirect(`${room.door}?then=${encodeURIComponent(wanted)}`, 303);
    }
    c.set("session", session);
    return next();
  };
}

/** Where to go after the door: an address of the room, and nothing else. */
export function thenOf(room: Room, wanted: unknown): string {
  const isOurs =
    typeof wanted === "string" &&
    wanted.length <= 2_000 &&
    (wanted === room.path || wanted.startsWith(`${room.path}/`) || wanted.startsWith(`${room.path}?`)) &&
    !/[\\\p{Cc}]/u.test(wanted);
  return isOurs && !wanted.startsWith(room.door) ? wanted : room.path;
}

/** Refuses forms that a page of somebody else's sent: the cookie alone says nothing of who wanted it. */
export function fromOurPages({ baseUrl }: SessionDeps): MiddlewareHandler {
  const known = baseUrl === null ? null : new URL(baseUrl).origin;
  return csrf({
    origin: (origin, c) => origin === known || origin === new URL(c.req.url).origin,
    secFetchSite: "same-origin",
  });
}

async function digestOfCookie(c: Context): Promise<Uint8Array | undefined> {
  const secret = getCookie(c, cookieName);
  return secret === undefined || !/^[\w-]{43}$/.test(secret) ? undefined : digestOfToken(secret);
}
