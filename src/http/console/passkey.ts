/** The way in by a passkey, and the passkeys of an account. The browser's part stands in views/assets/passkey.js. */
import type { Context, Env, Hono } from "hono";
import { askForPasskey, beginPasskey, recognisePasskey, type RelyingParty } from "../../actions/passkeys.ts";
import { getPerson } from "../../store/people.ts";
import { limitAttempts } from "../attempts.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, readForm, refusedForm } from "./form.ts";
import { brought, letIn } from "./let-in.ts";
import type { ConsoleEnv } from "./room.ts";
import type { Door } from "./door.ts";

/** Adds the way in, which is open to everybody. */
export function addPasskeyDoor(app: Hono<ConsoleEnv>, door: Door, deps: ConsoleDeps): void {
  const { db, now } = deps;
  const attempts = limitAttempts(20, 60_000);
  // Each question is kept until it is answered: nobody asks for ever.
  const questions = limitAttempts(60, 60_000);

  app.post("/passkey/options", async (c) => {
    questions.mayTry(c, now());
    questions.failed(c, now());
    return c.json(await askForPasskey(db, relyingParty(c, deps), now()));
  });

  app.post("/passkey", async (c) => {
    attempts.mayTry(c, now());
    const typed = await readForm(c);
    try {
      const person = await recognisePasskey(db, relyingParty(c, deps), typed.one("response"), now());
      return await letIn(c, person, "passkey", brought(typed), deps);
    } catch (error) {
      attempts.failed(c, now());
      const kept = freshForm({ then: typed.one("then"), kept: typed.one("kept") }).typed;
      const { form, status } = refusedForm(kept, [], error);
      return door(c, form, null, status);
    }
  });
}

/** Adds the question for a new key; what comes of it is a form of the account. */
export function addPasskeyQuestion<E extends Env>(
  app: Hono<E>,
  { selfOf }: { selfOf(c: Context<E>): string },
  deps: ConsoleDeps,
): void {
  app.post("/account/passkeys/options", async (c) => {
    const person = await getPerson(deps.db, selfOf(c));
    return c.json(await beginPasskey(deps.db, relyingParty(c, deps), person, deps.now()));
  });
}

/** The platform at the address that readers see. */
export function relyingParty(c: Context, { baseUrl, board }: ConsoleDeps): RelyingParty {
  return { name: board().settings.name, origin: new URL(baseUrl ?? c.req.url).origin };
}
