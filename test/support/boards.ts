/**
 * Status boards in every state the page knows, made of arithmetic alone, so that two runs see the same page. For tests of pages.
 */
import { rulesOf } from "../../src/domain/monitoring/check.ts";
import type { PresentRules } from "../../src/domain/status/service.ts";
import type { CheckOutage, MeasuredService } from "../../src/domain/status/service.ts";
import type { Incident } from "../../src/domain/status/incident.ts";
import type { MaintenanceWindow } from "../../src/domain/status/maintenance-window.ts";
import type { ResponseTime, StatusBoard } from "../../src/domain/status/status-board.ts";
import type { ReadingState, Segment } from "../../src/domain/monitoring/timeline.ts";
import { anIncident, anUpdate } from "./incidents.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Sunday, 22 November 2026, 14:30:12 in Copenhagen. */
export const now = Date.UTC(2026, 10, 22, 13, 30, 12);

export type VersionedBoard = StatusBoard & { version: number };

/** A stretch of trouble: how long before `now` it began, how long it lasted (null: it lasts). */
export interface Trouble {
  agoMs: number;
  lengthMs: number | null;
  state: Exclude<ReadingState, "up">;
}

/** A service observed for `observedDays`, with these troubles; its outages have edges of 5 s and 10 s. */
export function measured(
  slug: string,
  title: string,
  groupSlug: string | null,
  troubles: readonly Trouble[] = [],
  observedDays: number | null = 400,
): MeasuredService {
  const observedFrom = observedDays === null ? null : now - observedDays * day;
  const inOrder = [...troubles].sort((a, b) => b.agoMs - a.agoMs);
  const segments = inOrder.map(({ agoMs, lengthMs, state }): Segment => ({
    start: now - agoMs,
    end: lengthMs === null ? now : now - agoMs + lengthMs,
    state,
  }));
  const outages = inOrder
    .filter(({ state }) => state === "down")
    .map(({ agoMs, lengthMs }): CheckOutage => {
      const start = now - agoMs;
      const end = lengthMs === null ? null : start + lengthMs;
      return {
        checkSlug: "web",
        start,
        end,
        lastFailAt: (end ?? now) - 5_000,
        lastOkBeforeAt: start - 10_000,
        firstOkAfterAt: end,
      };
    });
  const running = inOrder.find(({ lengthMs }) => lengthMs === null);
  const lastEnd = segments.at(-1)?.end ?? observedFrom;
  return {
    slug,
    title,
    description: `What ${title} does for its customers.`,
    groupSlug,
    createdAt: now - 410 * day,
    archivedAt: null,
    observedFrom,
    lastSampleAt: observedFrom === null ? null : now - 4_000,
    reading: observedFrom === null ? "unknown" : (running?.state ?? "up"),
    readingSince: observedFrom === null ? null : running ? now - running.agoMs : lastEnd,
    segments,
    outages,
    checks: [
      {
        slug: "web",
        kind: "http",
        intervalMs: 15_000,
        counts: true,
        rules: rulesOfCheck(15_000),
        parent: null,
        reading: observedFrom === null ? "unknown" : (running?.state ?? "up"),
        trouble: running?.state === "down" ? "connection refused" : null,
      },
      {
        slug: "certificate",
        kind: "tls",
        intervalMs: hour,
        counts: false,
        rules: rulesOfCheck(hour),
        parent: null,
        reading: "up",
        trouble: null,
      },
    ],
  };
}

/** How a check is judged that is asked from one place at this interval. */
export function rulesOfCheck(intervalMs: number, change: Partial<PresentRules> = {}): PresentRules {
  const definition = { intervalMs, locations: ["lisbon"], quorumFail: null, confirmDown: 2, confirmUp: 1 };
  return { ...rulesOf(definition), locations: definition.locations, slowAboveMs: null, ...change };
}

