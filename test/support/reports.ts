/** Inputs of a report to begin with: Acme's contract over Beacon, July 2026 in Copenhagen; each test changes what it is about. */
import { type ContractClauses, literalClauses } from "../../src/domain/sla/promise/clauses.ts";
import type { PartInputs, ReportInputs, ServiceInputs } from "../../src/domain/sla/report/report-inputs.ts";
import { createHash } from "node:crypto";
import { canonicalJson } from "../../src/domain/sla/figures/canonical-json.ts";
import { buildReport, reportJson } from "../../src/domain/sla/report/report.ts";
import { type Sealer, sealText } from "../../src/evidence/report-seal.ts";
import type { ClockHistory } from "../../src/domain/support/response-clock.ts";
import { cycleOf } from "../../src/domain/time/billing-cycle.ts";
import { clausesOf } from "./contracts.ts";

export const zone = "Europe/Copenhagen";
export const july = cycleOf("2026-07", { timeZone: zone, anchorDay: 1 });

const minute = 60_000;

/** An instant of July 2026, UTC. */
export function at(day: number, hour = 0, minutes = 0, seconds = 0, ms = 0): number {
  return Date.UTC(2026, 6, day, hour, minutes, seconds, ms);
}

export function clauses(change: Partial<ContractClauses> = {}): ContractClauses {
  return { ...literalClauses({ targetPercent: "99.99", timeZone: zone, anchorDay: 1 }), ...change };
}

/** Bands of 10, 25 and 100 percent on 4,000.00 DKK. */
export const bands: Pick<ContractClauses, "fee" | "credit"> = {
  fee: { minor: 400_000, currency: "DKK" },
  credit: {
    model: {
      kind: "bands",
      bands: [
        { below: "99.99", percent: "10" },
        { below: "99.9", percent: "25" },
        { below: "99", percent: "100" },
      ],
    },
    mode: "automatic",
    feeBasis: "contract",
    proration: "none",
    rounding: "half_even",
    capPercent: null,
    rollingCap: null,
    minimum: null,
    claim: null,
    clawback: false,
  },
};

export function part(change: Partial<PartInputs> = {}): PartInputs {
  return {
    version: 1,
    startsAt: Date.UTC(2025, 11, 31, 23),
    endsAt: null,
    reason: "",
    clauses: clauses(),
    services: ["beacon"],
    serviceHours: null,
    maintenanceHours: null,
    priorCreditsMinor: 0,
    ...change,
  };
}

/** A service that was down in these stretches, each an outage of its check with edges 15 s wide. */
export function service(slug: string, down: readonly (readonly [number, number])[] = []): ServiceInputs {
  return {
    slug,
    title: slug[0]!.toUpperCase() + slug.slice(1),
    observedFrom: july.start,
    segments: down.map(([start, end]) => ({ start, end, state: "down" })),
    outages: down.map(([start, end]) => ({
      checkSlug: `${slug}-http`,
      start,
      end,
      lastFailAt: Math.max(start, end - 5_000),
      lastOkBeforeAt: start - 15_000,
      firstOkAfterAt: end,
    })),
    locations: [],
  };
}

/** A month with an outage of 4 min 40 s on the 9th and one of 25 s on the 21st. */
export function inputs(change: Partial<ReportInputs> = {}): ReportInputs {
  return {
    platform: { name: "Acme Cloud", url: "https://status.example.test" },
    customer: { slug: "acme", name: "Acme" },
    language: "en",
    contract: {
      slug: "acme-beacon",
      title: "Acme, Beacon",
      policy: null,
      endsAt: null,
      escalationContact: null,
      sources: [],
    },
    cycle: july,
    parts: [part()],
    services: [
      service("beacon", [
        [at(9, 14, 2, 10), at(9, 14, 6, 50)],
        [at(21, 3, 30), at(21, 3, 30, 25)],
      ]),
    ],
    measuredOver: { start: july.start - 60 * minute, end: july.end },
    corrections: [],
    windows: [],
    exclusions: [],
    incidents: [],
    decisions: [],
    roots: [],
    asOf: null,
    issue: {
      revision: 1,
      issuedAt: at(31, 22, 0) + 72 * 60 * minute,
      reason: "",
      author: "maja",
      approver: null,
    },
    earlier: [],
    engine: { version: "0.1.0", timeZones: "2026a", holidays: "date-holidays 3.37.0" },
    ...change,
  };
}

