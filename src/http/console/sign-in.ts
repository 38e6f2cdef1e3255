/** The door of the console: a one-time link, or a token; and out again. People with passwords and keys of their own come in here, too. */
import type { Hono } from "hono";
import { followAccessLink, readAccessLink } from "../../actions/access-link.ts";
import { openSession } from "../../actions/open-session.ts";
import { tokenHolder } from "../authentication.ts";
import { limitAttempts } from "../attempts.ts";
import { giveSession, leave, rememberLanguage, thenOf } from "../sessions.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { type ConsoleEnv, consoleContext, consoleLanguages, consoleRoom } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the door, which is open to everybody. */
export function addSignIn(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(10, 60_000);

  const door = (
    c: Parameters<typeof consoleContext>[0],
    form: Form,
    link: LinkShown | null,
    status = 200,
  ) => {
    const context = consoleContext(c, deps);
    const head = { title: context.language.say("console.signIn"), path: "/sign-in" };
    const then = thenOf(consoleRoom, c.req.query("then") ?? form.typed.one("then"));
    const model = consoleShell({ form, link, then }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/sign-in", model, status });
  };

  app.get("/sign-in", (c) => door(c, freshForm(), null));

  app.post("/sign-in", async (c) => {
    attempts.mayTry(c, deps.now());
    const typed = await readForm(c);
    try {
      const holder = await tokenHolder(typed.one("token").trim(), deps);
      giveSession(c, consoleRoom, await openSession(deps.db, { holder, linkId: null }, deps.now()), deps);
      return c.redirect(thenOf(consoleRoom, typed.one("then")), 303);
    } catch (error) {
      attempts.failed(c, deps.now());
      const { form, status } = refusedForm(typed, ["token"], error);
      return door(c, { ...form, typed: withoutSecret(typed) }, null, status);
    }
  });

  app.get("/sign-in/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    const sealed = c.req.param("link");
    try {
      const { holder } = await readAccessLink(deps.db, deps.secretKey, "token", sealed, deps.now());
      const name = holder.kind === "token" ? holder.name : "";
      // Followed by a button only: programs that look ahead at addresses would use it up.
      return door(c, freshForm(), { sealed, name });
    } catch (error) {
      attempts.failed(c, deps.now());
      const { form, status } = refusedForm(freshForm().typed, [], error);
      return door(c, form, null, status);
    }
  });

  app.post("/sign-in/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    try {
      const secret = await followAccessLink(
        deps.db,
        deps.secretKey,
        "token",
        c.req.param("link"),
        deps.now(),
      );
      giveSession(c, consoleRoom, secret, deps);
      return c.redirect(consoleRoom.path, 303);
    } catch (error) {
      attempts.failed(c, deps.now());
      const { form, status } = refusedForm(freshForm().typed, [], error);
      return door(c, form, null, status);
    }
  });

  app.post("/sign-out", async (c) => {
    await leave(c, consoleRoom, deps);
    return c.redirect(consoleRoom.door, 303);
  });

  app.post("/language", async (c) => {
    await rememberLanguage(c, consoleLanguages, deps);
    const { then } = await c.req.parseBody();
    return c.redirect(thenOf(consoleRoom, then), 303);
  });
}

/** A link that waits to be followed. */
interface LinkShown {
  sealed: string;
  name: string;
}

/** A token that was refused is not printed into a page. */
function withoutSecret(typed: Form["typed"]): Form["typed"] {
  return {
    all: (name) => (name === "token" ? [] : typed.all(name)),
    one: (name) => (name === "token" ? "" : typed.one(name)),
  };
}
