/**
 * Pages of the console over 5,000 services and five years of people's words: the time of the server for each, in one process, as it is
 * asked by an admin. In the memory of the process stands what the page of customers needs, too; the rest is asked of the database.
 */
import { sql } from "drizzle-orm";
import { createToken } from "../../src/actions/create-token.ts";
import { sectionGroups } from "../../src/http/console/shell.ts";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import { literalClauses } from "../../src/domain/sla/promise/clauses.ts";
import { putContract, putCustomer, recordVersions } from "../../src/store/agreements.ts";
import { type OpenDatabase, openDatabase } from "../../src/store/database.ts";
import { listIncidentsSince } from "../../src/store/incidents.ts";
import { listWindowsSince } from "../../src/store/maintenance-windows.ts";
import { platforms } from "../../src/store/schema.ts";
import { boardAt, measuredService, testApi } from "../support/api.ts";
import { testBrowser } from "../support/browsers.ts";
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
    const pages = [
      ...sectionGroups.flatMap(({ sections }) => sections.map(({ path }) => `/console${path}`)),
      "/console/services?q=service%2049",
      "/console/services/service-42",
      "/console/search?q=slow%2042",
    ];
    const ours: Record<string, number> = {};
    for (const page of pages) {
      const times: number[] = [];
      for (let i = 0; i < asked; i++) {
        const start = performance.now();
        let answer = await browser.get(page);
        // The section of closings leads to the month that is to be closed.
        if (answer.status === 303) {
          answer = await browser.get(answer.headers.get("Location")!);
        }
        await answer.text();
        times.push(performance.now() - start);
        if (answer.status !== 200) {
          throw new Error(`${page} answered ${answer.status}`);
        }
      }
      ours[page.slice("/console".length) || "/"] = times.sort((a, b) => a - b)[Math.floor(asked / 2)]!;
    }
    return [
      {
        name: `pages of the console, ${services} services, ${incidents} incidents of five years, ${contracts} contracts; median of ${asked}`,
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
