/** /portal/account: what a person of a customer comes in with. Whoever has only the customer's link has none. */
import type { Context, Hono } from "hono";
import { Forbidden } from "../../domain/errors.ts";
import { accessForms, accessModel, addAccess, type AccountRoom } from "../console/access.ts";
import { consoleLanguages } from "../console/room.ts";
import { personOf, type PortalDeps, type PortalEnv, portalContext, portalRoom } from "./room.ts";
import { answerPortal } from "./shell.ts";

/** Adds the page and its forms: each is somebody's own. */
export function addAccount(app: Hono<PortalEnv>, deps: PortalDeps): void {
  const sessionOf = (c: Context<PortalEnv>) => c.get("session").digest;
  const room: AccountRoom<PortalEnv> = {
    path: portalRoom.path,
    selfOf,
    sessionOf,
    async page(c, refused, once) {
      const context = portalContext(c, deps);
      const forms = { ...accessForms(), ...(refused === null ? {} : { [refused.part]: refused.form }) };
      const model = {
        ...(await accessModel(deps, context, selfOf(c), sessionOf(c))),
        ...{ forms, once, accountSay: consoleLanguages.get(context.language.code)!.say },
      };
      const title = context.language.say("portal.account");
      const page = { template: "account", model, title, path: "/account", scripts: ["passkey.js"] };
      return answerPortal(c, { ...page, status: refused?.status ?? 200 }, context, deps);
    },
  };
  addAccess(app, room, deps);
}

/** Whose account it is. @throws Forbidden not_a_person */
function selfOf(c: Context<PortalEnv>): string {
  const person = personOf(c);
  if (person === null) {
    throw new Forbidden("not_a_person", "Only a person has an account; this is a link.");
  }
  return person;
}
