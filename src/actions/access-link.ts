/**
 * Links that let somebody in: `<id>.<seal>`. The seal is made from the server's secret, so an address can be written again from what is
 * stored, and nobody can make one; what is stored says for whom it is, until when, and whether it was used or revoked.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { NotFound, Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  type AccessLink,
  findAccessLink,
  type Holder,
  insertAccessLink,
  useAccessLink,
} from "../store/access-links.ts";
import { findCustomerId } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";
import { findTokenNamed } from "../store/tokens.ts";
import { openSession } from "./open-session.ts";

const hourMs = 3_600_000;
/** Good once, for whoever sits at the terminal. */
const consoleLinkMs = hourMs;
/** Lies in mails, and is opened again and again. */
export const customerLinkMs = 90 * 24 * hourMs;

/** Whom a link is made for. */
export type LinkFor = { token: string } | { customer: string };

/**
 * Makes a link for the holder of a token (good once, within an hour) or for a customer (good for 90 days).
 *
 * @throws NotFound token_not_found, customer_not_found
 */
export async function makeAccessLink(
  db: Database,
  wanted: LinkFor,
  author: string,
  now: Instant,
): Promise<AccessLink> {
  const holder = await holderOf(db, wanted);
  const link: AccessLink = {
    id: randomBytes(12).toString("base64url"),
    ...{ holder, author, createdAt: now, usedAt: null, revokedAt: null },
    expiresAt: now + (holder.kind === "token" ? consoleLinkMs : customerLinkMs),
  };
  await insertAccessLink(db, link);
  return link;
}

async function holderOf(db: Database, wanted: LinkFor): Promise<Holder> {
  if ("token" in wanted) {
    const token = await findTokenNamed(db, wanted.token);
    if (token === undefined) {
      throw new NotFound("token_not_found", `There is no token named "${wanted.token}".`);
    }
    return { kind: "token", ...token };
  }
  const id = await findCustomerId(db, wanted.customer);
  if (id === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${wanted.customer}".`);
  }
  return { kind: "customer", id, slug: wanted.customer };
}

/** The path at which a link is followed. */
export function pathOfAccessLink(
  secretKey: string,
  { id, holder }: Pick<AccessLink, "id" | "holder">,
): string {
  const sealed = `${id}.${sealOf(secretKey, id).toString("base64url")}`;
  return holder.kind === "token" ? `/console/sign-in/${sealed}` : `/portal/enter/${sealed}`;
}

/**
 * Looks at a link without following it.
 *
 * @throws Unauthenticated link_invalid: it was not made here, or is over
 */
export async function readAccessLink(
  db: Database,
  secretKey: string,
  kind: Holder["kind"],
  sealed: string,
  now: Instant,
): Promise<AccessLink> {
  const [, id = "", seal = ""] = /^([\w-]{16})\.([\w-]{32})$/.exec(sealed) ?? [];
  const isOurs = id !== "" && timingSafeEqual(Buffer.from(seal, "base64url"), sealOf(secretKey, id));
  const link = isOurs ? await findAccessLink(db, id) : undefined;
  if (link === undefined || link.holder.kind !== kind) {
    throw over("This link was not made here.");
  }
  if (link.revokedAt !== null || link.expiresAt <= now || (kind === "token" && link.usedAt !== null)) {
    throw over("This link is over: it was used, revoked, or its time is up.");
  }
  return link;
}

/**
 * Follows a link: opens a session for whom it was made.
 *
 * @returns the secret for the cookie
 * @throws Unauthenticated link_invalid
 */
export async function followAccessLink(
  db: Database,
  secretKey: string,
  kind: Holder["kind"],
  sealed: string,
  now: Instant,
): Promise<string> {
  const link = await readAccessLink(db, secretKey, kind, sealed, now);
  return db.transaction(async (tx) => {
    if (!(await useAccessLink(tx, link.id, now))) {
      throw over("This link was used already.");
    }
    return openSession(tx, { holder: link.holder, linkId: link.id }, now);
  });
}

function over(detail: string): Unauthenticated {
  return new Unauthenticated("link_invalid", `${detail} Ask for a new one.`);
}

/** 192 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, id: string): Buffer {
  return createHmac("sha256", secretKey).update(`fournines access link ${id}`).digest().subarray(0, 24);
}
