/** Links that let somebody in (actions/access-link.ts). A link that is good once is used by a conditional update, so two followers cannot both be let in. */
import { and, desc, eq, gt, isNotNull, isNull, or } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import {
  type Holder,
  holderColumns,
  holderJoins,
  holderStands,
  owners,
  toHolder,
  toHolderColumns,
} from "./holders.ts";
import { customers } from "./tables/agreements.ts";
import { type LinkPurpose } from "./tables/columns.ts";
import { accessLinks, people, tokens } from "./tables/people.ts";

export type { Holder } from "./holders.ts";
export type { LinkPurpose } from "./tables/columns.ts";

export interface AccessLink {
  id: string;
  holder: Holder;
  purpose: LinkPurpose;
  author: string;
  createdAt: Instant;
  expiresAt: Instant;
  usedAt: Instant | null;
  revokedAt: Instant | null;
  /** When the letter that brought it came back; null: it did not, or nobody said. */
  returnedAt: Instant | null;
}

export async function insertAccessLink(
  db: Database,
  link: Omit<AccessLink, "usedAt" | "revokedAt" | "returnedAt">,
): Promise<void> {
  const { id, holder, purpose, author, createdAt, expiresAt } = link;
  await db
    .insert(accessLinks)
    .values({ id, ...toHolderColumns(holder), purpose, author, createdAt, expiresAt });
}

/** The link, whatever has become of it; undefined: there is none, or its holder may come in no more. */
export async function findAccessLink(
  db: Database,
  id: string,
  now: Instant,
): Promise<AccessLink | undefined> {
  const [row] = await selectLinks(db).where(and(eq(accessLinks.id, id), holderStands(now)));
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
        or(isNotNull(accessLinks.customerId), isNull(accessLinks.usedAt)),
      ),
    )
    .returning({ id: accessLinks.id });
  return used.length === 1;
}

/** The links of a customer, newest first. */
export async function listCustomerLinks(db: Database, customer: string): Promise<AccessLink[]> {
  const rows = await selectLinks(db)
    .where(and(eq(customers.slug, customer), isNull(accessLinks.personId)))
    .orderBy(desc(accessLinks.createdAt));
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

/** Lets the links that a person was sent, and has not followed, in no more. */
export async function revokeLinksOfPerson(db: Database, person: string, now: Instant): Promise<void> {
  await db
    .update(accessLinks)
    .set({ revokedAt: now })
    .where(and(eq(accessLinks.personId, person), isNull(accessLinks.usedAt), isNull(accessLinks.revokedAt)));
}

/** The link that a person was last made, and may still follow; undefined: there is none. */
export async function findOpenLinkOf(
  db: Database,
  person: string,
  now: Instant,
): Promise<AccessLink | undefined> {
  const [row] = await selectLinks(db)
    .where(
      and(
        eq(accessLinks.personId, person),
        isNull(accessLinks.usedAt),
        isNull(accessLinks.revokedAt),
        gt(accessLinks.expiresAt, now),
        holderStands(now),
      ),
    )
    .orderBy(desc(accessLinks.createdAt))
    .limit(1);
  return row && toLink(row);
}

/** Notes that the letter that brought a link to a person came back; id of that person, undefined: there is none, or it is known. */
export async function noteLinkReturned(tx: Database, id: string, now: Instant): Promise<string | undefined> {
  const [row] = await tx
    .update(accessLinks)
    .set({ returnedAt: now })
    .where(and(eq(accessLinks.id, id), isNotNull(accessLinks.personId), isNull(accessLinks.returnedAt)))
    .returning({ person: accessLinks.personId });
  return row?.person ?? undefined;
}

function selectLinks(db: Database) {
  const joins = holderJoins(accessLinks);
  return db
    .select({ link: accessLinks, ...holderColumns })
    .from(accessLinks)
    .leftJoin(tokens, joins.token)
    .leftJoin(owners, joins.owner)
    .leftJoin(people, joins.person)
    .leftJoin(customers, joins.customer)
    .$dynamic();
}

function toLink({
  link,
  ...holder
}: { link: typeof accessLinks.$inferSelect } & Parameters<typeof toHolder>[0]): AccessLink {
  const { id, purpose, author, createdAt, expiresAt, usedAt, revokedAt, returnedAt } = link;
  return {
    id,
    holder: toHolder(holder),
    purpose,
    author,
    createdAt,
    expiresAt,
    usedAt,
    revokedAt,
    returnedAt,
  };
}
