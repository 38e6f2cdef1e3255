/**
 * The same request twice does its work once: a caller names a key of its own (`Idempotency-Key`), and within a day the same key gets
 * the same answer. The work and its answer are stored in one transaction.
 */
import type { Context } from "hono";
import { Conflict, InvalidInput } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findAnswer, saveAnswer } from "../store/idempotency-keys.ts";

/** What a creating request answers with. */
export interface Created {
  body: unknown;
  /** Address of what was made; null: none. */
  location: string | null;
}

/**
 * Does the work and answers 201, or gives the answer this key was given before. Only what succeeded is kept: what was refused changed
 * nothing and may be sent again, mended.
 *
 * @throws InvalidInput idempotency_key
 * @throws Conflict idempotency_key_reused: the key stood for another request
 */
export async function createOnce(
  c: Context,
  db: Database,
  author: string,
  now: Instant,
  work: (db: Database) => Promise<Created>,
): Promise<Response> {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) {
    const { body, location } = await work(db);
    return answer(c, JSON.stringify(body), 201, location, false);
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new InvalidInput("idempotency_key", "An Idempotency-Key has 1 to 255 visible ASCII characters.");
  }
  const requestDigest = await digestOfRequest(c);
  const name = { author, key };
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `idempotency ${author} ${key}`);
    const given = await findAnswer(tx, name, now);
    if (given !== undefined) {
      if (Buffer.compare(given.requestDigest, requestDigest) !== 0) {
        throw new Conflict(
          "idempotency_key_reused",
          "This Idempotency-Key was used for another request. A new request needs a new key.",
        );
      }
      return answer(c, given.response, given.status, given.location, true);
    }
    const { body, location } = await work(tx);
    const response = JSON.stringify(body);
    await saveAnswer(tx, name, { requestDigest, status: 201, response, location }, now);
    return answer(c, response, 201, location, false);
  });
}

function answer(
  c: Context,
  body: string,
  status: number,
  location: string | null,
  replayed: boolean,
): Response {
  return c.body(body, status as 201, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    ...(location === null ? {} : { Location: location }),
    ...(replayed ? { "Idempotency-Replayed": "true" } : {}),
  });
}

async function digestOfRequest(c: Context): Promise<Uint8Array> {
  const request = `${c.req.method}\n${c.req.path}\n${await c.req.text()}`;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(request)));
}
