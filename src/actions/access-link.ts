/**
 * Links that let somebody in: `<id>.<seal>`. The seal is made from the server's secret, so an address can be written again from what is
 * stored, and nobody can make one; what is stored says for whom it is, until when, and whether it was used or revoked.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { NotFound, Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  type AccessLink,
  findAccessLink,
  type Holder,
  insertAccessLink,
  type LinkPurpose,
  useAccessLink,
} from "../store/access-links.ts";
import { findCustomerId } from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { getPerson } from "../store/people.ts";
import { personHolder } from "../store/holders.ts";
import { findTokenNamed } from "../store/tokens.ts";
import { linkId } from "./link-id.ts";
import { openSession } from "./open-session.ts";

const hourMs = 3_600_000;
/** Lies in mails, and is opened again and again. */
export const customerLinkMs = 90 * 24 * hourMs;

/** What a link does for whoever follows it: signs in the holder of a token or a customer, lets a person in, or choose a password. */
export type LinkKind = "token" | "customer" | Exclude<LinkPurpose, "sign-in">;

/** How long each holds. All but those of customers are good once. */
const holdsMs: Readonly<Record<LinkKind, number>> = {
  token: hourMs,
  customer: customerLinkMs,
  invitation: 7 * 24 * hourMs,
  reset: hourMs,
};

const doors: Readonly<Record<LinkKind, string>> = {
  token: "/console/sign-in",
  customer: "/portal/enter",
  invitation: "/console/welcome",
  reset: "/console/new-password",
};

/** Whom a link is made for. */
export type LinkFor = { token: string } | { customer: string };

/**
 * Makes a link for the holder of a token (good once, within an hour) or for a customer (good for 90 days).
 *
 * @throws NotFound token_not_found, customer_not_found
 */
export function makeAccessLink(
  db: Database,
  wanted: LinkFor,
  author: string,
  now: Instant,
): Promise<AccessLink> {
  return db.transaction(async (tx) => {
    const link = await insertLink(tx, await holderOf(tx, wanted), "sign-in", author, now);
    await appendAudit(tx, {
      ...{ kind: "link", subject: link.id, event: "made", author, recordedAt: now },
      ...{ before: null, after: { ...wanted, expiresAt: link.expiresAt } },
    });
    return link;
  });
}

/** Makes a link with which a person follows an invitation (good once, for a week) or chooses a new password (once, within an hour). */
export async function makePersonLink(
  tx: Database,
  id: string,
  purpose: Exclude<LinkPurpose, "sign-in">,
  author: string,
  now: Instant,
): Promise<AccessLink> {
  return insertLink(tx, personHolder(await getPerson(tx, id)), purpose, author, now);
}

async function insertLink(
  tx: Database,
  holder: Holder,
  purpose: LinkPurpose,
  author: string,
  now: Instant,
): Promise<AccessLink> {
  const link: AccessLink = {
    id: linkId(),
    ...{ holder, purpose, author, createdAt: now, usedAt: null, returnedAt: null, revokedAt: null },
    expiresAt: now + holdsMs[kindOf({ holder, purpose })],
  };
  await insertAccessLink(tx, link);
  return link;
}

async function holderOf(db: Database, wanted: LinkFor): Promise<Holder> {
  if ("token" in wanted) {
    const token = await findTokenNamed(db, wanted.token);
    if (token === undefined) {
      throw new NotFound("token_not_found", `There is no token named "${wanted.token}".`);
    }
    return token;
  }
  const id = await findCustomerId(db, wanted.customer);
  if (id === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${wanted.customer}".`);
  }
  return { kind: "customer", id, slug: wanted.customer, person: null };
}

function kindOf({ holder, purpose }: Pick<AccessLink, "holder" | "purpose">): LinkKind {
  return purpose === "sign-in" ? (holder.kind as "token" | "customer") : purpose;
}

/** The path at which a link is followed. */
export function pathOfAccessLink(
  secretKey: string,
  link: Pick<AccessLink, "id" | "holder" | "purpose">,
): string {
  return `${doors[kindOf(link)]}/${link.id}.${sealOf(secretKey, link.id).toString("base64url")}`;
}

/**
 * Looks at a link without following it.
 *
 * @throws Unauthenticated link_invalid: it was not made here, or is over
 */
export async function readAccessLink(
  db: Database,
  secretKey: string,
  kind: LinkKind,
  sealed: string,
  now: Instant,
): Promise<AccessLink> {
  const [, id = "", seal = ""] = /^([\w-]{16})\.([\w-]{32})$/.exec(sealed) ?? [];
  const isOurs = id !== "" && timingSafeEqual(Buffer.from(seal, "base64url"), sealOf(secretKey, id));
  const link = isOurs ? await findAccessLink(db, id, now) : undefined;
  if (link === undefined || kindOf(link) !== kind) {
    throw over("This link was not made here.");
  }
  if (link.revokedAt !== null || link.expiresAt <= now || (kind !== "customer" && link.usedAt !== null)) {
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
export function followAccessLink(
  db: Database,
  secretKey: string,
  kind: "token" | "customer",
  sealed: string,
  now: Instant,
): Promise<string> {
  return db.transaction(async (tx) => {
    const { holder, id } = await useLink(tx, secretKey, kind, sealed, now);
    return openSession(tx, { holder, linkId: id, by: "link" }, now);
  });
}

/**
 * Uses a link up, for what the caller does in the same transaction.
 *
 * @throws Unauthenticated link_invalid
 */
export async function useLink(
  tx: Database,
  secretKey: string,
  kind: LinkKind,
  sealed: string,
  now: Instant,
): Promise<AccessLink> {
  const link = await readAccessLink(tx, secretKey, kind, sealed, now);
  if (!(await useAccessLink(tx, link.id, now))) {
    throw over("This link was used already.");
  }
  return link;
}

/** Id of the person that a link was made for. */
export function personOfLink({ holder }: Pick<AccessLink, "holder">): string {
  if (holder.kind === "person") {
    return holder.id;
  }
  if (holder.kind === "customer" && holder.person !== null) {
    return holder.person.id;
  }
  throw new Error("the link was made for no person");
}

function over(detail: string): Unauthenticated {
  return new Unauthenticated("link_invalid", `${detail} Ask for a new one.`);
}

/** 192 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, id: string): Buffer {
  return createHmac("sha256", secretKey).update(`fournines access link ${id}`).digest().subarray(0, 24);
}
