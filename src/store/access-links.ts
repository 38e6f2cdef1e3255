/** Links that let somebody in (actions/access-link.ts). A link that is good once is used by a conditional update, so two followers cannot both be let in. */
import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { accessLinks, customers, tokens } from "./schema.ts";

/** Whom a link, or a session, lets in. */
export type Holder =
  { kind: "token"; id: number; name: string } | { kind: "customer"; id: number; slug: string };

export interface AccessLink {
  id: string;
  holder: Holder;
  author: string;
  createdAt: Instant;
  expiresAt: Instant;
  usedAt: Instant | null;
  revokedAt: Instant | null;
}

export async function insertAccessLink(
  db: Database,
  { id, holder, author, createdAt, expiresAt }: Omit<AccessLink, "usedAt" | "revokedAt">,
): Promise<void> {
  await db.insert(accessLinks).values({ id, ...toHolderColumns(holder), author, createdAt, expiresAt });
}

/** The link, whatever has become of it; undefined: there is none, or its holder may come in no more. */
export async function findAccessLink(db: Database, id: string): Promise<AccessLink | undefined> {
  const [row] = await selectLinks(db).where(and(eq(accessLinks.id, id), holderStands));
  return row && toLink(row);
}

/** Notes that a link is followed. False: it is over, was revoked, or is good once and was used before. */
export async function useAccessLink(db: Database, id: string, now: Instant): Promise<boolean> {
  const used = await db
    .update(accessLinks)
    .set({ usedAt: now })
    .where(
      and(
        eq(accessLinks.id, id),
        gt(accessLinks.expiresAt, now),
        isNull(accessLinks.revokedAt),
        or(isNull(accessLinks.tokenId), isNull(accessLinks.usedAt)),
      ),
    )
    .returning({ id: accessLinks.id });
  return used.length === 1;
}

/** The links of a customer, newest first. */
export async function listCustomerLinks(db: Database, customer: string): Promise<AccessLink[]> {
  const rows = await selectLinks(db).where(eq(customers.slug, customer)).orderBy(desc(accessLinks.createdAt));
  return rows.map(toLink);
}

/**
 * Lets a link, and every session it opened, in no more; revoked already, nothing happens.
 *
 * @throws NotFound link_not_found
 */
export async function revokeAccessLink(db: Database, id: string, now: Instant): Promise<void> {
  const [link] = await db
    .select({ revokedAt: accessLinks.revokedAt })
    .from(accessLinks)
    .where(eq(accessLinks.id, id));
  if (link === undefined) {
    throw new NotFound("link_not_found", "There is no such link.");
  }
  await db
    .update(accessLinks)
    .set({ revokedAt: now })
    .where(and(eq(accessLinks.id, id), isNull(accessLinks.revokedAt)));
}

function selectLinks(db: Database) {
  return db
    .select({ link: accessLinks, token: tokens.name, customer: customers.slug })
    .from(accessLinks)
    .leftJoin(tokens, eq(tokens.id, accessLinks.tokenId))
    .leftJoin(customers, eq(customers.id, accessLinks.customerId))
    .$dynamic();
}

/** Neither the token was revoked nor the customer archived. */
const holderStands = and(isNull(tokens.revokedAt), isNull(customers.archivedAt));

function toLink({
  link,
  token,
  customer,
}: {
  link: typeof accessLinks.$inferSelect;
  token: string | null;
  customer: string | null;
}): AccessLink {
  const { id, author, createdAt, expiresAt, usedAt, revokedAt } = link;
  return { id, holder: toHolder(link, token, customer), author, createdAt, expiresAt, usedAt, revokedAt };
}

/** From the two columns of which one is set. */
export function toHolder(
  { tokenId, customerId }: { tokenId: number | null; customerId: number | null },
  token: string | null,
  customer: string | null,
): Holder {
  return tokenId === null
    ? { kind: "customer", id: customerId!, slug: customer! }
    : { kind: "token", id: tokenId, name: token! };
}

export function toHolderColumns({ kind, id }: Holder): { tokenId: number | null; customerId: number | null } {
  return kind === "token" ? { tokenId: id, customerId: null } : { tokenId: null, customerId: id };
}