/** An incident on services; resolved after `lengthMs`, or open. */
export function incident(
  reference: string,
  title: string,
  serviceSlugs: readonly string[],
  agoMs: number,
  lengthMs: number | null,
  impact: Incident["impacts"][number]["impact"] = "major_outage",
): Incident {
  const startedAt = now - agoMs;
  const resolvedAt = lengthMs === null ? null : startedAt + lengthMs;
  const updates: Incident["updates"] = [
    anUpdate({
      state: "investigating",
      message: "We see failing requests and are looking for the cause.",
      at: startedAt + 3 * minute,
    }),
    anUpdate({
      state: "identified",
      message: "A network switch in the first hall has failed. Traffic is being moved to the second.",
      at: startedAt + 11 * minute,
    }),
  ];
  if (resolvedAt !== null) {
    const message = "Traffic runs over the second hall. The switch has been replaced.";
    updates.push(anUpdate({ state: "resolved", message, at: resolvedAt }));
  }
  return anIncident({
    ...{ reference, title, startedAt, resolvedAt, updates },
    declaredAt: startedAt + 3 * minute,
    impacts: serviceSlugs.map((serviceSlug) => ({ serviceSlug, impact, start: startedAt, end: resolvedAt })),
  });
}

/** A window that starts `inMs` from now (negative: it has begun). */
export function maintenance(
  reference: string,
  title: string,
  serviceSlugs: string[],
  inMs: number,
  lengthMs: number,
): MaintenanceWindow {
  const plannedStart = now + inMs;
  const hasBegun = inMs <= 0;
  const isOver = inMs + lengthMs <= 0;
  const state = isOver ? "completed" : hasBegun ? "in_progress" : "scheduled";
  return {
    reference,
    title,
    message: "The database moves to a new version. Expect two short interruptions of under a minute.",
    state,
    announcedAt: plannedStart - 9 * day,
    plannedStart,
    plannedEnd: plannedStart + lengthMs,
    actualStart: hasBegun ? plannedStart : null,
    actualEnd: isOver ? plannedStart + lengthMs : null,
    series: null,
    author: "ops",
    serviceSlugs,
    updates: hasBegun
      ? [{ state, message: "The planned work has begun.", at: plannedStart, author: "clock" }]
      : [],
  };
}

const groups = [
  { slug: "front", title: "For everyone", description: "" },
  { slug: "inside", title: "For integrators", description: "Interfaces that other systems use." },
];

const past: Trouble[] = [
  { agoMs: 20 * day, lengthMs: 95_000, state: "down" },
  { agoMs: 47 * day + 2 * hour, lengthMs: 74 * minute, state: "down" },
  { agoMs: 62 * day, lengthMs: 12 * minute, state: "degraded" },
  { agoMs: 71 * day, lengthMs: 3 * hour, state: "unknown" },
];

