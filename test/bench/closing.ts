/**
 * Closing a month of 1,000 contracts over 1,000 services with a year of change points: everything from the store to sealed reports and
 * the ledger, and what the memory holds on the way.
 */
import { sql } from "drizzle-orm";
import { closeMonth } from "../../src/actions/close-month.ts";
import { openSeal } from "../../src/actions/report-seal.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { literalClauses } from "../../src/domain/sla/promise/clauses.ts";
import { putContract, putCustomer, recordVersions } from "../../src/store/agreements.ts";
import { type OpenDatabase, openDatabase } from "../../src/store/database.ts";
import { platforms } from "../../src/store/schema.ts";
import { httpCheck } from "../support/watched.ts";
import { type Figure, progress } from "./figure.ts";

const label = "2026-06";
const begun = Date.UTC(2025, 6, 1);
const settled = Date.UTC(2026, 6, 4, 1);
const services = 1_000;
/** Outages of two minutes of each service, every month. */
const outagesAMonth = 2;
/** Services that each contract covers. */
const covered = 5;

export async function closing(): Promise<Figure[]> {
  const times: Record<string, number> = {};
  const heldMb: Record<string, number> = {};
  for (const contracts of [100, 1_000]) {
    const database = await openDatabase({ memory: true });
    try {
      await fill(database, contracts);
      const before = process.memoryUsage().heapUsed;
      const start = performance.now();
      let most = 0;
      const steps = closeMonth(database.db, office, { label, author: "Ann" }, () => settled);
      for await (const step of steps) {
        if (step.step === "done") {
          progress(`${step.issued} issued, ${step.waiting} wait, ${step.refused} refused`);
          if (step.issued !== contracts) {
            throw new Error(`${contracts - step.issued} contracts were not closed`);
          }
        }
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      }
      times[`${contracts} contracts`] = (performance.now() - start) / 1_000;
      heldMb[`${contracts} contracts`] = most / 1e6;
    } finally {
      await database.close();
    }
  }
  const over = `${services} services, ${covered} in each contract, a year of ${outagesAMonth} outages a month`;
  const shared = { better: "lower" as const, peers: {} };
  return [
    { ...shared, name: `closing a month over ${over}`, unit: "s", target: 30, ours: times },
    {
      ...shared,
      name: "the same, heap beside what stood before, at most",
      unit: "MB",
      target: null,
      ours: heldMb,
    },
  ];
}

const office = {
  engine: { version: "bench", timeZones: "bench", url: null },
  seal: openSeal("a secret of the bench"),
};

async function fill({ db, migrate }: OpenDatabase, contracts: number): Promise<void> {
  await migrate();
  await db.insert(platforms).values({
    ...{ id: 1, managedBy: "file", createdAt: begun },
    settings: {
      ...{ name: "Bench", address: null, timeZone: "UTC", languages: ["en"] },
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
  });
  await db.execute(sql`
    insert into services (slug, title, description, position, managed_by, created_at)
    select 'service-' || i, 'Service ' || i, '', i, 'file', ${begun} from generate_series(1, ${services}::int) as i`);
  await db.execute(sql`
    insert into checks (service_id, slug, managed_by, created_at) select id, 'web', 'file', ${begun} from services order by id`);
  await db.execute(sql`
    insert into check_revisions (check_id, effective_at, definition)
    select id, ${begun}, ${JSON.stringify(httpCheck)}::jsonb from checks`);
  const total = 12 * outagesAMonth;
  const gap = Math.floor((settled - begun) / (total + 1));
  await db.execute(sql`insert into readings (check_id, at, state) select id, ${begun}, 'up' from checks`);
  await db.execute(sql`
    insert into readings (check_id, at, state)
    select id, ${begun} + n::bigint * ${gap} + id * 1000 + shift, case when shift = 0 then 'down' else 'up' end
    from checks, generate_series(1, ${total}::int) as n, unnest(array[0, 120000]) as shift`);
  await db.execute(sql`
    insert into outages (check_id, start, "end", last_fail_at, last_ok_before_at, first_ok_after_at)
    select id, at, at + 120000, at + 115000, at - 15000, at + 120000
    from checks, generate_series(1, ${total}::int) as n, lateral (select ${begun} + n::bigint * ${gap} + id * 1000 as at) as edge`);
  await db.execute(sql`
    insert into explanations (kind, service_id, start, "end", reason, author, recorded_at)
    select 'outage_without_incident', checks.service_id, outages.start, outages."end", 'Known.', 'Ann', ${settled}
    from outages join checks on checks.id = outages.check_id`);
  const recording = { managedBy: "people" as const, author: "Ann", holidayEdition, now: begun };
  const customer = {
    slug: "acme",
    name: "Acme",
    language: "en" as const,
    recipients: [],
    contacts: [],
    notes: "",
  };
  await putCustomer(db, customer, recording);
  for (let i = 0; i < contracts; i++) {
    await agree({ db }, i, recording);
  }
}

async function agree(
  { db }: Pick<OpenDatabase, "db">,
  i: number,
  recording: Parameters<typeof putContract>[3],
): Promise<void> {
  const slug = `contract-${i + 1}`;
  const particulars = {
    ...{
      title: slug,
      customer: "acme",
      policy: null,
      endsAt: null,
      language: null,
      recipients: [],
      send: { kind: "on_issue" as const },
    },
    ...{ escalationContact: null, sources: [] },
  };
  const clauses = {
    ...literalClauses({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 }),
    covers: {
      services: Array.from({ length: covered }, (_, j) => `service-${((i + j) % services) + 1}`),
      groups: [],
    },
    fee: { minor: 400_000, currency: "DKK" },
    credit: {
      model: { kind: "bands" as const, bands: [{ below: "99.99", percent: "10" }] },
      ...{ mode: "automatic" as const, feeBasis: "contract" as const, proration: "none" as const },
      ...{ rounding: "half_even" as const, capPercent: null, rollingCap: null, minimum: null },
      ...{ claim: null, clawback: false },
    },
  };
  await putContract(db, slug, particulars, recording);
  const version = { effectiveAt: begun, midCycle: false, reason: "", clauses };
  await recordVersions(db, slug, { record: [version], withdraw: [] }, recording);
}
