/** The second step of coming in: whoever has an authenticator shows a code of it, after their password. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context, Hono } from "hono";
import { checkCode, hasSecondFactor } from "../../actions/second-factor.ts";
import { noteRefusal } from "../../actions/sign-in.ts";
import { Unauthenticated } from "../../domain/errors.ts";
import type { Person } from "../../domain/people/person.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { getPerson } from "../../store/people.ts";
import { limitAttempts } from "../attempts.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import { brought, letIn } from "./let-in.ts";
import { type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";

const ticketMs = 10 * 60_000;

/** Adds the step, which is open to whoever has just shown their password. */
export function addSecondStep(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const attempts = limitAttempts(10, 60_000);
  app.post("/second-step", async (c) => {
    const typed = await readForm(c);
    const ticket = typed.one("ticket");
    const id = personOfTicket(deps.secretKey, ticket, deps.now());
    if (id === null) {
      // Waited too long: the password is asked for again.
      return c.redirect(`/console/sign-in?then=${encodeURIComponent(typed.one("then"))}`, 303);
    }
    const attempt = attempts.begin(c, deps.now(), id);
    try {
      await checkCode(deps.db, deps.secretKey, id, typed.one("code"), deps.now());
      return await letIn(c, await getPerson(deps.db, id), "password", brought(typed), deps);
    } catch (error) {
      attempt.failed(deps.now());
      if (error instanceof Unauthenticated) {
        await noteRefusal(deps.db, id, "code", deps.now());
      }
      const { form, status } = refusedForm(freshForm().typed, ["code"], error);
      return page(c, form, { ticket, typed }, deps, status);
    } finally {
      attempt.over();
    }
  });
}

/** Lets in whoever has shown their password: at once, or after a code where they have an authenticator. */
export async function afterPassword(
  c: Context<ConsoleEnv>,
  person: Person,
  typed: Typed,
  deps: ConsoleDeps,
): Promise<Response> {
  if (!(await hasSecondFactor(deps.db, person.id))) {
    return letIn(c, person, "password", brought(typed), deps);
  }
  return page(c, freshForm(), { ticket: newTicket(deps.secretKey, person.id, deps.now()), typed }, deps);
}

function page(
  c: Context<ConsoleEnv>,
  form: Form,
  { ticket, typed }: { ticket: string; typed: Typed },
  deps: ConsoleDeps,
  status = 200,
): Response {
  const context = consoleContext(c, deps);
  const head = { title: context.language.say("console.secondStep"), path: "/sign-in" };
  const model = consoleShell(
    { form, ticket, then: typed.one("then"), kept: typed.one("kept") },
    head,
    context,
    deps,
  );
  return answerPage(c, deps.look, { template: "console/second-step", model, status });
}

// A ticket says who has shown their password, and until when that counts; nobody but this server can write one.

function newTicket(secretKey: string, person: string, now: Instant): string {
  const text = `${person}.${now + ticketMs}`;
  return `${text}.${sealOf(secretKey, text)}`;
}

function personOfTicket(secretKey: string, ticket: string, now: Instant): string | null {
  const [, text = "", person = "", until = "", seal = ""] =
    /^((p_[a-z0-9]{16})\.(\d{1,16}))\.([\w-]{43})$/.exec(ticket) ?? [];
  const isOurs = seal !== "" && timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(secretKey, text)));
  return isOurs && now < Number(until) ? person : null;
}

function sealOf(secretKey: string, text: string): string {
  return createHmac("sha256", secretKey).update(`fournines second step ${text}`).digest("base64url");
}
