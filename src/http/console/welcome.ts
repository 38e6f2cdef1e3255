/** Where an invitation leads: whoever follows it says who they are, chooses a password, and is in. */
import type { Context, Hono } from "hono";
import { join, readInvitation } from "../../actions/join.ts";
import { limitAttempts } from "../attempts.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton, refusedForm, withoutSecrets } from "./form.ts";
import { leadIn } from "./let-in.ts";
import { type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the page of invitations, which is open to whoever has one. */
export function addWelcome(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(10, 60_000);

  const page = (
    c: Context<ConsoleEnv>,
    form: Form,
    invitation: { sealed: string; role: string } | null,
    status = 200,
  ) => {
    const context = consoleContext(c, deps);
    const head = { title: context.language.say("console.welcome"), path: "/sign-in" };
    const { sealed, role } = invitation ?? { sealed: null, role: "" };
    const model = consoleShell({ form, sealed, role }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/welcome", model, status });
  };
  const refused = (c: Context<ConsoleEnv>, error: unknown) => {
    attempts.failed(c, deps.now());
    const { form, status } = refusedButton(error);
    return page(c, form, null, status);
  };

  app.get("/welcome/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    const sealed = c.req.param("link");
    try {
      const { role, name, mail } = await readInvitation(deps.db, deps.secretKey, sealed, deps.now());
      return page(c, freshForm({ name: name ?? "", mail: mail ?? "" }), { sealed, role });
    } catch (error) {
      return refused(c, error);
    }
  });

  app.post("/welcome/:link", async (c) => {
    attempts.mayTry(c, deps.now());
    const sealed = c.req.param("link");
    const typed = await readForm(c);
    const said = {
      name: typed.one("name"),
      mail: typed.one("mail"),
      password: typed.one("password"),
    };
    let role: string;
    try {
      ({ role } = await readInvitation(deps.db, deps.secretKey, sealed, deps.now()));
    } catch (error) {
      return refused(c, error);
    }
    try {
      const { person, secret } = await join(deps.db, deps.secretKey, sealed, said, deps.now());
      return leadIn(c, person, secret, undefined, deps);
    } catch (error) {
      const { form, status } = refusedForm(
        withoutSecrets(typed, ["password"]),
        ["name", "mail", "password"],
        error,
      );
      return page(c, form, { sealed, role }, status);
    }
  });
}
