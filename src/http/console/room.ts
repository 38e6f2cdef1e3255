/** The console as a room: whom it lets in, in which languages, and what its pages are made for. */
import type { Context, MiddlewareHandler } from "hono";
import { Forbidden } from "../../domain/errors.ts";
import { authorOfHolder, type Holder } from "../../store/holders.ts";
import { countWaiting, type Waiting } from "../../store/waiting.ts";
import { refuseWithout, type Scope, scopesOf } from "../authentication.ts";
import { type ConsoleWordKey, type Language, readLanguages } from "../language.ts";
import type { PageContext } from "../pages/markup.ts";
import { languageOf, type Room, type Session } from "../sessions.ts";
import type { ConsoleDeps } from "./deps.ts";

export const consoleRoom: Room = { holder: ["person", "token"], path: "/console", door: "/console/sign-in" };

/** Variables of a request in the console. */
export interface ConsoleEnv {
  Variables: { session: Session; waiting: Waiting };
}

/** What every page of the console is made for. */
export interface ConsoleContext extends PageContext {
  language: Language<ConsoleWordKey>;
  /** Under which name this person's words are recorded; null: nobody is signed in yet. */
  author: string | null;
  /** What they are called; null: nobody is signed in yet. */
  name: string | null;
  /** Whether it is a person, who has an account. */
  isPerson: boolean;
  /** What they may do. */
  scopes: ReadonlySet<Scope>;
  /** How much waits for somebody. */
  waiting: Waiting;
}

const nothingWaits: Waiting = { alerts: 0, requests: 0, proposals: 0, mail: 0 };

export const consoleLanguages = readLanguages("console");

export function consoleContext(c: Context<ConsoleEnv>, deps: ConsoleDeps): ConsoleContext {
  const session = c.get("session") as Session | undefined;
  return {
    language: languageOf(c, session, consoleLanguages),
    base: consoleRoom.path,
    timeZone: deps.board().settings.timeZone,
    now: deps.now(),
    author: session === undefined ? null : authorOfHolder(session.holder),
    name: session === undefined ? null : nameOf(session.holder),
    isPerson: session?.holder.kind === "person",
    scopes: session === undefined ? new Set() : scopesOf(session.holder),
    waiting: (c.get("waiting") as Waiting | undefined) ?? nothingWaits,
  };
}

/** Counts what waits, for every page behind the door: forms lead on to a page, which counts anew. */
export function knowWaiting({ db }: ConsoleDeps): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (c.req.method === "GET") {
      c.set("waiting", await countWaiting(db, authorOf(c)));
    }
    await next();
  };
}

/**
 * Lets a request through to its page only from somebody who may do this: every route behind the door names what it needs.
 */
export function needs(scope: Scope): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    refuseWithout(scopesOf(c.get("session").holder), scope);
    await next();
  };
}

/**
 * The person who is signed in, for what they change about themselves.
 *
 * @throws Forbidden not_a_person: a token has no account
 */
export function selfOf(c: Context<ConsoleEnv>): string {
  const { holder } = c.get("session");
  if (holder.kind !== "person") {
    throw new Forbidden("not_a_person", "Only a person has an account; this is a token.");
  }
  return holder.id;
}

/** Who does what a form asks for. */
export function authorOf(c: Context<ConsoleEnv>): string {
  return authorOfHolder(c.get("session").holder);
}

function nameOf(holder: Holder): string {
  return holder.kind === "customer" ? holder.slug : holder.name;
}
