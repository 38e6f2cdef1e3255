/** From a room where somebody is signed in to a page of an audience that lets them in for it: with a pass that rests on their session. */
import { type Context, Hono } from "hono";
import { noPage } from "../actions/manage-page-keys.ts";
import { findPage, rootOf } from "../domain/status/page-access.ts";
import type { ConsoleDeps } from "./console/deps.ts";
import { givePass, pathBelow } from "./pages/door-routes.ts";
import type { Session } from "./sessions.ts";

/** Adds `/pages/:slug/visit` to a room. Whether the page lets in whoever visits is said by the page itself. */
export function addPageVisits<Env extends { Variables: { session: Session } }>(
  app: Hono<Env>,
  deps: ConsoleDeps,
): void {
  app.get("/pages/:slug/visit", (c: Context) => {
    const slug = c.req.param("slug") ?? "";
    const page = findPage(deps.board().settings, slug) ?? noPage(slug);
    const { digest } = c.get("session") as Session;
    const carried = Buffer.from(digest).toString("base64url");
    givePass(c, page, { kind: "session", digest: carried }, deps);
    c.header("Cache-Control", "no-store");
    return c.redirect(`${rootOf(page)}${pathBelow(c.req.query("then") ?? "/")}`, 303);
  });
}
