/** /console/account: what somebody changes about themselves, and what they hold: password, authenticator, sessions, tokens. */
import type { Context, Hono } from "hono";
import { renderSVG } from "uqr";
import { changeSelf } from "../../actions/change-person.ts";
import { createToken } from "../../actions/create-token.ts";
import { endOwnSession, endSessionsOfPerson } from "../../actions/end-sessions.ts";
import { addPasskey, removePasskey } from "../../actions/passkeys.ts";
import { changePassword } from "../../actions/reset-password.ts";
import { revokeToken } from "../../actions/revoke-token.ts";
import {
  beginSecondFactor,
  checkCode,
  confirmSecondFactorOf,
  hasSecondFactor,
  removeSecondFactor,
} from "../../actions/second-factor.ts";
import { Forbidden, NotFound } from "../../domain/errors.ts";
import { type Scope, scopes, scopesOfRole } from "../../domain/people/rights.ts";
import { listPasskeys } from "../../store/passkeys.ts";
import { findPasswordHash } from "../../store/passwords.ts";
import { getPerson } from "../../store/people.ts";
import { countBackupCodes } from "../../store/second-factors.ts";
import { listSessionsOf } from "../../store/sessions.ts";
import { listTokens } from "../../store/tokens.ts";
import { limitAttempts } from "../attempts.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed, withoutSecrets } from "./form.ts";
import { addPasskeyQuestion, relyingParty } from "./passkey.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, consoleLanguages, selfOf } from "./room.ts";
import { consoleShell } from "./shell.ts";

const dayMs = 86_400_000;

/** What is shown once, as the answer to a form. */
interface ShownOnce {
  token?: string;
  backupCodes?: string[];
}

/** Adds the page and its forms: each is somebody's own, and takes no right. */
export function addAccount(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const { db, now, secretKey } = deps;
  const attempts = limitAttempts(10, 60_000);

  const page = async (
    c: Context<ConsoleEnv>,
    refused: { part: string; form: Form; status: number } | null = null,
    once: ShownOnce = {},
  ) => {
    const context = consoleContext(c, deps);
    const model = await accountModel(deps, context, selfOf(c), c.get("session").digest);
    const { name, language } = model.person;
    const forms = {
      self: freshForm({ name: name ?? "", language: language ?? "" }),
      password: freshForm(),
      authenticator: freshForm(),
      passkey: freshForm(),
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
  };

  /** A form of one's own: done, the page is shown again, or shows once what came of it. */
  const part = (
    step: string,
    { of, fields }: { of: string; fields: string[] },
    work: (id: string, typed: Typed, c: Context<ConsoleEnv>) => Promise<ShownOnce | void>,
  ) =>
    app.post(`/account${step}`, async (c) => {
      const id = selfOf(c);
      const typed = await readForm(c);
      attempts.mayTry(c, now(), id);
      try {
        const once = await work(id, typed, c);
        return once ? page(c, null, once) : c.redirect("/console/account", 303);
      } catch (error) {
        attempts.failed(c, now(), id);
        const { form, status } = refusedForm(withoutSecrets(typed, ["old", "password"]), fields, error);
        return page(c, { part: of, form, status });
      }
    });

  app.get("/account", (c) => page(c));

  part("", { of: "self", fields: ["name"] }, async (id, typed) => {
    const language = consoleLanguages.has(typed.one("language")) ? typed.one("language") : null;
    await changeSelf(db, id, { name: typed.one("name"), language }, now());
  });
  part("/password", { of: "password", fields: ["old", "password"] }, (id, typed, c) =>
    changePassword(
      db,
      id,
      { old: typed.one("old"), password: typed.one("password") },
      c.get("session").digest,
      now(),
    ),
  );
  part("/authenticator", { of: "authenticator", fields: ["code"] }, async (id, typed) => ({
    backupCodes: await confirmSecondFactorOf(db, secretKey, id, typed.one("code"), now()),
  }));
  part("/authenticator/removal", { of: "authenticator", fields: ["code"] }, async (id, typed) => {
    await checkCode(db, secretKey, id, typed.one("code"), now());
    await removeSecondFactor(db, id, id, now());
  });
  addPasskeyQuestion(app, deps);
  part("/passkeys", { of: "passkey", fields: ["name"] }, (id, typed, c) =>
    addPasskey(
      db,
      relyingParty(c, deps),
      id,
      { response: typed.one("response"), name: typed.one("name") },
      now(),
    ),
  );
  part("/passkeys/removal", { of: "passkey", fields: [] }, (id, typed) =>
    removePasskey(db, id, typed.one("id"), now()),
  );
  part("/sessions", { of: "session", fields: [] }, async (id, typed, c) => {
    const session = typed.one("session");
    await (session === ""
      ? endSessionsOfPerson(db, id, c.get("session").digest, id, now())
      : endOwnSession(db, id, new Uint8Array(Buffer.from(session, "hex")), now()));
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
    const name = typed.one("name");
    if (!(await listTokens(db)).some((token) => token.owner === id && token.name === name)) {
      throw new NotFound("token_not_found", `You have no token named "${name}".`);
    }
    await revokeToken(db, name, id, now());
  });
}

async function accountModel(
  { db, now, secretKey, board }: ConsoleDeps,
  context: ConsoleContext,
  id: string,
  current: Uint8Array,
) {
  const person = await getPerson(db, id);
  const hasCodes = await hasSecondFactor(db, id);
  const label = person.mail ?? person.name ?? id;
  const begun = hasCodes
    ? null
    : await beginSecondFactor(db, secretKey, { id, label }, board().settings.name, now());
  return {
    person,
    hasPassword: (await findPasswordHash(db, id)) !== undefined,
    hasCodes,
    backupCodesLeft: await countBackupCodes(db, id),
    authenticator: begun && { ...begun, picture: renderSVG(begun.address, { border: 2 }) },
    passkeys: (await listPasskeys(db, id)).map(({ id: key, name, createdAt, lastUsedAt }) => ({
      ...{ id: key, name },
      added: shortTimeMarkup(createdAt, context),
      used: lastUsedAt === null ? null : shortTimeMarkup(lastUsedAt, context),
    })),
    sessions: (await listSessionsOf(db, id, now())).map(({ digest, address, agent, createdAt, seenAt }) => ({
      ...{ id: Buffer.from(digest).toString("hex"), address, agent },
      isThis: Buffer.compare(digest, current) === 0,
      since: shortTimeMarkup(createdAt, context),
      seen: shortTimeMarkup(seenAt, context),
    })),
    tokens: (await listTokens(db))
      .filter(({ owner, revokedAt }) => owner === id && revokedAt === null)
      .map(({ name, scopes: may, expiresAt, lastUsedAt }) => ({
        ...{ name, scopes: (may ?? []).join(", ") },
        expires: expiresAt === null ? null : shortTimeMarkup(expiresAt, context),
        used: lastUsedAt === null ? null : shortTimeMarkup(lastUsedAt, context),
      })),
    grantable: scopesOfRole(person.role) as readonly Scope[],
  };
}
