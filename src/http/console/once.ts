/**
 * A form that is sent twice does its work once: each carries a number of its own, and what it led to is kept for a day. Sent again as it
 * was, it leads to the same place; with other words it is another form.
 */
import type { Database } from "../../store/database.ts";
import { lockInTransaction } from "../../store/database.ts";
import { findAnswer, saveAnswer } from "../../store/idempotency-keys.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Typed } from "./form.ts";

/** The number of a fresh form, for its hidden field `once`. */
export function newOnce(): string {
  return crypto.randomUUID();
}

/**
 * Does the work, which gives the address to go on to; or gives the address that this form has led to before. Only what succeeded is kept.
 *
 * @param place of the form, so that the same words of another one are another form
 */
export async function once(
  db: Database,
  {
    author,
    place,
    typed,
    fields,
  }: { author: string; place: string; typed: Typed; fields: readonly string[] },
  now: Instant,
  work: (db: Database) => Promise<string>,
): Promise<string> {
  const said = JSON.stringify([place, typed.one("once"), fields.map((field) => typed.all(field))]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said)));
  const name = { author, key: `form ${digest.toBase64({ alphabet: "base64url", omitPadding: true })}` };
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `idempotency ${name.author} ${name.key}`);
    const given = await findAnswer(tx, name, now);
    if (given?.location != null) {
      return given.location;
    }
    const location = await work(tx);
    await saveAnswer(tx, name, { requestDigest: digest, status: 303, response: "", location }, now);
    return location;
  });
}
