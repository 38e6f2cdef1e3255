/** Where the link for a forgotten password leads: whoever has it chooses another one. */
import type { Context, Hono } from "hono";
import { readReset, resetPassword } from "../../actions/reset-password.ts";
import type { Person } from "../../domain/people/person.ts";
import { limitAttempts } from "../attempts.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton, refusedForm } from "./form.ts";
import { type ConsoleEnv, consoleContext, consoleRoom } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the page of new passwords, which is open to whoever has a link to it. */
export function addNewPassword(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(10, 60_000);

  const page = (
    c: Context<ConsoleEnv>,
    form: Form,
    reset: { sealed: string; person: Person } | null,
    status = 200,
  ) => {
    const context = consoleContext(c, deps);
    const head = { title: context.language.say("console.passwordNew"), path: "/sign-in" };
    const { name, mail } = reset?.person ?? { name: null, mail: null };
    const shown = { sealed: reset?.sealed ?? null, who: name ?? mail, mail: mail ?? "" };
    const model = consoleShell({ form, ...shown }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/new-password", model, status });
  };
  /** The person of a link, or the page that refuses it. */
  const readLink = async (c: Context<ConsoleEnv>, sealed: string) => {
    attempts.mayTry(c, deps.now());
    try {
      return await readReset(deps.db, deps.secretKey, sealed, deps.now());
    } catch (error) {
      attempts.failed(c, deps.now());
      const { form, status } = refusedButton(error);
      return page(c, form, null, status);
    }
  };

  app.get("/new-password/:link", async (c) => {
    const sealed = c.req.param("link");
    const person = await readLink(c, sealed);
    return person instanceof Response ? person : page(c, freshForm(), { sealed, person });
  });

  app.post("/new-password/:link", async (c) => {
    const sealed = c.req.param("link");
    const person = await readLink(c, sealed);
    if (person instanceof Response) {
      return person;
    }
    const { one } = await readForm(c);
    try {
      await resetPassword(deps.db, deps.secretKey, sealed, one("password"), deps.now());
      // Not signed in by it: a second factor, where there is one, is asked for at the door.
      return c.redirect(consoleRoom.door, 303);
    } catch (error) {
      const { form, status } = refusedForm(freshForm().typed, ["password"], error);
      return page(c, form, { sealed, person }, status);
    }
  });
}
