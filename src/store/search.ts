/**
 * Words sought in what people wrote: titles and references of incidents, maintenance, requests and proposals, and reports by their month.
 * Every word must stand somewhere in a title, in any case; what is found is the latest of it. Tables of people's words are small: a
 * few thousand rows in years.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, holding, queryRows } from "./database.ts";

/** Something that was found, in the tables that have references. */
export interface FoundWords {
  reference: string;
  title: string;
  at: Instant;
}

interface Row {
  reference: string;
  title: string;
  at: string | number;
}

/** What is sought: words in lower case, at least one. */
export type SoughtWords = readonly string[];

export function searchIncidents(db: Database, words: SoughtWords, limit: number): Promise<FoundWords[]> {
  const text = sql`coalesce(reference, '') || ' ' || title || ' ' || coalesce(titles::text, '')`;
  return found(
    db,
    sql`select reference, title, started_at as at from incidents where ${holds(text, words)} order by started_at desc limit ${limit}`,
  );
}

export function searchWindows(db: Database, words: SoughtWords, limit: number): Promise<FoundWords[]> {
  const text = sql`reference || ' ' || title`;
  return found(
    db,
    sql`select reference, title, planned_start as at from maintenance_windows where ${holds(text, words)} order by planned_start desc limit ${limit}`,
  );
}

export function searchRequests(db: Database, words: SoughtWords, limit: number): Promise<FoundWords[]> {
  const text = sql`reference || ' ' || subject`;
  return found(
    db,
    sql`select reference, subject as title, opened_at as at from requests where ${holds(text, words)} order by opened_at desc limit ${limit}`,
  );
}

/** Corrections, exclusions and restatements: by reference and by reason. */
export function searchProposals(db: Database, words: SoughtWords, limit: number): Promise<FoundWords[]> {
  const of = (table: string) =>
    sql`select reference, reason as title, recorded_at as at from ${sql.raw(table)} where ${holds(sql`reference || ' ' || reason`, words)}`;
  return found(
    db,
    sql`select * from (${of("corrections")} union all ${of("exclusions")} union all ${of("revision_proposals")}) one order by at desc limit ${limit}`,
  );
}

/** A report that was issued: the latest revision of a month. */
export interface FoundReport {
  contract: string;
  label: string;
  revision: number;
}

/** Reports of a month by the contracts' slugs. */
export async function searchReports(
  db: Database,
  label: string,
  contracts: readonly string[],
  limit: number,
): Promise<FoundReport[]> {
  if (contracts.length === 0) {
    return [];
  }
  const slugs = sql.join(
    contracts.map((slug) => sql`${slug}`),
    sql`, `,
  );
  const rows = await queryRows<{ contract: string; revision: number }>(
    db,
    sql`select contracts.slug as contract, max(revision) as revision from reports
      join contracts on contracts.id = reports.contract_id
      where label = ${label} and contracts.slug in (${slugs}) group by 1 order by 1 limit ${limit}`,
  );
  return rows.map(({ contract, revision }) => ({ contract, label, revision: Number(revision) }));
}

/** Every word somewhere in the text, in the case in which it was typed, in lower case, in capitals or with a capital: not every database folds æ. */
function holds(text: SQL, words: SoughtWords): SQL {
  const conditions = words.map((word) => {
    const others = /^[\x20-\x7e]*$/.test(word)
      ? []
      : [word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)];
    const ways = [...new Set([word, ...others])];
    const any = ways.map((way) => sql`${text} ilike ${holding(way)}`);
    return sql`(${sql.join(any, sql` or `)})`;
  });
  return sql.join(conditions, sql` and `);
}

async function found(db: Database, query: SQL): Promise<FoundWords[]> {
  const rows = await queryRows<Row & Record<string, unknown>>(db, query);
  return rows.map(({ reference, title, at }) => ({ reference, title, at: Number(at) }));
}
