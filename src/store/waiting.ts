/** How much waits for a person, in numbers: asked with every page of the console, so each is answered by an index or a small table. */
import { sql } from "drizzle-orm";
import type { Interval } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";

export interface Waiting {
  /** Alerts that call somebody and that nobody has acknowledged. */
  alerts: number;
  /** Requests that nobody has answered. */
  requests: number;
  /** Proposals of others than this one. */
  proposals: number;
  /** Mails that were given up. */
  mail: number;
}

/** @param author whose own proposals wait for somebody else */
export async function countWaiting(db: Database, author: string): Promise<Waiting> {
  const unsettled = (table: string) => sql`
    (select count(*) from ${sql.raw(table)} one where author <> ${author}
      and not exists (select 1 from proposal_steps step where step.reference = one.reference))`;
  const [row] = await queryRows<Record<keyof Waiting, string | number>>(
    db,
    sql`
      select
        (select count(*) from alerts where over_at is null and closed_at is null and calling_since is not null
          and acknowledged_at is null) as alerts,
        (select count(*) from requests where resolved_at is null and paused_at is null and answered_at is null) as requests,
        ${unsettled("corrections")} + ${unsettled("exclusions")} + ${unsettled("revision_proposals")} as proposals,
        (select count(*) from mailings where failed_at is not null and withdrawn_at is null) as mail`,
  );
  return {
    alerts: Number(row!.alerts),
    requests: Number(row!.requests),
    proposals: Number(row!.proposals),
    mail: Number(row!.mail),
  };
}

/** Contracts that hold in a month, as the platform's own cycle cuts it, and have no report of it. */
export async function countUnreported(
  db: Database,
  label: string,
  { start, end }: Interval,
): Promise<number> {
  const [row] = await queryRows<{ n: string | number }>(
    db,
    sql`
      select count(*) as n from contracts
      where archived_at is null
        and coalesce((particulars ->> 'endsAt')::bigint, ${end}::bigint) > ${start}
        and exists (
          select 1 from contract_versions version
          where version.contract_id = contracts.id and version.clauses is not null and version.effective_at < ${end})
        and not exists (select 1 from reports where reports.contract_id = contracts.id and reports.label = ${label})`,
  );
  return Number(row!.n);
}
