/**
 * Marks of what is stored: texts that differ as soon as any row of a kind does, whoever changed it, on whichever server. Who keeps figures in
 * memory asks for the mark and knows whether they are still those of the store.
 */
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "./database.ts";

export interface Marks {
  /** What is agreed: contracts, customers, calendars, and what is monitored. */
  agreed: string;
  /** What people said and proposed: incidents, maintenance, corrections, exclusions, explanations, decisions, restatements. */
  said: string;
  /** What was issued. */
  issued: string;
}

const agreedTables = [
  "platforms",
  "services",
  "service_groups",
  "customers",
  "contracts",
  "contract_versions",
  "calendars",
  "calendar_revisions",
];
const saidTables = [
  "incidents",
  "incident_updates",
  "incident_services",
  "maintenance_windows",
  "maintenance_updates",
  "maintenance_services",
  "corrections",
  "exclusions",
  "proposal_steps",
  "explanations",
  "decisions",
  "revision_proposals",
];

/** The marks as of now. Read before what they stand for: then what is kept under a mark is never older than it. */
export async function readMarks(db: Database): Promise<Marks> {
  const [row] = await queryRows<Record<keyof Marks, string>>(
    db,
    sql.raw(
      `select ${markOf(agreedTables)} as agreed, ${markOf(saidTables)} as said, (select count(*)::text from reports) as issued`,
    ),
  );
  const { agreed, said, issued } = row!;
  return { agreed, said, issued };
}

/** The mark of contracts and customers alone: small tables, asked for with pages about services. */
export async function readContractsMark(db: Database): Promise<string> {
  const tables = ["customers", "contracts", "contract_versions"];
  const [row] = await queryRows<{ mark: string }>(db, sql.raw(`select ${markOf(tables)} as mark`));
  return row!.mark;
}

/** Each row is written by a transaction at a place: one that was added, changed or taken away changes the sum. */
function markOf(tables: readonly string[]): string {
  return tables
    .map(
      (table) =>
        `(select count(*) || '.' || coalesce(sum(hashtextextended(xmin::text || ctid::text, 0)), 0) from ${table})`,
    )
    .join(" || '/' || ");
}
