/** A link that was just made for a person goes to them by mail, where mail is set up; whoever made it is told whether it did. */
import type { Context } from "hono";
import { sendAccountLetter } from "../../actions/send-account-letter.ts";
import type { Person } from "../../domain/people/person.ts";
import type { AccessLink } from "../../store/access-links.ts";
import { requestIdOf } from "../problem.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { ConsoleEnv } from "./room.ts";

/** @returns where to go on: the page of the person, with what became of the mail */
export async function mailLink(
  c: Context<ConsoleEnv>,
  made: { person: Person; link: AccessLink },
  { accountPost, now, logDefect }: ConsoleDeps,
): Promise<string> {
  const page = `/console/people/${made.person.id}`;
  if (accountPost === null || made.person.mail === null) {
    return page;
  }
  try {
    await sendAccountLetter(accountPost, made, now());
    return `${page}?mailed=yes`;
  } catch (error) {
    // The link holds all the same, and stands on the page.
    logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
    return `${page}?mailed=no`;
  }
}
