/**
 * A platform whose months can be closed: Beacon and Lamp, observed from 2026 on, a contract of Acme, and the office that seals reports.
 */
import { sql } from "drizzle-orm";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import type { ReportOffice } from "../../src/actions/issue-report.ts";
import { openSeal } from "../../src/actions/report-seal.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { putContract, putCustomer, recordVersions } from "../../src/store/agreements.ts";
import type { Database } from "../../src/store/database.ts";
import { putOutages } from "../../src/store/outages.ts";
import { putReadings } from "../../src/store/readings.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { agreementsOf } from "./contracts.ts";
import { watch } from "./watched.ts";

export const office: ReportOffice = {
  engine: { version: "0.1.0", timeZones: "2026a", url: "https://status.example" },
  seal: openSeal("a secret of the test"),
};

export const begun = Date.parse("2026-01-01T00:00:00Z");
export const june = "2026-06";
/** June in Copenhagen has settled. */
export const settled = Date.parse("2026-07-04T00:00:00Z");

/** Empties every table that these suites fill. */
export async function forgetClosings(db: Database): Promise<void> {
  await db.execute(
    sql`truncate platforms, locations, service_groups, services, checks, readings, outages, customers, contracts, audit_entries, corrections, exclusions, proposal_steps, explanations, decisions, reports, revision_proposals, credit_entries, closings, late_changes restart identity cascade`,
  );
}

/** The platform with these services, each with one check; their numbers by slug. */
export async function closablePlatform(
  db: Database,
  slugs: readonly string[] = ["beacon", "lamp"],
): Promise<Map<string, number>> {
  await db.insert(platforms).values({
    id: 1,
    settings: {
      name: "Acme",
      address: null,
      timeZone: "Europe/Copenhagen",
      languages: ["en"],
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
    managedBy: "file",
    createdAt: begun,
  });
  const checks = new Map<string, number>();
  for (const slug of slugs) {
    const id = await watch(db, slug, {}, begun);
    checks.set(slug, id);
    await putReadings(db, [{ checkId: id, at: begun, state: "up" }]);
  }
  return checks;
}

/** Makes contracts as people would write them, of Acme where nobody else is named. */
export async function agree(
  db: Database,
  slug: string,
  lines: string,
  now = begun,
  customer = "acme",
): Promise<void> {
  const indented = lines
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  const { customers, contracts } = agreementsOf(
    `customers: { ${customer}: ${customer[0]!.toUpperCase()}${customer.slice(1)} }\ncontracts:\n  ${slug}:\n    customer: ${customer}\n    starts: 2026-01-01\n${indented}\n`,
  );
  const recording = { managedBy: "file" as const, author: "Ann", holidayEdition, now };
  const [contract] = contracts;
  await putCustomer(db, customers[0]!, recording);
  await putContract(db, slug, contract!.particulars, recording);
  await recordVersions(db, slug, { record: contract!.versions, withdraw: [] }, recording);
}

/** An outage of a check as it is derived: down, then up again, seen every 15 s. */
export async function goDown(db: Database, checkId: number, start: number, end: number): Promise<void> {
  await putReadings(db, [
    { checkId, at: start, state: "down" },
    { checkId, at: end, state: "up" },
  ]);
  await putOutages(db, [
    {
      ...{ checkId, start, end },
      lastFailAt: end - 15_000,
      lastOkBeforeAt: start - 15_000,
      firstOkAfterAt: end,
    },
  ]);
}

/** Nobody could say how it was. */
export async function goSilent(db: Database, checkId: number, start: number, end: number): Promise<void> {
  await putReadings(db, [
    { checkId, at: start, state: "unknown" },
    { checkId, at: end, state: "up" },
  ]);
}

/**
 * June closed for two customers who know nothing of each other: Acme, whose beacon was out, and Beta, whose lamp was; for so many minutes,
 * which a person has explained.
 */
export async function closeJuneOfTwo(db: Database, minutes = { beacon: 10, lamp: 10 }): Promise<void> {
  await forgetClosings(db);
  const checks = await closablePlatform(db);
  const start = Date.parse("2026-06-10T10:00:00Z");
  for (const { service, contract, title, customer } of [
    { service: "beacon", contract: "acme-gold", title: "Acme Gold", customer: "acme" },
    { service: "lamp", contract: "beta-secret", title: "Beta Secret", customer: "beta" },
  ] as const) {
    const written = `title: ${title}
target: 99.99
covers: [${service}]
fee: 4000.00 DKK
credit: { bands: [{ below: 99.99, percent: 10 }], mode: on_claim, claim: { days_after_cycle: 60 } }`;
    await agree(db, contract, written, begun, customer);
    await goDown(db, checks.get(service)!, start, start + minutes[service] * 60_000);
    const wanted = {
      ...{ contract, label: june, reason: `A switch of ${contract} was exchanged.` },
      choices: [{ service, incident: null, start: null }],
    };
    await explainDifferences(db, office.engine, wanted, "Olga Operator", settled);
    await closeCycle(db, office, { contract, label: june, author: "Olga Operator" }, settled);
  }
}
