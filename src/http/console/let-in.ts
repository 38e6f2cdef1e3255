/** Lets a person in who has shown who they are: by the door of the room that is theirs. */
import type { Context } from "hono";
import { openSession, type ShownAtDoor } from "../../actions/open-session.ts";
import type { Person } from "../../domain/people/person.ts";
import { personHolder } from "../../store/holders.ts";
import { portalRoom } from "../portal/room.ts";
import { giveSession, thenOf } from "../sessions.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type ConsoleEnv, consoleRoom } from "./room.ts";

/** Opens a session and leads where they wanted to go. */
export async function letIn(
  c: Context<ConsoleEnv>,
  person: Person,
  by: ShownAtDoor,
  then: unknown,
  deps: ConsoleDeps,
): Promise<Response> {
  const holder = personHolder(person);
  const secret = await openSession(deps.db, { holder, linkId: null, by }, deps.now());
  return leadIn(c, person, secret, then, deps);
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