/** A month in which three promises were kept and two were missed, under the severity table of OneOffice. */
export function supportInputs(change: Partial<ReportInputs> = {}): ReportInputs {
  const terms = clausesOf("policy: oneoffice-da").support!;
  const office = [{ startMinute: 8 * 60, endMinute: 16 * 60 }];
  const hours = {
    timeZone: zone,
    weekly: { mon: office, tue: office, wed: office, thu: office, fri: office, sat: [], sun: [] },
    closedDates: [],
  };
  const history = (openedAt: number, priority: string, over: Partial<ClockHistory> = {}): ClockHistory => ({
    ...{ openedAt, priorities: [{ at: openedAt, priority }], pauses: [], answeredAt: null, resolvedAt: null },
    ...over,
  });
  const request = (number: number, its: ClockHistory) => ({
    ...{ about: "request" as const, reference: `REQ-2026-000${number}`, promised: 0, history: its },
  });
  return inputs({
    support: {
      promised: [{ terms, hours: { standard: hours } }],
      subjects: [
        // Opened in June, answered in July, in time; the clock stood still over a weekend while we waited for the customer.
        request(
          1,
          history(at(-1, 13), "normal", {
            pauses: [{ start: at(-1, 13, 30), end: at(1, 7) }],
            answeredAt: at(1, 8),
            resolvedAt: at(1, 13),
          }),
        ),
        // Begun at the highest, lowered too late: missed, and solved in time after that.
        request(
          2,
          history(at(6, 7), "high", {
            priorities: [
              { at: at(6, 7), priority: "high" },
              { at: at(6, 8, 30), priority: "normal" },
            ],
            answeredAt: at(6, 8, 40),
            resolvedAt: at(6, 9),
          }),
        ),
        // Due in August.
        request(3, history(at(31, 13), "low")),
        {
          ...{ about: "incident", reference: "INC-2026-0001", promised: 0 },
          history: history(at(9, 12), "high", { answeredAt: at(9, 12, 5), resolvedAt: at(10, 9) }),
        },
      ],
    },
    ...change,
  });
}

/** A month with something of everything. */
export function fullInputs(change: Partial<ReportInputs> = {}): ReportInputs {
  const maintenance = {
    ...clauses().maintenance,
    exclude: true,
    minNoticeMs: 7 * 24 * 60 * minute,
    maxWindowMs: 60 * minute,
  };
  return inputs({
    contract: {
      slug: "acme-beacon",
      title: "Acme, Beacon",
      policy: "microbizz-da",
      endsAt: null,
      escalationContact: {
        name: "Ida Møller",
        role: "head of support",
        email: "ida@example.test",
        phone: null,
      },
      sources: [{ document: "Acme master agreement", clause: "Schedule 2, 4.1", url: null }],
    },
    parts: [
      part({
        version: 2,
        reason: "Lantern added",
        clauses: clauses({ ...bands, maintenance, exclusions: ["force_majeure"] }),
        services: ["beacon", "lantern"],
      }),
    ],
    services: [
      {
        ...service("beacon", [
          [at(9, 14, 2, 10), at(9, 14, 6, 50)],
          [at(14, 20, 0), at(14, 20, 25)],
          [at(21, 3, 30), at(21, 3, 30, 25)],
        ]),
        locations: [
          { location: "Lisbon", observedMs: 2_678_000_000, ofMs: 2_678_400_000 },
          { location: "Osaka", observedMs: 2_650_000_000, ofMs: 2_678_400_000 },
        ],
      },
      {
        ...service("lantern", [
          [at(9, 14, 5), at(9, 14, 8)],
          [at(25, 6), at(25, 6, 40)],
        ]),
        segments: [
          { start: at(2, 10), end: at(2, 10, 30), state: "degraded" },
          { start: at(9, 14, 5), end: at(9, 14, 8), state: "down" },
          { start: at(17, 1), end: at(17, 2), state: "unknown" },
          { start: at(25, 6), end: at(25, 6, 40), state: "down" },
        ],
      },
    ],
    corrections: [
      {
        id: "c1",
        service: "beacon",
        start: at(21, 3, 30),
        end: at(21, 3, 30, 25),
        state: "up",
        reason: "The probe's own resolver failed",
        author: "maja",
        approver: "jonas",
        recordedAt: at(22, 9),
      },
    ],
    windows: [
      {
        id: "w1",
        title: "Database upgrade",
        start: at(14, 20, 5),
        end: at(14, 20, 35),
        announcedAt: at(5, 8),
        services: "*",
        author: "jonas",
      },
      {
        id: "w2",
        title: "Certificate swap",
        start: at(25, 6, 10),
        end: at(25, 6, 20),
        announcedAt: at(24, 8),
        services: "*",
        author: "jonas",
      },
    ],
    exclusions: [
      {
        id: "x1",
        kind: "force_majeure",
        start: at(25, 6, 30),
        end: at(25, 6, 40),
        services: ["lantern"],
        reason: "Power cut in the whole city",
        evidence: "Grid operator's notice 4711",
        proposer: "maja",
        approver: "jonas",
        approvedAt: at(27, 9),
      },
    ],
    incidents: [
      {
        id: "4",
        title: "Beacon answers with errors",
        startedAt: at(9, 14, 4),
        resolvedAt: at(9, 15),
        services: ["beacon", "lantern"],
      },
    ],
    decisions: [
      {
        id: "d1",
        kind: "outage_without_incident",
        about: "lantern 25 July",
        reason: "Nobody was awake; the alert woke the rota after it had ended",
        author: "maja",
        at: at(31, 23),
      },
    ],
    roots: Array.from({ length: 32 }, (_, i) => ({
      day: Date.UTC(2026, 5, 30 + i),
      root: i.toString(16).padStart(2, "0").repeat(32),
      timestamped: i % 3 === 0,
    })),
    ...change,
  });
}

/** A report with its texts, as it is stored when it is issued. */
export function computed(given: ReportInputs) {
  const inputsJson = canonicalJson(given);
  const inputsSha256 = sha256Of(inputsJson);
  const report = buildReport(given, inputsSha256);
  const json = reportJson(report);
  return { report, json, sha256: sha256Of(json), inputsJson, inputsSha256 };
}

/** The same, sealed. */
export function sealed(given: ReportInputs, sealer: Sealer) {
  const texts = computed(given);
  return { ...texts, seal: sealText(texts.json, sealer) };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
