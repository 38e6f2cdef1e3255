/** Archives a service that people made, with its checks, and takes it up again: its history stays all the while. */
import { Conflict, NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { archive, findStandingService, restoreService, type StandingService } from "../store/platforms.ts";
import { refuseOfFile, refuseParents } from "./put-service.ts";

/** @throws NotFound service_not_found; Conflict made_by_file, already_archived, in_use */
export async function archiveService(
  db: Database,
  slug: string,
  author: string,
  now: Instant,
): Promise<void> {
  await db.transaction(async (tx) => {
    const known = await getLocked(tx, slug);
    if (known.archivedAt !== null) {
      throw new Conflict("already_archived", `The service "${slug}" is archived already.`);
    }
    const checks = known.definition.checks.map((check) => `${slug}/${check.slug}`);
    await refuseParents(tx, checks);
    await archive(tx, "check", checks, now);
    await archive(tx, "service", [slug], now);
    await appendAudit(tx, { ...recorded(slug, author, now), event: "archived" });
  });
}

/** Asks the checks again that were asked when it was archived. @throws NotFound service_not_found; Conflict made_by_file, not_archived */
export async function unarchiveService(
  db: Database,
  slug: string,
  author: string,
  now: Instant,
): Promise<void> {
  await db.transaction(async (tx) => {
    const known = await getLocked(tx, slug);
    if (known.archivedAt === null) {
      throw new Conflict("not_archived", `The service "${slug}" is not archived.`);
    }
    await restoreService(tx, known);
    await appendAudit(tx, { ...recorded(slug, author, now), event: "revived" });
  });
}

async function getLocked(tx: Database, slug: string): Promise<StandingService> {
  await lockInTransaction(tx, "platform");
  const known = await findStandingService(tx, slug);
  if (known === undefined) {
    throw new NotFound("service_not_found", `There is no service "${slug}".`);
  }
  refuseOfFile(known, slug);
  return known;
}

function recorded(subject: string, author: string, recordedAt: Instant) {
  return { kind: "service" as const, subject, author, recordedAt, before: null, after: null };
}
