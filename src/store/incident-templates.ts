/** Words ready to be said that people keep (domain/status/incident-template.ts): one row each, changed in place; what it was is in the audit. */
import { asc, eq } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { IncidentTemplate, StandingTemplate } from "../domain/status/incident-template.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { incidentTemplates } from "./tables/words.ts";

/** All of them, also those that are archived, in the order in which they were made. */
export async function listKeptTemplates(db: Database): Promise<StandingTemplate[]> {
  const rows = await db.select().from(incidentTemplates).orderBy(asc(incidentTemplates.id));
  return rows.map(toTemplate);
}

/** Kept from everybody else until the transaction ends; undefined: nobody ever made it. */
export async function lockKeptTemplate(tx: Database, slug: string): Promise<StandingTemplate | undefined> {
  const [row] = await tx
    .select()
    .from(incidentTemplates)
    .where(eq(incidentTemplates.slug, slug))
    .for("update");
  return row && toTemplate(row);
}

/** @throws NotFound template_not_found */
export async function getKeptTemplate(tx: Database, slug: string): Promise<StandingTemplate> {
  const found = await lockKeptTemplate(tx, slug);
  if (found === undefined) {
    throw new NotFound("template_not_found", `Nobody keeps a template "${slug}" here.`);
  }
  return found;
}

/** Puts it as it stands now. */
export async function saveKeptTemplate(
  tx: Database,
  { wanted, archived, version }: StandingTemplate,
  now: Instant,
): Promise<void> {
  const { slug, ...definition } = wanted;
  const values = { definition, version, archivedAt: archived ? now : null };
  await tx
    .insert(incidentTemplates)
    .values({ slug, createdAt: now, ...values })
    .onConflictDoUpdate({ target: incidentTemplates.slug, set: values });
}

function toTemplate({
  slug,
  definition,
  version,
  archivedAt,
}: typeof incidentTemplates.$inferSelect): StandingTemplate {
  const wanted: IncidentTemplate = { slug, ...definition };
  return { wanted, managedBy: "people", archived: archivedAt !== null, version };
}
