/**
 * Pages of the console over 5,000 services and five years of people's words: what each costs the server, in one process with its database,
 * as it is asked by an admin. In the memory of the process stands what the page of customers needs, too; the rest is asked of the database.
 * `BENCH_PAGES=closings,what-if` asks only for pages whose address holds one of these words.
 */
import { sql } from "drizzle-orm";
import { createToken } from "../../src/actions/create-token.ts";
import { sectionGroups } from "../../src/http/console/shell.ts";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { literalClauses } from "../../src/domain/sla/promise/clauses.ts";
import { putContract, putCustomer, recordVersions } from "../../src/store/agreements.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { listIncidentsSince } from "../../src/store/incidents.ts";
import { listWindowsSince } from "../../src/store/maintenance-windows.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { boardAt, measuredService, testApi } from "../support/api.ts";
import { type TestBrowser, testBrowser } from "../support/browsers.ts";
import { httpCheck } from "../support/watched.ts";
import { type Figure, progress } from "./figure.ts";

const now = Date.UTC(2026, 5, 15, 12);
const dayMs = 86_400_000;
const begun = now - 5 * 365 * dayMs;
const services = 5_000;
const incidents = 5_000;
const windows = 500;
const contracts = 200;
const asked = 15;

type Ask = (browser: TestBrowser) => Promise<Response>;

const month = "2026-05";
const planned = { start: "2026-06-29T02:00", end: "2026-06-29T03:00", services: "service-42" };
const work = { ...planned, title: "Move to another rack", message: "Nothing answers for an hour." };
const recurring = { ...work, repeat: "weekly" };

/** Every section, one page of each kind that grows with services or years, and what is sent from the heaviest forms. */
const asks: Record<string, Ask> = {
  ...Object.fromEntries(
    [
      ...sectionGroups.flatMap(({ sections }) => sections.map(({ path }) => path)),
      "/services?q=service%2049",
      "/services/service-42",
      "/services/service-42/timeline",
      "/search?q=slow%2042",
      "/incidents/new",
      "/incidents/INC-2026-5000",
      "/maintenance/new",
      "/proposals/new-correction",
      "/proposals/new-exclusion",
      "/contracts/contract-42",
      `/contracts/contract-42/${month}`,
      "/customers/customer-42",
      `/closings/${month}/close`,
      `/what-if?${new URLSearchParams({ kind: "maintenance", ...planned })}`,
    ].map((path): [string, Ask] => [path || "/", (browser) => browser.get(`/console${path}`)]),
  ),
  "POST /closings": (browser) => browser.post(`/console/closings/${month}/close`),
  "POST /maintenance/new": (browser) => browser.post("/console/maintenance/new", work),
  "POST /maintenance/new, weekly": (browser) => browser.post("/console/maintenance/new", recurring),
};

const wantedPages = process.env.BENCH_PAGES?.split(",") ?? [""];
const isWanted = ([name]: [string, Ask]) => wantedPages.some((words) => name.includes(words));

export async function consolePages(): Promise<Figure[]> {
  const database = await openDatabase({ memory: true });
  try {
    await fill(database);
    const { db } = database;
    const board: StatusBoard = {
      ...boardAt(now),
      services: Array.from({ length: services }, (_, i) =>
        measuredService(`service-${i + 1}`, now, {
          title: `Service ${i + 1}`,
          checks: [
            {
              ...{ slug: "web", kind: "http", intervalMs: 15_000, counts: true, parent: null },
              ...{ reading: "up" as const, trouble: null, rules: {} as never },
            },
          ],
        }),
      ),
      incidents: await listIncidentsSince(db, now - 400 * dayMs),
      windows: await listWindowsSince(db, now - 400 * dayMs),
    };
    const api = await testApi(db, now, { board: () => board });
    const browser = testBrowser(api);
    const token = await createToken(db, "bench", now);
    await browser.post("/console/sign-in", { token });
    const ours: Record<string, number> = {};
    for (const [name, ask] of Object.entries(asks).filter(isWanted)) {
      const costs: number[] = [];
      for (let i = 0; i < asked; i++) {
        const before = process.cpuUsage();
        let answer = await ask(browser);
        await answer.text();
        if (answer.status === 303) {
          answer = await browser.get(answer.headers.get("Location")!);
          await answer.text();
        }
        const { user, system } = process.cpuUsage(before);
        costs.push((user + system) / 1_000);
        if (answer.status !== 200) {
          throw new Error(`${name} answered ${answer.status}`);
        }
        await api.deps.closings.settled();
      }
      ours[name] = Math.min(...costs);
    }
    return [
      {
        name: `pages of the console, ${services} services, ${incidents} incidents of five years, ${contracts} contracts; CPU of the server and its database, least of ${asked}`,
        ...{ unit: "ms", better: "lower", target: 50, ours, peers: {} },
      },
    ];
  } finally {
    await database.close();
  }
}

