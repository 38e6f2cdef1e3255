/** How much waits for a person, in numbers: asked with every page of the console, so each is answered by an index or a small table. */
import { sql } from "drizzle-orm";
import type { Interval } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";

export interface Waiting {
  /** Alerts that call somebody and that nobody has acknowledged. */
  alerts: number;
  /** Requests that nobody has answered. */
  requests: number;
  /** Proposals of others than this one. */
  proposals: number;
  /** Mails that were given up, or came back. */
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
        (select count(*) from mailings where (failed_at is not null or returned_at is not null) and withdrawn_at is null) as mail`,
  );
  return {
    alerts: Number(row!.alerts),
    requests: Number(row!.requests),
    proposals: Number(row!.proposals),
    mail: Number(row!.mail),
  };
}

/** A month, as the platform's own cycle cuts it. */
export interface WaitingMonth extends Interval {
  label: string;
}

/** How many contracts hold in each of the months and have no report of it; in their order. */
export async function countUnreported(
  db: Database,
  months: readonly WaitingMonth[],
): Promise<{ label: string; n: number }[]> {
  const rows = await queryRows<{ label: string; n: string | number }>(
    db,
    sql`
      select month.label, count(*) as n
      from unnest(
        ${textArray(months.map(({ label }) => label))}::text[],
        ${numberArray(months.map(({ start }) => start))}::bigint[],
        ${numberArray(months.map(({ end }) => end))}::bigint[]) as month (label, starts, ends)
      join contracts on archived_at is null and coalesce((particulars ->> 'endsAt')::bigint, ends) > starts
      where exists (
          select 1 from contract_versions version
          where version.contract_id = contracts.id and version.clauses is not null and version.effective_at < ends)
        and not exists (
          select 1 from reports where reports.contract_id = contracts.id and reports.label = month.label)
      group by month.label`,
  );
  const counts = new Map(rows.map(({ label, n }) => [label, Number(n)]));
  return months.map(({ label }) => ({ label, n: counts.get(label) ?? 0 }));
}
