/** /console/people/…: one person, and everything that may be changed about them. */
import type { Context, Hono } from "hono";
import { pathOfAccessLink } from "../../actions/access-link.ts";
import { changeRole, deactivatePerson, reactivatePerson, standingOf } from "../../actions/change-person.ts";
import { anyEdition, editionOf } from "../../actions/edition.ts";
import { endSessionsOfPerson } from "../../actions/end-sessions.ts";
import { erasePerson } from "../../actions/erase-person.ts";
import { inviteAgain } from "../../actions/invite-person.ts";
import { hasSecondFactor, removeSecondFactor } from "../../actions/second-factor.ts";
import { tellAuthenticatorRemoved } from "../../actions/send-account-letter.ts";
import { offerNewPassword } from "../../actions/reset-password.ts";
import { roles } from "../../domain/people/rights.ts";
import { type AccessLink, findOpenLinkOf } from "../../store/access-links.ts";
import { getPerson } from "../../store/people.ts";
import { listSessionsOf } from "../../store/sessions.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import { mailLink } from "./mail-link.ts";
import { customerChoices, roleIn } from "./people.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { shownPerson } from "./shown-person.ts";

/** Who changes whom. */
interface Change {
  id: string;
  author: string;
  typed: Typed;
}

/** Adds the page of a person and its forms. */
export function addPerson(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const { db, now } = deps;

  const page = async (c: Context<ConsoleEnv>, id: string, form: Form | null = null, status = 200) => {
    const context = consoleContext(c, deps);
    const person = await getPerson(db, id);
    const mayWrite = context.scopes.has("write:people");
    const link = mayWrite ? await findOpenLinkOf(db, id, now()) : undefined;
    const model = {
      edition: await editionOf(standingOf(person)),
      form: form ?? freshForm({ role: person.role, customer: person.customer ?? "" }),
      person: shownPerson(person, context),
      hasAuthenticator: await hasSecondFactor(db, id),
      sessions: (await listSessionsOf(db, id, now())).length,
      link: link && {
        address: `${deps.baseUrl ?? new URL(c.req.url).origin}${pathOfAccessLink(deps.secretKey, link)}`,
        purpose: link.purpose,
        until: shortTimeMarkup(link.expiresAt, context),
        mailed: c.req.query("mailed") ?? "",
        returned: link.returnedAt === null ? null : shortTimeMarkup(link.returnedAt, context),
      },
      mayWrite,
      roles,
      customers: await customerChoices(deps),
    };
    const head = { title: model.person.name, path: `/people/${id}` };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/person", model: shell, status });
  };

  /** A change of one person, after which their page is shown again. */
  const change = (step: string, work: (change: Change) => Promise<unknown>) =>
    app.post(`/people/:id/${step}`, needs("write:people"), async (c) => {
      const id = c.req.param("id")!;
      const typed = await readForm(c);
      try {
        const link = await work({ id, author: authorOf(c), typed });
        const isLink = typeof link === "object" && link !== null && "purpose" in link;
        const next = isLink
          ? await mailLink(c, { person: await getPerson(db, id), link: link as AccessLink }, deps)
          : `/console/people/${id}`;
        return c.redirect(next, 303);
      } catch (error) {
        const { form, status } = refusedForm(typed, ["role", "customer", "confirmed"], error);
        return page(c, id, form, status);
      }
    });

  app.get("/people/:id", needs("read:people"), (c) => page(c, c.req.param("id")));

  change("role", ({ id, author, typed }) =>
    changeRole(db, id, roleIn(typed), author, now(), typed.one("edition") || anyEdition),
  );
  change("deactivation", ({ id, author }) => deactivatePerson(db, id, author, now()));
  change("reactivation", ({ id, author }) => reactivatePerson(db, id, author, now()));
  change("sign-out", ({ id, author }) => endSessionsOfPerson(db, id, null, author, now()));
  change("authenticator-removal", async ({ id, author, typed }) => {
    refuseUnmeant(typed);
    const wasThere = await hasSecondFactor(db, id);
    await removeSecondFactor(db, id, author, now());
    if (wasThere && deps.accountPost !== null) {
      // It is done, whether the letter is taken or not.
      await tellAuthenticatorRemoved(deps.accountPost, await getPerson(db, id), now()).catch(
        (error: unknown) => deps.logDefect({ requestId: "", method: "POST", path: "/console/people", error }),
      );
    }
  });
  change("invitation", async ({ id, author }) => (await inviteAgain(db, id, author, now())).link);
  change("new-password", ({ id, author }) => offerNewPassword(db, id, author, now()));
  change("erasure", async ({ id, author, typed }) => {
    refuseUnmeant(typed);
    await erasePerson(db, id, author, now());
  });
}
