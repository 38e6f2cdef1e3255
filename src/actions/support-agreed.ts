/** What is agreed on support, read once for whatever clocks are to be looked at. */
import { calendarsOf } from "../calendars/holidays.ts";
import type { NamedCalendar, StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import type { CalendarOf } from "../domain/sla/promise/clause-terms.ts";
import { type ContractSupport, supportAt } from "../domain/sla/promise/support-promise.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readCalendars, readContracts } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";

export interface SupportAgreed {
  contracts: ReadonlyMap<string, StandingContract>;
  calendarOf: CalendarOf;
  /** What a contract promised when something began; null: nothing, or there is no contract. */
  termsOf(contract: string | null, at: Instant): ContractSupport | null;
}

/** All contracts, those of one customer, or these. @param wanted a calendar as if it said this */
export async function readSupportAgreed(
  db: Database,
  among: { customer?: string; slugs?: readonly string[] } = {},
  wanted: NamedCalendar | null = null,
): Promise<SupportAgreed> {
  const contracts = await readContracts(db, among);
  const calendars = await readCalendars(db);
  const named = new Map([...calendars].map(([slug, standing]) => [slug, standing.wanted]));
  if (wanted !== null) {
    named.set(wanted.slug, wanted);
  }
  return {
    contracts,
    calendarOf: calendarsOf(named),
    termsOf(contract, at) {
      const standing = contract === null ? undefined : contracts.get(contract);
      return standing === undefined ? null : supportAt(standing, at);
    },
  };
}
