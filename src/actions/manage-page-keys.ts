/** Makes and revokes links to a page of an audience, and sets its password: each a step in the audit. */
import { type Fault, InvalidInput, NotFound } from "../domain/errors.ts";
import { refuseWeakPassword } from "../domain/people/person.ts";
import { findPage, type LinkOpens, type PageLink } from "../domain/status/page-access.ts";
import type { PageDefinition } from "../domain/status/page-definition.ts";
import { refuseFaults, titleFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readSettings } from "../live/board-words.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertPageLink, putPagePassword, revokePageLink as revoke } from "../store/page-keys.ts";
import { linkId } from "./link-id.ts";
import { hashPassword } from "./password-hash.ts";

/** A link as it is asked for. */
export interface WantedPageLink {
  /** For whom it is. */
  name: string;
  opens: LinkOpens;
  /** For how many days it holds; null: until it is revoked. */
  days: number | null;
}

export const longestLinkDays = 3_650;
const dayMs = 86_400_000;

/**
 * @throws NotFound page_not_found
 * @throws InvalidInput invalid_link
 */
export function makePageLink(
  db: Database,
  page: string,
  { name, opens, days }: WantedPageLink,
  author: string,
  now: Instant,
): Promise<PageLink> {
  return db.transaction(async (tx) => {
    const { access } = await getPage(tx, page);
    const isOpened = opens === "feeds" || access.includes("link");
    const faults: Fault[] = [
      ...titleFaults(name, "/name"),
      ...(isOpened
        ? []
        : [{ pointer: "/opens", detail: "The page does not let in by link; feeds it does." }]),
      ...(days !== null && (!Number.isInteger(days) || days < 1 || days > longestLinkDays)
        ? [{ pointer: "/days", detail: `From 1 to ${longestLinkDays} days.` }]
        : []),
    ];
    refuseFaults("invalid_link", "A link like this cannot be made.", faults);
    const link: PageLink = {
      id: linkId(),
      ...{ page, name: name.trim(), opens, author, createdAt: now, revokedAt: null },
      expiresAt: days === null ? null : now + days * dayMs,
    };
    await insertPageLink(tx, link);
    await appendAudit(tx, {
      ...{ kind: "link", subject: link.id, event: "made", author, recordedAt: now, before: null },
      after: { page, opens, expiresAt: link.expiresAt },
    });
    return link;
  });
}

/** Revoked already, nothing happens. @throws NotFound link_not_found */
export function revokePageLink(
  db: Database,
  page: string,
  id: string,
  author: string,
  now: Instant,
): Promise<void> {
  return db.transaction(async (tx) => {
    if (await revoke(tx, page, id, now)) {
      await appendAudit(tx, {
        ...{ kind: "link", subject: id, event: "revoked", author, recordedAt: now },
        ...{ before: null, after: { page } },
      });
    }
  });
}

/**
 * Sets the password; whoever came in by the one before is asked again.
 *
 * @throws NotFound page_not_found
 * @throws InvalidInput weak_password, no_password_page
 */
export async function setPagePassword(
  db: Database,
  page: string,
  password: string,
  author: string,
  now: Instant,
): Promise<void> {
  const { access, title } = await getPage(db, page);
  if (!access.includes("password")) {
    throw new InvalidInput("no_password_page", "The page does not let in by password.", [
      { pointer: "/password", detail: "The platform file does not name password among its ways in." },
    ]);
  }
  refuseWeakPassword(password, { name: title, mail: page });
  const hash = await hashPassword(password);
  await db.transaction(async (tx) => {
    await putPagePassword(tx, { page, hash, setAt: now });
    await appendAudit(tx, {
      ...{ kind: "platform", subject: `page ${page}`, event: "password changed", author, recordedAt: now },
      ...{ before: null, after: null },
    });
  });
}

/** @throws NotFound page_not_found */
async function getPage(db: Database, slug: string): Promise<PageDefinition> {
  return findPage(await readSettings(db), slug) ?? noPage(slug);
}

/** @throws NotFound page_not_found */
export function noPage(slug: string): never {
  throw new NotFound("page_not_found", `There is no page "${slug}".`);
}
