/**
 * Services by slug, for what people say of them: incidents and maintenance windows name services by slug and are stored by number.
 */
import { and, inArray, isNull } from "drizzle-orm";
import { InvalidInput } from "../domain/errors.ts";
import type { Database } from "./database.ts";
import { serviceGroups, services } from "./tables/watched.ts";

/**
 * Refuses slugs that name no service, or an archived one, each with its place among those given; `pointer` says what stands there
 * ("/services/2", "/services/2/service").
 */
export function requireServices(
  db: Database,
  slugs: readonly string[],
  pointer: (index: number) => string,
): Promise<void> {
  return requireAll(db, { table: services, noun: "service" }, slugs, pointer);
}

/** The same of groups of services. */
export function requireGroups(
  db: Database,
  slugs: readonly string[],
  pointer: (index: number) => string,
): Promise<void> {
  return requireAll(db, { table: serviceGroups, noun: "group" }, slugs, pointer);
}

async function requireAll(
  db: Database,
  { table, noun }: { table: typeof services | typeof serviceGroups; noun: "service" | "group" },
  slugs: readonly string[],
  pointer: (index: number) => string,
): Promise<void> {
  if (slugs.length === 0) {
    return;
  }
  const rows = await db
    .select({ slug: table.slug })
    .from(table)
    .where(and(inArray(table.slug, [...slugs]), isNull(table.archivedAt)));
  const known = new Set(rows.map(({ slug }) => slug));
  const unknown = slugs.flatMap((slug, i) =>
    known.has(slug) ? [] : [{ pointer: pointer(i), detail: `There is no ${noun} "${slug}".` }],
  );
  if (unknown.length > 0) {
    throw new InvalidInput(`unknown_${noun}`, `A ${noun} that was named does not exist.`, unknown);
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
