/**
 * Services by slug, for what people say of them: incidents and maintenance windows name services by slug and are stored by number.
 */
import { and, inArray, isNull } from "drizzle-orm";
import { InvalidInput } from "../domain/errors.ts";
import type { Database } from "./database.ts";
import { serviceGroups, services } from "./schema.ts";

/**
 * Refuses slugs that name no service, or an archived one, each with its place among those given; `pointer` says what stands there
 * ("/services/2", "/services/2/service").
 */
export async function requireServices(
  db: Database,
  slugs: readonly string[],
  pointer: (index: number) => string,
): Promise<void> {
  if (slugs.length === 0) {
    return;
  }
  const rows = await db
    .select({ slug: services.slug })
    .from(services)
    .where(and(inArray(services.slug, [...slugs]), isNull(services.archivedAt)));
  const known = new Set(rows.map(({ slug }) => slug));
  const unknown = slugs.flatMap((slug, i) =>
    known.has(slug) ? [] : [{ pointer: pointer(i), detail: `There is no service "${slug}".` }],
  );
  if (unknown.length > 0) {
    throw new InvalidInput("unknown_service", "A service that was named does not exist.", unknown);
  }
}

/** The same of groups of services. */
export async function requireGroups(
  db: Database,
  slugs: readonly string[],
  pointer: (index: number) => string,
): Promise<void> {
  if (slugs.length === 0) {
    return;
  }
  const rows = await db
    .select({ slug: serviceGroups.slug })
    .from(serviceGroups)
    .where(and(inArray(serviceGroups.slug, [...slugs]), isNull(serviceGroups.archivedAt)));
  const known = new Set(rows.map(({ slug }) => slug));
  const unknown = slugs.flatMap((slug, i) =>
    known.has(slug) ? [] : [{ pointer: pointer(i), detail: `There is no group "${slug}".` }],
  );
  if (unknown.length > 0) {
    throw new InvalidInput("unknown_group", "A group that was named does not exist.", unknown);
  }
}

/** Numbers of services by slug, archived ones too, unless only those that stand are asked for: what was said of a service stays said. */
export async function listServiceIds(
  db: Database,
  slugs: readonly string[],
  { standing = false }: { standing?: boolean } = {},
): Promise<Map<string, number>> {
  if (slugs.length === 0) {
    return new Map();
  }
  const rows = await db
    .select({ id: services.id, slug: services.slug })
    .from(services)
    .where(and(inArray(services.slug, [...slugs]), standing ? isNull(services.archivedAt) : undefined));
  return new Map(rows.map(({ slug, id }) => [slug, id]));
}
