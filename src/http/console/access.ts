/**
 * What a person comes in with, on the account page of whichever room they are in: password, authenticator, passkeys, sessions. Its words
 * stand with those of the console; its parts of the page in views/console/parts/access.eta.
 */
import type { Context, Env, Hono } from "hono";
import { renderSVG } from "uqr";
import { endOwnSession, endSessionsOfPerson } from "../../actions/end-sessions.ts";
import { addPasskey, removePasskey } from "../../actions/passkeys.ts";
import { changePassword } from "../../actions/reset-password.ts";
import {
  beginSecondFactor,
  checkCode,
  confirmSecondFactorOf,
  hasSecondFactor,
  removeSecondFactor,
} from "../../actions/second-factor.ts";
import { listPasskeys } from "../../store/passkeys.ts";
import { findPasswordHash } from "../../store/passwords.ts";
import { getPerson } from "../../store/people.ts";
import { countBackupCodes } from "../../store/second-factors.ts";
import { listSessionsOf } from "../../store/sessions.ts";
import { limitAttempts } from "../attempts.ts";
import { type PageContext, shortTimeMarkup } from "../pages/markup.ts";
import type { ConsoleDeps } from "./deps.ts";
import {
  type Form,
  freshForm,
  readForm,
  refusedForm,
  refuseUnmeant,
  type Typed,
  withoutSecrets,
} from "./form.ts";
import { addPasskeyQuestion, relyingParty } from "./passkey.ts";

/** A form that was refused, in its part of the page. */
export interface RefusedPart {
  part: string;
  form: Form;
  status: number;
}

/** What is shown once, as the answer to a form. */
export interface ShownOnce {
  token?: string;
  backupCodes?: string[];
}

/** The room that an account page stands in. */
export interface AccountRoom<E extends Env> {
  /** Where it begins: "/console". */
  path: string;
  /** Id of whose page it is. @throws Forbidden not_a_person */
  selfOf(c: Context<E>): string;
  /** Digest of the session that asks. */
  sessionOf(c: Context<E>): Uint8Array;
  page(c: Context<E>, refused: RefusedPart | null, once: ShownOnce): Promise<Response>;
}

/** Adds one form of somebody's own: done, the page is shown again, or shows once what came of it. */
export type AddPart<E extends Env> = (
  step: string,
  about: { of: string; fields: string[] },
  work: (id: string, typed: Typed, c: Context<E>) => Promise<ShownOnce | void>,
) => void;

/** Adds the page and the forms of what one comes in with; gives what adds the room's own forms beside them. */
export function addAccess<E extends Env>(app: Hono<E>, room: AccountRoom<E>, deps: ConsoleDeps): AddPart<E> {
  const { db, now, secretKey } = deps;
  const attempts = limitAttempts(10, 60_000);
  const part: AddPart<E> = (step, { of, fields }, work) => {
    app.post(`/account${step}`, async (c) => {
      const id = room.selfOf(c);
      const typed = await readForm(c);
      const attempt = attempts.begin(c, now(), id);
      try {
        const once = await work(id, typed, c);
        return once ? room.page(c, null, once) : c.redirect(`${room.path}/account`, 303);
      } catch (error) {
        attempt.failed(now());
        const { form, status } = refusedForm(withoutSecrets(typed, ["old", "password"]), fields, error);
        return room.page(c, { part: of, form, status }, {});
      } finally {
        attempt.over();
      }
    });
  };

  app.get("/account", (c) => room.page(c, null, {}));

  part("/password", { of: "password", fields: ["old", "password"] }, (id, typed, c) =>
    changePassword(
      db,
      id,
      { old: typed.one("old"), password: typed.one("password") },
      room.sessionOf(c),
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
  addPasskeyQuestion(app, room, deps);
  part("/passkeys", { of: "passkey", fields: ["name"] }, (id, typed, c) =>
    addPasskey(
      db,
      relyingParty(c, deps),
      id,
      { response: typed.one("response"), name: typed.one("name") },
      now(),
    ),
  );
  part("/passkeys/removal", { of: "passkey", fields: [] }, (id, typed) => {
    refuseUnmeant(typed);
    return removePasskey(db, id, typed.one("id"), now());
  });
  part("/sessions", { of: "session", fields: [] }, async (id, typed, c) => {
    const session = typed.one("session");
    await (session === ""
      ? endSessionsOfPerson(db, id, room.sessionOf(c), id, now())
      : endOwnSession(db, id, new Uint8Array(Buffer.from(session, "hex")), now()));
  });
  return part;
}

/** The forms of its parts, none of them sent yet. */
export function accessForms() {
  return { password: freshForm(), authenticator: freshForm(), passkey: freshForm() };
}

/** What its parts of the page show. */
export async function accessModel(
  { db, now, secretKey, board }: ConsoleDeps,
  context: PageContext,
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
  };
}
