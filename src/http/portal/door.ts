/** The door of the portal: a signed link opens it, as often as it is followed, until it expires or is revoked; and out again. */
import type { Context, Hono } from "hono";
import { followAccessLink } from "../../actions/access-link.ts";
import { Refusal } from "../../domain/errors.ts";
import { limitAttempts } from "../attempts.ts";
import { formBody } from "../form-body.ts";
import { toProblem, problemKinds } from "../problem.ts";
import { giveSession, leave, rememberLanguage, thenOf } from "../sessions.ts";
import { type PortalDeps, type PortalEnv, portalContext, portalLanguages, portalRoom } from "./room.ts";
import { answerPortal } from "./shell.ts";

/** Adds the door, which is open to everybody. */
export function addDoor(app: Hono<PortalEnv>, deps: PortalDeps): void {
  const attempts = limitAttempts(10, 60_000);

  const door = (c: Context<PortalEnv>, isOver: boolean, status = 200) => {
    const context = portalContext(c, deps);
    const title = context.language.say(isOver ? "portal.door.over" : "portal.door.title");
    return answerPortal(
      c,
      { template: "enter", model: { isOver }, title, path: "/enter", status, state: "operational" },
      context,
      deps,
    );
  };

  app.get("/enter", (c) => door(c, false));

  // Followed at once: it is good again and again, so programs that look ahead at addresses use nothing up.
  app.get("/enter/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    try {
      const sealed = c.req.param("link");
      const secret = await followAccessLink(deps.db, deps.secretKey, "customer", sealed, deps.now());
      giveSession(c, portalRoom, secret, deps);
      c.header("Cache-Control", "no-store");
      c.header("Referrer-Policy", "no-referrer");
      return c.redirect(portalRoom.path, 303);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      attempts.failed(c, deps.now());
      return door(c, true, problemKinds[toProblem(error).kind].status);
    }
  });

  app.post("/leave", async (c) => {
    await leave(c, portalRoom, deps);
    return c.redirect(portalRoom.door, 303);
  });

  app.post("/language", async (c) => {
    await rememberLanguage(c, portalLanguages, deps);
    const { then } = await formBody(c);
    return c.redirect(thenOf(portalRoom, then), 303);
  });
}
