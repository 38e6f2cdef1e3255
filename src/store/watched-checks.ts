/** Every check that is or was watched, with all rules it ever had: what the derivation needs to know of the configuration. */
import { asc, eq } from "drizzle-orm";
import type { WatchedCheck } from "../domain/monitoring/check.ts";
import type { Database } from "./database.ts";
import { checkRevisions, checks, services } from "./schema.ts";

/** In order of check number; revisions in order of time. */
export async function listWatchedChecks(db: Database): Promise<WatchedCheck[]> {
  const rows = await db
    .select({
      id: checks.id,
      serviceSlug: services.slug,
      slug: checks.slug,
      createdAt: checks.createdAt,
      archivedAt: checks.archivedAt,
      effectiveAt: checkRevisions.effectiveAt,
      definition: checkRevisions.definition,
    })
    .from(checks)
    .innerJoin(services, eq(services.id, checks.serviceId))
    .innerJoin(checkRevisions, eq(checkRevisions.checkId, checks.id))
    .orderBy(asc(checks.id), asc(checkRevisions.effectiveAt));
  const watched: WatchedCheck[] = [];
  for (const { effectiveAt, definition, ...check } of rows) {
    const last = watched.at(-1);
    if (last?.id === check.id) {
      last.revisions.push({ effectiveAt, definition });
    } else {
      watched.push({ ...check, revisions: [{ effectiveAt, definition }] });
    }
  }
  return watched;
}
