/** Rows that contracts are judged over: numbers of contracts by slug, and every service there ever was. */
import { asc, eq, or, type SQL, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Coverage } from "../domain/sla/promise/clauses.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, isNamed, queryRows, textArray } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { serviceGroups, services } from "./tables/watched.ts";

/** A service as a contract may cover it, archived ones too. */
export interface CoverableService {
  slug: string;
  title: string;
  groupSlug: string | null;
  createdAt: Instant;
  archivedAt: Instant | null;
}

/** Those that a clause covers, or all; in the order of the page. */
export function listCoverableServices(db: Database, covers: Coverage = "*"): Promise<CoverableService[]> {
  return db
    .select({
      slug: services.slug,
      title: services.title,
      groupSlug: serviceGroups.slug,
      createdAt: services.createdAt,
      archivedAt: services.archivedAt,
    })
    .from(services)
    .leftJoin(serviceGroups, eq(serviceGroups.id, services.groupId))
    .where(isCovered(covers))
    .orderBy(asc(services.position), asc(services.id));
}

/** Whether a clause covers the service of a row, beside which its group stands; undefined: it covers all. */
export function isCovered(covers: Coverage): SQL | undefined {
  return covers === "*"
    ? undefined
    : or(isNamed(services.slug, covers.services), isNamed(serviceGroups.slug, covers.groups));
}

/** Slugs of the contracts that stand and cover one of these services by any of their versions, by name or by its group; in their order. */
export async function listCoveringContracts(
  db: Database,
  serviceSlugs: readonly string[],
): Promise<string[]> {
  const named = sql`${textArray(serviceSlugs)}::text[]`;
  const rows = await queryRows<{ slug: string }>(
    db,
    sql`
      with touched as (
        select coalesce(array_agg(distinct service_groups.slug), '{}') as groups
        from services join service_groups on service_groups.id = services.group_id where services.slug = any(${named}))
      select slug from contracts, touched
      where archived_at is null and exists (
        select 1 from contract_versions version
        where version.contract_id = contracts.id and version.clauses is not null and (
          version.clauses ->> 'covers' = '*'
          or jsonb_exists_any(version.clauses -> 'covers' -> 'services', ${named})
          or jsonb_exists_any(version.clauses -> 'covers' -> 'groups', touched.groups)))
      order by slug`,
  );
  return rows.map(({ slug }) => slug);
}

/** What all contracts are called, in order of slug. */
export function listContractTitles(
  db: Database,
): Promise<{ slug: string; title: string; isArchived: boolean }[]> {
  return db
    .select({
      slug: contracts.slug,
      title: sql<string>`${contracts.particulars} ->> 'title'`,
      isArchived: sql<boolean>`${contracts.archivedAt} is not null`,
    })
    .from(contracts)
    .orderBy(asc(contracts.slug));
}

/** Numbers of all contracts by slug. */
export async function listContractIds(db: Database): Promise<Map<string, number>> {
  const rows = await db.select({ id: contracts.id, slug: contracts.slug }).from(contracts);
  return new Map(rows.map(({ slug, id }) => [slug, id]));
}

/** @throws NotFound contract_not_found */
export async function getContractId(db: Database, slug: string): Promise<number> {
  const [row] = await db.select({ id: contracts.id }).from(contracts).where(eq(contracts.slug, slug));
  if (row === undefined) {
    throw new NotFound("contract_not_found", `There is no contract "${slug}".`);
  }
  return row.id;
}