function board(
  services: MeasuredService[],
  incidents: Incident[] = [],
  windows: MaintenanceWindow[] = [],
): VersionedBoard {
  return {
    settings: {
      name: "Acme Cloud",
      address: null,
      timeZone: "Europe/Copenhagen",
      languages: ["en"],
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
    groups,
    services,
    // Of its own: what one test makes of them is not what the next one sees.
    incidents: incidents.map((one) => ({ ...one })),
    windows: windows.map((one) => ({ ...one })),
    at: now,
    databaseAwaySince: null,
    version: 1,
  };
}

const resolvedIncident = incident(
  "INC-2026-0007",
  "Sign-in fails for many",
  ["sign-in"],
  47 * day + 2 * hour,
  80 * minute,
);
const recentIncident = incident(
  "INC-2026-0008",
  "Slow file uploads in the morning",
  ["files"],
  6 * day,
  42 * minute,
  "degraded_performance",
);
const doneWindow = maintenance("MNT-2026-0003", "New storage nodes", ["files"], -9 * day, 2 * hour);

/** The usual services, with `now` troubles laid over their past. */
function usual(troubles: Partial<Record<string, Trouble[]>> = {}): MeasuredService[] {
  return [
    measured("beacon", "Beacon", "front", troubles["beacon"]),
    measured("sign-in", "Sign-in", "front", [...past, ...(troubles["sign-in"] ?? [])]),
    measured("files", "Files", "front", [
      { agoMs: 6 * day, lengthMs: 38 * minute, state: "degraded" },
      ...(troubles["files"] ?? []),
    ]),
    measured("search", "Search", "front", troubles["search"], 41),
    measured("api", "Public interface", "inside", [
      { agoMs: 12 * day, lengthMs: 320_000, state: "down" },
      ...(troubles["api"] ?? []),
    ]),
    measured("webhooks", "Webhooks", "inside", troubles["webhooks"]),
    measured("mail", "Mail delivery", "inside", [
      { agoMs: 3 * day, lengthMs: 61_000, state: "down" },
      ...(troubles["mail"] ?? []),
    ]),
  ];
}

const told = [recentIncident, resolvedIncident];

/** One board a state of the page. */
export const boards = {
  calm: (): VersionedBoard => board(usual(), told, [doneWindow]),
  degraded: (): VersionedBoard =>
    board(usual({ search: [{ agoMs: 12 * minute, lengthMs: null, state: "degraded" }] }), told, [doneWindow]),
  outage: (): VersionedBoard =>
    board(
      usual({
        "sign-in": [{ agoMs: 28 * minute, lengthMs: null, state: "down" }],
        api: [{ agoMs: 27 * minute, lengthMs: null, state: "down" }],
      }),
      [incident("INC-2026-0009", "Sign-in is down", ["sign-in", "api"], 28 * minute, null), ...told],
      [doneWindow, maintenance("MNT-2026-0004", "Database upgrade", ["files", "search"], 3 * day, hour)],
    ),
  maintenance: (): VersionedBoard =>
    board(usual(), told, [
      doneWindow,
      maintenance("MNT-2026-0005", "Database upgrade", ["files", "search"], -20 * minute, hour),
    ]),
  noData: (): VersionedBoard =>
    board(
      usual().map(({ slug, title, groupSlug }) => measured(slug, title, groupSlug, [], null)),
      [],
    ),
  empty: (): VersionedBoard => ({ ...board([]), groups: [] }),
  databaseAway: (): VersionedBoard => ({
    ...board(
      usual().map((service) => ({ ...service, lastSampleAt: now - 4 * minute })),
      told,
      [doneWindow],
    ),
    at: now - 4 * minute,
    databaseAwaySince: now - 4 * minute,
  }),
  /** `count` services in ten groups, every seventh with a past. */
  large: (count: number): VersionedBoard => ({
    ...board(
      Array.from({ length: count }, (_, i) =>
        measured(
          `service-${i}`,
          `Service ${i}`,
          `group-${i % 10}`,
          i % 7 === 0 ? past.map((trouble) => ({ ...trouble, agoMs: trouble.agoMs + (i % 13) * day })) : [],
        ),
      ),
      told,
      [doneWindow],
    ),
    groups: Array.from({ length: 10 }, (_, i) => ({
      slug: `group-${i}`,
      title: `Group ${i}`,
      description: "",
    })),
  }),
};

/** A day of five-minute buckets: a slow wave, a gap, some failures. */
export function responseTimes(): ResponseTime[] {
  const seconds = 300;
  const from = Math.floor((now - day) / (seconds * 1_000)) * seconds * 1_000;
  return Array.from({ length: 288 }, (_, i) => {
    const wave = Math.round(40 * Math.sin(i / 23) + 12 * Math.sin(i / 3));
    const isGap = i >= 120 && i < 130;
    return {
      start: from + i * seconds * 1_000,
      seconds,
      count: isGap ? 0 : 20,
      failures: i >= 200 && i < 203 ? 4 : 0,
      p50Ms: isGap ? null : 120 + wave,
      p95Ms: isGap ? null : 210 + 2 * wave + (i % 17),
      p99Ms: isGap ? null : 320 + 3 * wave + (i % 31) * 4,
    };
  });
}
