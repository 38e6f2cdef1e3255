/**
 * The cast in the database: services that incidents and maintenance windows can name.
 */
import type { Database } from "../../src/store/database.ts";
import { services } from "../../src/store/tables/watched.ts";

/** Stores services with these slugs, in this order of the page. */
export async function insertServices(db: Database, slugs: readonly string[]): Promise<void> {
  await db.insert(services).values(
    slugs.map((slug, position) => ({
      slug,
      title: slug,
      description: "",
      position,
      managedBy: "people" as const,
      createdAt: 0,
    })),
  );
}