async function fill({ db, migrate }: OpenDatabase): Promise<void> {
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
  const gap = Math.floor((now - begun) / incidents);
  await db.execute(sql`
    insert into incidents (reference, title, started_at, declared_at, resolved_at, language)
    select 'INC-' || 2021 + i / 1000 || '-' || lpad(i::text, 4, '0'), 'Answers are slow, ' || i,
      ${begun} + i::bigint * ${gap}, ${begun} + i::bigint * ${gap} + 60000,
      case when i > ${incidents - 3} then null else ${begun} + i::bigint * ${gap} + 3600000 end, 'en'
    from generate_series(1, ${incidents}::int) as i`);
  await db.execute(sql`
    insert into incident_updates (incident_id, state, message, at, author, language)
    select incidents.id, (array['investigating', 'identified', 'resolved'])[n], 'We are looking into it.', started_at + n * 60000, 'bench', 'en'
    from incidents, generate_series(1, 3) as n where n < 3 or resolved_at is not null`);
  await db.execute(sql`
    insert into incident_services (incident_id, service_id, start, "end", impact)
    select id, 1 + (id * 7 + n) % ${services}::int, started_at, resolved_at, 'degraded_performance' from incidents, generate_series(0, 1) as n`);
  await db.execute(sql`
    insert into maintenance_windows (reference, title, message, state, announced_at, planned_start, planned_end, author)
    select 'MNT-2026-' || lpad(i::text, 4, '0'), 'Move ' || i, '', case when i > ${windows - 10} then 'scheduled' else 'completed' end,
      at - 864000000, at, at + 3600000, 'bench'
    from (select i, ${now + 5 * dayMs} - (${windows} - i)::bigint * ${3 * dayMs} as at from generate_series(1, ${windows}::int) as i) one`);
  await db.execute(sql`
    insert into maintenance_services (window_id, service_id) select id, 1 + id % ${services}::int from maintenance_windows`);
  for (let i = 1; i <= contracts; i++) {
    await addContract(db, i);
  }
  progress("filled");
}

/** A customer with one contract over five services, from the beginning. */
async function addContract(db: OpenDatabase["db"], i: number): Promise<void> {
  const recording = { managedBy: "people" as const, author: "bench", holidayEdition, now: begun };
  const [customer, slug] = [`customer-${i}`, `contract-${i}`];
  const person = { language: "en" as const, recipients: [], contacts: [], notes: "" };
  await putCustomer(db, { slug: customer, name: `Customer ${i}`, ...person }, recording);
  const particulars = {
    ...{ title: `Contract ${i}`, customer, policy: null, endsAt: null, language: null, recipients: [] },
    ...{ send: { kind: "on_issue" as const }, escalationContact: null, sources: [] },
  };
  await putContract(db, slug, particulars, recording);
  const clauses = {
    ...literalClauses({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 }),
    covers: { services: Array.from({ length: 5 }, (_, j) => `service-${i * 5 + j}`), groups: [] },
  };
  const version = { effectiveAt: now - 40 * dayMs, midCycle: false, reason: "", clauses };
  await recordVersions(db, slug, { record: [version], withdraw: [] }, recording);
}
