/**
 * What somebody does at the door of a page of an audience: types its password, follows a link, goes out again. Answered by the framework;
 * a pass in a cookie, sent to that page alone, is all that it gives.
 */
import { type Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { enterByHandover } from "../../actions/enter-by-handover.ts";
import { type CarriedPass, openPageLink, passMs, sealPass } from "../../actions/page-pass.ts";
import { isPassword } from "../../actions/password-hash.ts";
import { isOpen, linkHolds, rootOf } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import { type BegunAttempt, limitAttempts } from "../attempts.ts";
import { answerPage } from "../console/answer.ts";
import { TooOften, tellWhen } from "../too-often.ts";
import type { ConsoleDeps } from "../console/deps.ts";
import { readForm } from "../console/form.ts";
import { passCookie } from "./admission.ts";
import { closedStatus, doorPage, type DoorReason } from "./door.ts";
import { fromItself, pageBases, pageOf } from "./named-page.ts";
import { contextAt } from "./site.ts";

const largestFormBytes = 16 * 1024;

/** Mounted at "/". */
export function doorRoutes(deps: ConsoleDeps): Hono {
  const app = new Hono();
  const passwords = limitAttempts(10, 10 * 60_000);
  const links = limitAttempts(10, 60_000);
  const limit = bodyLimit({
    maxSize: largestFormBytes,
    onError: () => {
      throw new HTTPException(413, { message: "A form has at most 16 KiB." });
    },
  });

  const contextOf = (c: Context, page: PageDefinition) =>
    contextAt(
      deps.board(),
      { ...deps, root: rootOf(page) },
      { code: c.req.param("language"), accepted: c.req.header("Accept-Language"), now: deps.now() },
    );

  const door = (c: Context, page: PageDefinition, reason: DoorReason, status: number, then = "/") => {
    const what = { page, then, reason, status };
    const answer = answerPage(c, deps.look, doorPage(what, deps.board(), deps, contextOf(c, page)));
    answer.headers.set("Cache-Control", "no-store");
    return answer;
  };

  for (const base of pageBases) {
    app.get(`${base}/enter`, (c) => {
      const page = pageOf(c, deps);
      return isOpen(page)
        ? c.redirect(`${contextOf(c, page).base}/`, 303)
        : door(c, page, "closed", closedStatus(page));
    });

    app.post(`${base}/enter`, limit, fromItself(deps), async (c) => {
      const page = pageOf(c, deps);
      const typed = await readForm(c);
      const then = pathBelow(typed.one("then"));
      let attempt: BegunAttempt;
      try {
        attempt = passwords.begin(c, deps.now());
      } catch (error) {
        if (error instanceof TooOften) {
          tellWhen(c, error);
          return door(c, page, "too_often", 429, then);
        }
        throw error;
      }
      const set = page.access.includes("password") ? deps.pageKeys.password(page.slug) : undefined;
      const isRight = await isPassword(typed.one("password"), set?.hash).finally(attempt.over);
      if (!isRight) {
        attempt.failed(deps.now());
        return door(c, page, "wrong_password", 401, then);
      }
      givePass(c, page, { kind: "password", setAt: set!.setAt }, deps);
      return c.redirect(`${rootOf(page)}${then}`, 303);
    });

    // Followed at once: it is good again and again, so programs that look ahead at addresses use nothing up.
    app.get(`${base}/enter/:link`, (c) => {
      const page = pageOf(c, deps);
      links.mayTry(c, deps.now());
      const id = openPageLink(deps.secretKey, page.slug, c.req.param("link"));
      const link = id === undefined ? undefined : deps.pageKeys.link(id);
      const holds = link?.page === page.slug && link.opens === "page" && linkHolds(link, deps.now());
      if (!holds || !page.access.includes("link")) {
        links.failed(c, deps.now());
        return door(c, page, "link_over", 401);
      }
      givePass(c, page, { kind: "link", id: id! }, deps);
      c.header("Cache-Control", "no-store");
      c.header("Referrer-Policy", "no-referrer");
      return c.redirect(`${contextOf(c, page).base}${pathBelow(c.req.query("then") ?? "/")}`, 303);
    });

    // From a room under another name, where whoever comes is signed in.
    app.get(`${base}/enter/pass/:pass`, async (c) => {
      const page = pageOf(c, deps);
      links.mayTry(c, deps.now());
      const carried = { secretKey: deps.secretKey, page: page.slug, sealed: c.req.param("pass") };
      const pass = await enterByHandover(deps.db, carried, deps.now());
      if (pass === undefined) {
        links.failed(c, deps.now());
        return door(c, page, "closed", closedStatus(page));
      }
      // Who went in by it is in already; anybody else finds the door.
      if (pass !== "spent") {
        givePass(c, page, pass, deps);
      }
      c.header("Cache-Control", "no-store");
      c.header("Referrer-Policy", "no-referrer");
      return c.redirect(`${rootOf(page)}${pathBelow(c.req.query("then") ?? "/")}`, 303);
    });

    app.post(`${base}/leave`, fromItself(deps), (c) => {
      const page = pageOf(c, deps);
      deleteCookie(c, passCookie, { path: rootOf(page) || "/" });
      return c.redirect(`${contextOf(c, page).base}/enter`, 303);
    });
  }
  return app;
}

/** Puts a pass into the browser, for this page alone. */
export function givePass(
  c: Context,
  page: PageDefinition,
  pass: CarriedPass,
  { baseUrl, secretKey, now }: Pick<ConsoleDeps, "baseUrl" | "secretKey" | "now">,
): void {
  setCookie(c, passCookie, sealPass(secretKey, page.slug, pass, now()), {
    path: rootOf(page) || "/",
    httpOnly: true,
    sameSite: "Lax",
    maxAge: passMs / 1_000,
    secure: (baseUrl ?? c.req.url).startsWith("https:"),
  });
}

/** Where to go behind the door: a path below the root of its page, and nothing else. */
export function pathBelow(wanted: string): string {
  const isPath = /^\/(?!\/)[\w\-./]{0,500}$/.test(wanted) && !wanted.includes("..");
  return isPath && !/^(\/[a-z]{2})?\/(enter|leave)(\/|$)/.test(wanted) ? wanted : "/";
}
