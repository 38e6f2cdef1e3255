/**
 * From a room where somebody is signed in to a page of an audience that lets them in for it: with a pass that rests on their session, in a
 * cookie, or in the address where the page stands under another name than the room.
 */
import { type Context, Hono } from "hono";
import { sealHandover } from "../actions/page-pass.ts";
import { noPage } from "../actions/manage-page-keys.ts";
import { addressOf, findPage, rootOf } from "../domain/status/page-access.ts";
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
    const pass = { kind: "session", digest: Buffer.from(digest).toString("base64url") } as const;
    const then = pathBelow(c.req.query("then") ?? "/");
    c.header("Cache-Control", "no-store");
    if (page.domain !== undefined) {
      const { settings } = deps.board();
      const address = addressOf(page, settings.address ?? deps.baseUrl ?? new URL(c.req.url).origin);
      const handover = sealHandover(deps.secretKey, page.slug, pass, deps.now());
      c.header("Referrer-Policy", "no-referrer");
      return c.redirect(`${address}/enter/pass/${handover}?then=${encodeURIComponent(then)}`, 303);
    }
    givePass(c, page, pass, deps);
    return c.redirect(`${rootOf(page)}${then}`, 303);
  });
}
