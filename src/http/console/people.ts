/** /console/people: everybody who may come in, and a form that invites somebody. */
import type { Context, Hono } from "hono";
import { type Invited, invitePerson } from "../../actions/invite-person.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { type Role, roles } from "../../domain/people/rights.ts";
import { readCustomers } from "../../store/agreements.ts";
import { listPeople } from "../../store/people.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import { mailLink } from "./mail-link.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { shownPerson } from "./shown-person.ts";

/** Adds the list of people. */
export function addPeople(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const page = async (c: Context<ConsoleEnv>, form: Form, status = 200) => {
    const context = consoleContext(c, deps);
    const model = {
      form,
      once: form.typed.one("once") || newOnce(),
      people: (await listPeople(deps.db)).map((person) => shownPerson(person, context)),
      mayWrite: context.scopes.has("write:people"),
      roles,
      customers: await customerChoices(deps),
    };
    const head = { title: context.language.say("console.people"), path: "/people" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/people", model: shell, status });
  };

  app.get("/people", needs("read:people"), (c) => page(c, freshForm({ role: "viewer" })));

  app.post("/people", needs("write:people"), async (c) => {
    const typed = await readForm(c);
    try {
      const wanted = { ...roleIn(typed), name: typed.one("name"), mail: typed.one("mail") };
      const author = authorOf(c);
      const form = { author, place: c.req.path, typed, fields: ["name", "mail", "role", "customer"] };
      let invited: Invited | undefined;
      const address = await once(deps.db, form, deps.now(), async (db) => {
        invited = await invitePerson(db, wanted, author, deps.now());
        return `/console/people/${invited.person.id}`;
      });
      return c.redirect(invited === undefined ? address : await mailLink(c, invited, deps), 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["name", "mail", "role", "customer"], error);
      return page(c, form, status);
    }
  });
}

/** Customers somebody may belong to. */
export async function customerChoices({
  db,
}: Pick<ConsoleDeps, "db">): Promise<{ slug: string; name: string }[]> {
  return [...(await readCustomers(db))]
    .filter(([, { archived }]) => !archived)
    .map(([slug, { wanted }]) => ({ slug, name: wanted.name }));
}

/**
 * The role that a form asks for.
 *
 * @throws InvalidInput invalid_person
 */
export function roleIn(typed: Typed): { role: Role; customer: string | null } {
  const role = typed.one("role") as Role;
  if (!roles.includes(role)) {
    throw new InvalidInput("invalid_person", "There is no such role.", [
      { pointer: "/role", detail: `One of ${roles.join(", ")}.` },
    ]);
  }
  // The choice of a customer stands beside every role; it is meant with that of a customer only.
  return { role, customer: role === "customer" ? typed.one("customer") || null : null };
}
