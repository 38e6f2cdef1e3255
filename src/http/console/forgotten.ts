/** Somebody has forgotten their password: they say their address, and where mail is set up, a link goes there. Who is here is not told. */
import type { Context, Hono } from "hono";
import { askForNewPassword } from "../../actions/reset-password.ts";
import { sendAccountLetter } from "../../actions/send-account-letter.ts";
import { limitAttempts } from "../attempts.ts";
import { requestIdOf } from "../problem.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, readForm } from "./form.ts";
import { type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the page, which is open to everybody. */
export function addForgotten(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  // Each counts, known or not: nobody fills a stranger's mailbox, or finds out who is here.
  const attempts = limitAttempts(5, 15 * 60_000);

  const page = (c: Context<ConsoleEnv>, asked: boolean) => {
    const context = consoleContext(c, deps);
    const head = { title: context.language.say("console.forgotten"), path: "/sign-in" };
    const model = consoleShell(
      { form: freshForm(), asked, hasPost: deps.accountPost !== null },
      head,
      context,
      deps,
    );
    return answerPage(c, deps.look, { template: "console/forgotten", model, status: 200 });
  };

  app.get("/forgotten", (c) => page(c, false));

  app.post("/forgotten", async (c) => {
    const { accountPost } = deps;
    if (accountPost === null) {
      return page(c, false);
    }
    const mail = (await readForm(c)).one("mail");
    const now = deps.now();
    attempts.mayTry(c, now, mail.trim().toLowerCase());
    attempts.failed(c, now, mail.trim().toLowerCase());
    const asked = await askForNewPassword(deps.db, mail, now);
    if (asked !== undefined) {
      // Not waited for: how long the answer takes would tell who is here.
      sendAccountLetter(accountPost, asked, now).catch((error: unknown) =>
        deps.logDefect({ requestId: requestIdOf(c), method: "POST", path: c.req.path, error }),
      );
    }
    return page(c, true);
  });
}
