/** /console/account: what somebody changes about themselves, and what they hold. What they come in with stands in access.ts. */
import type { Context, Hono } from "hono";
import { changeSelf } from "../../actions/change-person.ts";
import { createToken } from "../../actions/create-token.ts";
import { revokeToken } from "../../actions/revoke-token.ts";
import { Forbidden, NotFound } from "../../domain/errors.ts";
import { type Scope, scopes, scopesOfRole } from "../../domain/people/rights.ts";
import { getPerson } from "../../store/people.ts";
import { listTokens } from "../../store/tokens.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { accessForms, accessModel, addAccess, type AccountRoom } from "./access.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, refuseUnmeant } from "./form.ts";
import {
  type ConsoleContext,
  type ConsoleEnv,
  consoleContext,
  consoleLanguages,
  consoleRoom,
  selfOf,
} from "./room.ts";
import { consoleShell } from "./shell.ts";

const dayMs = 86_400_000;

/** Adds the page and its forms: each is somebody's own, and takes no right. */
export function addAccount(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const { db, now } = deps;
  const sessionOf = (c: Context<ConsoleEnv>) => c.get("session").digest;
  const room: AccountRoom<ConsoleEnv> = {
    path: consoleRoom.path,
    selfOf,
    sessionOf,
    async page(c, refused, once) {
      const context = consoleContext(c, deps);
      const model = {
        ...(await accessModel(deps, context, selfOf(c), sessionOf(c))),
        ...(await tokensModel(deps, context, selfOf(c))),
      };
      const { name, language } = model.person;
      const forms = {
        ...accessForms(),
        self: freshForm({ name: name ?? "", language: language ?? "" }),
        token: freshForm({ expires: "90" }),
        ...(refused === null ? {} : { [refused.part]: refused.form }),
      };
      const head = {
        title: context.language.say("console.account"),
        path: "/account",
        scripts: ["passkey.js"],
      };
      const shell = consoleShell({ ...model, forms, once }, head, context, deps);
      return answerPage(c, deps.look, {
        ...{ template: "console/account", model: shell },
        status: refused?.status ?? 200,
      });
    },
  };
  const part = addAccess(app, room, deps);

  part("", { of: "self", fields: ["name"] }, async (id, typed) => {
    const language = consoleLanguages.has(typed.one("language")) ? typed.one("language") : null;
    await changeSelf(db, id, { name: typed.one("name"), language }, now());
  });
  part("/tokens", { of: "token", fields: ["name", "scopes", "expires_at"] }, async (id, typed) => {
    const { role } = await getPerson(db, id);
    const wanted = scopes.filter((scope) => typed.all("scope").includes(scope));
    const beyond = wanted.find((scope) => !scopesOfRole(role).includes(scope));
    if (beyond !== undefined) {
      throw new Forbidden("not_allowed", `This takes the right to ${beyond.replace(":", " ")}.`);
    }
    const days = Number(typed.one("expires"));
    const expiresAt = days > 0 ? now() + days * dayMs : null;
    const terms = { scopes: wanted, personId: id, expiresAt, author: id };
    return { token: await createToken(db, typed.one("name").trim(), now(), terms) };
  });
  part("/tokens/revocation", { of: "token", fields: [] }, async (id, typed) => {
    refuseUnmeant(typed);
    const name = typed.one("name");
    if (!(await listTokens(db)).some((token) => token.owner === id && token.name === name)) {
      throw new NotFound("token_not_found", `You have no token named "${name}".`);
    }
    await revokeToken(db, name, id, now());
  });
}

async function tokensModel({ db }: ConsoleDeps, context: ConsoleContext, id: string) {
  return {
    tokens: (await listTokens(db))
      .filter(({ owner, revokedAt }) => owner === id && revokedAt === null)
      .map(({ name, scopes: may, expiresAt, lastUsedAt }) => ({
        ...{ name, scopes: (may ?? []).join(", ") },
        expires: expiresAt === null ? null : shortTimeMarkup(expiresAt, context),
        used: lastUsedAt === null ? null : shortTimeMarkup(lastUsedAt, context),
      })),
    grantable: scopesOfRole((await getPerson(db, id)).role) as readonly Scope[],
  };
}
