/** What opens pages of audiences: links, and passwords. Both are few, and read whole by every server. */
import { and, desc, eq, isNull } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { PageLink } from "../domain/status/page-access.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { pageLinks, pagePasswords } from "./tables/people.ts";

export interface PagePassword {
  page: string;
  hash: string;
  setAt: Instant;
}

export async function insertPageLink(tx: Database, link: PageLink): Promise<void> {
  await tx.insert(pageLinks).values(link);
}

/** All of a page, newest first, those that are over, too. */
export function listPageLinks(db: Database, page: string): Promise<PageLink[]> {
  return db.select().from(pageLinks).where(eq(pageLinks.page, page)).orderBy(desc(pageLinks.createdAt));
}

/** Those that were not revoked, of all pages. */
export function listStandingPageLinks(db: Database): Promise<PageLink[]> {
  return db.select().from(pageLinks).where(isNull(pageLinks.revokedAt));
}

/**
 * Lets a link in no more. False: it was revoked before.
 *
 * @throws NotFound link_not_found, also where it is another page's
 */
export async function revokePageLink(tx: Database, page: string, id: string, now: Instant): Promise<boolean> {
  const isIt = and(eq(pageLinks.id, id), eq(pageLinks.page, page));
  const [link] = await tx.select({ id: pageLinks.id }).from(pageLinks).where(isIt);
  if (link === undefined) {
    throw new NotFound("link_not_found", `There is no link "${id}" of the page "${page}".`);
  }
  const revoked = await tx
    .update(pageLinks)
    .set({ revokedAt: now })
    .where(and(isIt, isNull(pageLinks.revokedAt)))
    .returning({ id: pageLinks.id });
  return revoked.length === 1;
}

export function listPagePasswords(db: Database): Promise<PagePassword[]> {
  return db.select().from(pagePasswords);
}

export async function putPagePassword(tx: Database, { page, hash, setAt }: PagePassword): Promise<void> {
  await tx
    .insert(pagePasswords)
    .values({ page, hash, setAt })
    .onConflictDoUpdate({ target: pagePasswords.page, set: { hash, setAt } });
}
