/**
 * What a month's availability costs, read cold from the store: how it grows with services, with months, with what happened in them, and
 * that it does not grow with how often anyone asked (the same month, asked every 5 s and every 60 s).
 */
import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { keepMonths } from "../../src/actions/keep-months.ts";
import { commitmentFrom } from "../../src/domain/sla/measure/commitment.ts";
import { keptAfterMs, monthTerms } from "../../src/domain/sla/measure/kept-month.ts";
import { keptUptime, monthlyUptime, type MonthUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import { cyclesBetween } from "../../src/domain/time/billing-cycle.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { listKeptMonths } from "../../src/store/service-months.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { httpCheck } from "../support/watched.ts";
import { type Figure, progress } from "./figure.ts";
import { isKumaInstalled } from "./peers/kuma-server.ts";
import { tellKumaYear } from "./peers/kuma-year.ts";

const now = Date.UTC(2026, 5, 1);
const monthMs = 30.4375 * 86_400_000;

const settings = {
  ...{ name: "Bench", address: null, timeZone: "UTC", languages: ["en" as const] },
  commitment: { targetPercent: "99.99", anchorDay: 1 },
};
const commitment = commitmentFrom({ ...settings.commitment, timeZone: settings.timeZone });

interface History {
  services: number;
  months: number;
  /** Outages of two minutes, in each service and month. */
  outages: number;
  /** Rows of samples that lie beside it; nothing should read them. */
  samples?: number;
}

const usual = { services: 100, months: 12, outages: 10 };

/**
 * Uptime Kuma 2.5.3 over the same history, in this run where it is installed; else as it was measured once on a machine of 2 cores, for
 * scale. It tells one figure of each monitor, by counting, and has no calendar months.
 */
async function kumaMs(): Promise<Figure["peers"]> {
  if (!isKumaInstalled()) {
    return {
      "Uptime Kuma, one figure of each, warm (measured elsewhere)": 1_100,
      "after a start (measured elsewhere)": 139_600,
    };
  }
  const { coldMs, warmMs } = await tellKumaYear(year.services, year.outages);
  return { "Uptime Kuma, one figure of each, warm": warmMs, "after a start": coldMs };
}

/** What is promised: a year of a thousand services. */
const year = { services: 1_000, months: 12, outages: 10 };

export async function availability(): Promise<Figure[]> {
  const curve = async (name: string, cases: Record<string, History>): Promise<Figure> => {
    const ours: Record<string, number> = {};
    for (const [label, history] of Object.entries(cases)) {
      ours[label] = await medianMs(history);
    }
    return { name, unit: "ms", better: "lower", target: null, ours, peers: {} };
  };
  return [
    {
      name: "the twelve months of 1,000 services, cold, as they are kept (10 outages in each)",
      ...{ unit: "ms", better: "lower", target: 100, peers: await kumaMs() },
      ours: await keptMs(),
    },
    await curve("every month of every service, computed, cold, by services (12 months, 10 outages in each)", {
      "1 service": { ...usual, services: 1 },
      "10 services": { ...usual, services: 10 },
      "100 services": usual,
      "1,000 services": { ...usual, services: 1_000 },
    }),
    await curve("every month of 100 services, cold, by months", {
      "1 month": { ...usual, months: 1 },
      "12 months": usual,
      "60 months": { ...usual, months: 60 },
    }),
    await curve("12 months of 100 services, cold, by outages in each month", {
      "1 outage": { ...usual, outages: 1 },
      "10 outages": usual,
      "100 outages": { ...usual, outages: 100 },
    }),
    await curve("12 months of 10 services, cold, by samples that lie in the store", {
      "no sample": { ...usual, services: 10 },
      "a million samples": { ...usual, services: 10, samples: 1_000_000 },
    }),
  ];
}

/** Over both databases: all months that are over are kept, then read and told; each figure is checked against the computed one. */
async function keptMs(): Promise<Record<string, number>> {
  const took: Record<string, number> = {};
  const server = await startPostgres().catch(() => null);
  for (const [name, place] of [
    ["PGlite", { memory: true }],
    ...(server === null ? [] : [["PostgreSQL", { url: server.url }] as const]),
  ] as const) {
    const database = await openDatabase(place);
    try {
      await fill(database, year);
      const began = performance.now();
      await keepMonths(database.db, now + keptAfterMs);
      progress(`${name}: kept within ${Math.round(performance.now() - began)} ms`);
      const runs: number[] = [];
      let told: Map<string, MonthUptime[]> = new Map();
      for (let run = 0; run < 9; run++) {
        const start = performance.now();
        told = await keptYear(database);
        runs.push(performance.now() - start);
      }
      took[name] = runs.sort((a, b) => a - b)[4]!;
      refuseOthers(told, await everyMonth(database, year));
    } finally {
      await database.close();
    }
  }
  await server?.stop();
  return took;
}

async function keptYear({ db }: OpenDatabase): Promise<Map<string, MonthUptime[]>> {
  const cycles = new Map(
    cyclesBetween(Math.round(now - 12 * monthMs), now, commitment).map((cycle) => [cycle.start, cycle]),
  );
  const kept = await listKeptMonths(db, monthTerms(commitment), { start: 0, end: now });
  return new Map(
    [...kept].map(([slug, { months }]) => [
      slug,
      [...months.values()].map((month) => keptUptime(month, cycles.get(month.start)!, commitment)),
    ]),
  );
}

function refuseOthers(told: Map<string, MonthUptime[]>, computed: Map<string, MonthUptime[]>): void {
  for (const [slug, months] of computed) {
    const inOrder = told.get(slug)!.sort((a, b) => a.period.start - b.period.start);
    const finished = months.filter(({ provisional }) => !provisional);
    if (!isDeepStrictEqual(inOrder, finished)) {
      throw new Error(`what is kept of ${slug} is not what is computed`);
    }
  }
}

/** Median of five readings of everything from the store to the percentages. */
async function medianMs(history: History): Promise<number> {
  const database = await openDatabase({ memory: true });
  try {
    await fill(database, history);
    const took: number[] = [];
    for (let run = 0; run < 5; run++) {
      const began = performance.now();
      const computed = await everyMonth(database, history);
      took.push(performance.now() - began);
      const months = computed.values().reduce((count, { length }) => count + length, 0);
      if (months < history.services * history.months) {
        throw new Error(`only ${months} months were told`);
      }
    }
    return took.sort((a, b) => a - b)[2]!;
  } finally {
    await database.close();
  }
}

async function everyMonth({ db }: OpenDatabase, { services }: History): Promise<Map<string, MonthUptime[]>> {
  const live = await loadReadings(db, 0);
  const board = openBoard(
    live,
    {
      settings,
      groups: [],
      services: Array.from({ length: services }, (_, i) => ({
        slug: `service-${i + 1}`,
        title: `Service ${i + 1}`,
        description: "",
        groupSlug: null,
        createdAt: 0,
        archivedAt: null,
      })),
      incidents: [],
      windows: [],
    },
    () => 0,
  );
  const measured = board.at(now).services;
  return new Map(measured.map((service) => [service.slug, monthlyUptime(service, commitment, now)]));
}

/** Writes a history as it would have been derived. */
async function fill({ db, migrate }: OpenDatabase, history: History): Promise<void> {
  await migrate();
  const { services, months, outages, samples = 0 } = history;
  const start = Math.round(now - months * monthMs);
  const total = months * outages;
  await db.insert(platforms).values({ id: 1, settings, managedBy: "file", createdAt: start });
  const gap = Math.floor((now - start) / (total + 1));
  await db.execute(
    sql`insert into locations (slug, title, managed_by, created_at) values ('lisbon', 'Lisbon', 'file', 0)`,
  );
  await db.execute(sql`
    insert into services (slug, title, description, position, managed_by, created_at)
    select 'service-' || i, 'Service ' || i, '', i, 'file', ${start} from generate_series(1, ${services}::int) as i`);
  await db.execute(sql`
    insert into checks (service_id, slug, managed_by, created_at) select id, 'web', 'file', ${start} from services order by id`);
  await db.execute(sql`
    insert into check_revisions (check_id, effective_at, definition)
    select id, ${start}, ${JSON.stringify(httpCheck)}::jsonb from checks`);
  await db.execute(sql`insert into readings (check_id, at, state) select id, ${start}, 'up' from checks`);
  await db.execute(sql`
    insert into readings (check_id, at, state)
    select id, ${start} + n::bigint * ${gap} + shift, case when shift = 0 then 'down' else 'up' end
    from checks, generate_series(1, ${total}::int) as n, unnest(array[0, 120000]) as shift`);
  await db.execute(sql`
    insert into outages (check_id, start, "end", last_fail_at, last_ok_before_at, first_ok_after_at)
    select id, at, at + 120000, at + 115000, at - 15000, at + 120000
    from checks, generate_series(1, ${total}::int) as n, lateral (select ${start} + n::bigint * ${gap} as at) as edge`);
  if (samples > 0) {
    await fillSamples(db, samples);
  }
}

async function fillSamples(db: OpenDatabase["db"], samples: number): Promise<void> {
  await db.execute(
    sql.raw(
      `create table samples_bench partition of samples for values from (0) to (${Number.MAX_SAFE_INTEGER})`,
    ),
  );
  // Before what is derived: a start reads only samples that came after the last checkpoint.
  await db.execute(sql`
    insert into samples (check_id, location_id, at, outcome)
    select 1, 1, n::bigint * 5000, 0 from generate_series(1, ${samples}::int) as n`);
  await db.execute(sql`
    insert into checkpoints (check_id, start, through, state)
    select 1, ${samples * 5000}, ${samples * 5000}, ${JSON.stringify({
      ...{ runStart: 0, lastConclusiveAt: now, reading: "up", readingSince: 0, lastOkAt: now },
      down: { on: false, streak: 0, streakStart: 0 },
      degraded: { on: false, streak: 0, streakStart: 0 },
      ...{ lastOkBeforeStreakAt: null, lastFailAt: null, outage: null, awaitingOk: [], latest: {} },
      ...{ inconclusiveRounds: 0, unconfirmedFailRounds: 0, pendingFailRounds: 0 },
    })}::jsonb`);
}
