/** How a page of the console is answered: printed, never kept by anybody in between, and with the headers of every page. */
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { withNames } from "../../domain/people/names.ts";
import type { Database } from "../../store/database.ts";
import { namesOfPeople } from "../../store/people.ts";
import type { Language } from "../language.ts";
import { securityHeaders } from "../pages/security.ts";
import type { Printed } from "../pages/printed.ts";
import type { Look } from "../look.ts";

/** What people are called, by id; read for each request behind a door. */
export interface KnownNames {
  Variables: { names: ReadonlyMap<string, string | null> };
}

/** Reads what people are called, so that pages need not name them by ids. */
export function knowNames({ db }: { db: Database }): MiddlewareHandler<KnownNames> {
  return async (c, next) => {
    c.set("names", await namesOfPeople(db));
    await next();
  };
}

/** The page, as an answer to this browser alone. Whatever it tells of people, it tells by their names. */
export function answerPage(c: Context, { print }: Look, { template, model, status }: Printed): Response {
  const names = c.get("names") as KnownNames["Variables"]["names"] | undefined;
  const { say } = model as Pick<Language, "say">;
  const named = names === undefined ? model : withNames(model, (id) => names.get(id) ?? say("person.erased"));
  return c.body(print(template, named), status as ContentfulStatusCode, {
    ...securityHeaders,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "private, no-cache",
    Vary: "Cookie, Accept-Language",
    "X-Robots-Tag": "noindex",
  });
}
