/** The door of the console: address and password, a one-time link, or a token; and out again. */
import type { Context, Hono } from "hono";
import { followAccessLink, readAccessLink } from "../../actions/access-link.ts";
import { openSession } from "../../actions/open-session.ts";
import { checkPassword } from "../../actions/sign-in.ts";
import { tokenHolder } from "../authentication.ts";
import { limitAttempts } from "../attempts.ts";
import { formBody } from "../form-body.ts";
import { giveSession, leave, rememberLanguage, thenOf } from "../sessions.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Door } from "./door.ts";
import { freshForm, readForm, refusedButton, refusedForm, withoutSecrets } from "./form.ts";
import { type ConsoleEnv, consoleContext, consoleLanguages, consoleRoom } from "./room.ts";
import { keepForm } from "./kept-form.ts";
import { addPasskeyDoor } from "./passkey.ts";
import { addProvider } from "./provider.ts";
import { afterPassword } from "./second-step.ts";
import { consoleShell } from "./shell.ts";

/** Adds the door, which is open to everybody. */
export function addSignIn(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(10, 60_000);

  const door: Door = (c, form, link, status = 200, byToken = false) => {
    const context = consoleContext(c, deps);
    const head = { title: context.language.say("console.signIn"), path: "/sign-in", scripts: ["passkey.js"] };
    const then = c.req.query("then") ?? form.typed.one("then");
    const kept = form.typed.one("kept");
    const provider = deps.identityProvider?.name ?? null;
    const model = consoleShell({ form, link, then, kept, byToken, provider }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/sign-in", model, status });
  };

  addProvider(app, door, deps);
  addPasskeyDoor(app, door, deps);

  app.get("/sign-in", (c) => door(c, freshForm(), null));

  app.post("/sign-in", async (c) => {
    const typed = await readForm(c);
    const token = typed.one("token").trim();
    const as = token === "" ? typed.one("mail").trim().toLowerCase() : undefined;
    const attempt = attempts.begin(c, deps.now(), as);
    try {
      if (token === "") {
        const given = { mail: typed.one("mail"), password: typed.one("password") };
        const person = await checkPassword(deps.db, given, deps.now());
        return await afterPassword(c, person, typed, deps);
      }
      const holder = await tokenHolder(token, deps);
      const session = { holder, linkId: null, by: "token" } as const;
      giveSession(c, consoleRoom, await openSession(deps.db, session, deps.now()), deps);
      return c.redirect(thenOf(consoleRoom, typed.one("then")), 303);
    } catch (error) {
      attempt.failed(deps.now());
      const { form, status } = refusedForm(typed, ["token", "mail", "password"], error);
      const kept = { ...form, typed: withoutSecrets(typed, ["token", "password"]) };
      return door(c, kept, null, status, token !== "");
    } finally {
      attempt.over();
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
      const { form, status } = refusedButton(error);
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
      const { form, status } = refusedButton(error);
      return door(c, form, null, status);
    }
  });

  app.post("/sign-out", async (c) => {
    await leave(c, consoleRoom, deps);
    return c.redirect(consoleRoom.door, 303);
  });

  app.post("/language", async (c) => {
    await rememberLanguage(c, consoleLanguages, deps);
    const { then } = await formBody(c);
    return c.redirect(thenOf(consoleRoom, then), 303);
  });
}

/** The door for a form that came after its session was over: it is kept, and comes back behind the door. */
export async function doorForForm(c: Context<ConsoleEnv>, deps: ConsoleDeps): Promise<Response> {
  const kept = await keepForm(c);
  const context = consoleContext(c, deps);
  const form = {
    ...freshForm({ then: kept.page, kept: JSON.stringify(kept) }),
    refusal: context.language.say("console.keptAtDoor"),
  };
  const head = { title: context.language.say("console.signIn"), path: "/sign-in", scripts: ["passkey.js"] };
  const shown = {
    form,
    link: null,
    then: kept.page,
    kept: form.typed.one("kept"),
    byToken: false,
    provider: null,
  };
  const model = consoleShell(shown, head, context, deps);
  return answerPage(c, deps.look, { template: "console/sign-in", model, status: 401 });
}
