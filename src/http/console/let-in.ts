/** Lets a person in who has shown who they are: by the door of the room that is theirs. */
import type { Context } from "hono";
import { openSession, type ShownAtDoor } from "../../actions/open-session.ts";
import type { Person } from "../../domain/people/person.ts";
import { personHolder } from "../../store/holders.ts";
import { portalRoom } from "../portal/room.ts";
import { securityHeaders } from "../pages/security.ts";
import { giveSession, thenOf } from "../sessions.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Typed } from "./form.ts";
import { type KeptForm, keptForm, refill } from "./kept-form.ts";
import { consoleContext, type ConsoleEnv, consoleRoom } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** What somebody brings along through the door. */
export interface Brought {
  /** Where they wanted to go. */
  then: unknown;
  /** A form whose session was over; null: none. */
  kept: KeptForm | null;
}

export function brought(typed: Typed): Brought {
  return { then: typed.one("then"), kept: keptForm(typed) };
}

/** Opens a session and leads where they wanted to go, or back to the form they had typed. */
export async function letIn(
  c: Context<ConsoleEnv>,
  person: Person,
  by: ShownAtDoor,
  { then, kept }: Brought,
  deps: ConsoleDeps,
): Promise<Response> {
  const holder = personHolder(person);
  const secret = await openSession(deps.db, { holder, linkId: null, by }, deps.now());
  const led = leadIn(c, person, secret, then, deps);
  return kept === null || person.role === "customer" ? led : formAgain(c, kept, secret, deps);
}

/** The page of a kept form, as this session sees it, with what was typed. */
async function formAgain(
  c: Context<ConsoleEnv>,
  kept: KeptForm,
  secret: string,
  deps: ConsoleDeps,
): Promise<Response> {
  const headers = {
    Cookie: `fn_session=${secret}`,
    "Accept-Language": c.req.header("Accept-Language") ?? "",
  };
  const page = await deps.ask(new Request(new URL(kept.page, c.req.url), { headers }));
  const { say } = consoleContext(c, deps).language;
  const html = page.ok ? refill(await page.text(), kept, say("console.keptForm")) : null;
  if (html !== null) {
    return c.body(html, 200, {
      ...securityHeaders,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
    });
  }
  const head = { title: say("console.keptTitle"), path: "/sign-in" };
  const model = consoleShell({ kept }, head, consoleContext(c, deps), deps);
  return answerPage(c, deps.look, { template: "console/kept-form", model, status: 200 });
}

/** The same with a session that is open already. */
export function leadIn(
  c: Context<ConsoleEnv>,
  person: Person,
  secret: string,
  then: unknown,
  deps: ConsoleDeps,
): Response {
  const room = person.role === "customer" ? portalRoom : consoleRoom;
  giveSession(c, room, secret, deps);
  return c.redirect(thenOf(room, then), 303);
}
