/** The reports of a month: which contracts have one, in which latest revision, and which have none yet. */
import { NotFound } from "../domain/errors.ts";
import { contractCycle } from "../domain/sla/promise/contract-cycle.ts";
import { readContracts, readCustomers } from "./agreements.ts";
import type { Database } from "./database.ts";
import { type IssuedReport, listReports } from "./reports.ts";

export interface MonthOfReports {
  /** Null: all of them. */
  customer: { slug: string; name: string } | null;
  /** The latest revision of each contract, in order of contract. */
  issued: IssuedReport[];
  /** Contracts that hold in the month and have no report, in order. */
  missing: string[];
}

/**
 * Those of all customers, or of one.
 *
 * @throws NotFound customer_not_found, report_not_found: none was issued
 */
export async function listMonthReports(
  db: Database,
  label: string,
  customerSlug: string | null,
): Promise<MonthOfReports> {
  const customer = customerSlug === null ? null : await getCustomer(db, customerSlug);
  const contracts = await readContracts(db);
  const isMeant = (slug: string) =>
    customer === null || contracts.get(slug)?.particulars.customer === customer.slug;
  const latest = new Map<string, IssuedReport>();
  for (const report of await listReports(db, { label })) {
    if (isMeant(report.contract)) {
      latest.set(report.contract, report);
    }
  }
  if (latest.size === 0) {
    throw new NotFound("report_not_found", `No report has been issued for ${label}.`);
  }
  const missing = [...contracts]
    .filter(([slug, { archived }]) => !archived && isMeant(slug) && !latest.has(slug))
    .filter(([, { versions, particulars }]) => {
      return contractCycle(label, { versions, endsAt: particulars.endsAt }) !== null;
    })
    .map(([slug]) => slug)
    .sort();
  return { customer, issued: [...latest.values()], missing };
}

async function getCustomer(db: Database, slug: string): Promise<{ slug: string; name: string }> {
  const customer = (await readCustomers(db)).get(slug);
  if (customer === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${slug}".`);
  }
  return { slug, name: customer.wanted.name };
}
