/** Revokes a link of a customer: it lets nobody in any more, and whoever it let in is out at once. */
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listCustomerLinks, revokeAccessLink } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";

/** @throws NotFound link_not_found, also where it is somebody else's */
export async function revokeCustomerLink(
  db: Database,
  customer: string,
  id: string,
  author: string,
  now: Instant,
): Promise<void> {
  const links = await listCustomerLinks(db, customer);
  if (!links.some((link) => link.id === id)) {
    throw new NotFound("link_not_found", `There is no link "${id}" of the customer "${customer}".`);
  }
  await db.transaction(async (tx) => {
    await revokeAccessLink(tx, id, now);
    await appendAudit(tx, {
      ...{ kind: "link", subject: id, event: "revoked", author, recordedAt: now },
      ...{ before: null, after: { customer } },
    });
  });
}
