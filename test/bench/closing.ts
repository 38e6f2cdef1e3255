/**
 * Closing a month of 1,000 contracts over 1,000 services with a year of change points: everything from the store to sealed reports and
 * the ledger, and what the memory holds on the way.
 */
import { sql } from "drizzle-orm";
import { closeMonth } from "../../src/actions/close-month.ts";
import { answerMonth } from "../../src/http/month-documents.ts";
import { openSeal } from "../../src/actions/report-seal.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { tableNames } from "../../src/documents/tables.ts";
import { literalClauses } from "../../src/domain/sla/promise/clauses.ts";
import { putContract, putCustomer, recordVersions } from "../../src/store/agreements.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { platforms } from "../../src/store/tables/watched.ts";
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
  const closed: Record<string, number> = {};
  const withTables: Record<string, number> = {};
  const heapMb: Record<string, number> = {};
  const residentMb: Record<string, number> = {};
  for (const contracts of [100, 1_000]) {
    const run = `${contracts} contracts`;
    const database = await openDatabase({ memory: true });
    try {
      await fill(database, contracts);
      const memory = watchMemory();
      const start = performance.now();
      await closeAll(database, contracts);
      closed[run] = (performance.now() - start) / 1_000;
      await printTables(database, contracts);
      withTables[run] = (performance.now() - start) / 1_000;
      ({ heapMb: heapMb[run], residentMb: residentMb[run] } = memory.most());
    } finally {
      await database.close();
    }
  }
  const over = `${services} services, ${covered} in each contract, a year of ${outagesAMonth} outages a month`;
  const seconds = { unit: "s", better: "lower" as const, peers: {} };
  const size = { unit: "MB", better: "lower" as const, target: null, peers: {} };
  return [
    { ...seconds, name: `closing a month over ${over}`, target: null, ours: closed },
    { ...seconds, name: "the same, and all tables of all of them as CSV", target: 30, ours: withTables },
    { ...size, name: "the same, heap beside what stood before, at most", ours: heapMb },
    {
      ...size,
      name: "the same, resident beside what stood before, at most, the database in it",
      ours: residentMb,
    },
  ];
}

async function closeAll({ db }: OpenDatabase, contracts: number): Promise<void> {
  for await (const step of closeMonth(db, office, { label, author: "Ann" }, () => settled)) {
    if (step.step === "done") {
      progress(`${step.issued} issued, ${step.waiting} wait, ${step.refused} refused`);
      if (step.issued !== contracts) {
        throw new Error(`${contracts - step.issued} contracts were not closed`);
      }
    }
  }
}

/** Every table of the month over all contracts, as it is downloaded. */
async function printTables({ db }: OpenDatabase, contracts: number): Promise<void> {
  const settings = { name: "Bench", languages: ["en" as const] };
  for (const name of tableNames) {
    const wanted = {
      month: label,
      document: `${name}.csv` as const,
      customer: null,
      language: "en" as const,
    };
    const answer = await answerMonth(db, settings, wanted, (error) => {
      throw error;
    });
    const lines = (await answer.text()).split("\n").length;
    if (name === "summary" && lines < contracts) {
      throw new Error(`the table has only ${lines} lines`);
    }
  }
}

/** The most that is held from now on, in MB, looked at every 100 ms. */
function watchMemory(): { most(): { heapMb: number; residentMb: number } } {
  const before = process.memoryUsage();
  const most = { heapMb: 0, residentMb: 0 };
  const look = () => {
    const { heapUsed, rss } = process.memoryUsage();
    most.heapMb = Math.max(most.heapMb, (heapUsed - before.heapUsed) / 1e6);
    most.residentMb = Math.max(most.residentMb, (rss - before.rss) / 1e6);
  };
  const timer = setInterval(look, 100);
  return {
    most() {
      clearInterval(timer);
      look();
      return most;
    },
  };
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
