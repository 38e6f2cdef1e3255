/**
 * The five ready-made policies, rule by rule: every central and adjacent rule of the documents is proved here by doing what it says. None
 * is missing.
 */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { calendarsOf, expandCalendar } from "../src/calendars/holidays.ts";
import { readSupportSituation } from "../src/actions/read-support-situation.ts";
import { putOperationsReports } from "../src/actions/put-operations-reports.ts";
import { type AlertSeverity, alertKey } from "../src/domain/alerting/alert.ts";
import { attend } from "../src/domain/alerting/attention.ts";
import { troublesOfSupport } from "../src/domain/alerting/support-troubles.ts";
import { startPriority } from "../src/domain/sla/promise/support-promise.ts";
import { escalationsDue, escalationsFor } from "../src/domain/support/escalation.ts";
import {
  changeRequest,
  clockHistoryOf,
  type RequestChange,
  type SupportRequest,
} from "../src/domain/support/request.ts";
import { readClock } from "../src/domain/support/response-clock.ts";
import type { CycleAvailability } from "../src/domain/sla/measure/availability.ts";
import { judgeContract } from "../src/domain/sla/settle/contract.ts";
import { contractTermsOf } from "../src/domain/sla/promise/clause-terms.ts";
import type { ContractClauses, HoursClause } from "../src/domain/sla/promise/clauses.ts";
import { contractWarnings, type WatchedService } from "../src/domain/sla/promise/contract-warnings.ts";
import { windowRulesOf, windowWarnings } from "../src/domain/sla/promise/window-check.ts";
import { referencePrefixes, referenceSeries, toReference } from "../src/domain/status/reference.ts";
import { plansInForce, supportDue } from "../src/domain/support/support-plan.ts";
import { type Incident, type IncidentImpact, isPotential } from "../src/domain/status/incident.ts";
import type { OperationsReportRule } from "../src/domain/status/platform.ts";
import { openTime } from "../src/domain/time/business-calendar.ts";
import { cycleContaining } from "../src/domain/time/billing-cycle.ts";
import type { Interval } from "../src/domain/time/interval.ts";
import { readSettings } from "../src/live/board-words.ts";
import { listMailings } from "../src/store/mailings.ts";
import { platforms } from "../src/store/tables/watched.ts";
import { creditTables } from "../src/platform-file/credit-tables.ts";
import { findPolicy, type OpenPoint, type OpenValue, policyNames } from "../src/platform-file/policies.ts";
import { misplacedBand } from "../src/domain/sla/settle/service-credit.ts";
import { type TestApi, testApi } from "./support/api.ts";
import { closablePlatform, office } from "./support/closing.ts";
import { openFreshDatabase } from "./support/databases.ts";
import { boards } from "./support/boards.ts";
import { clausesOf, contractOf } from "./support/contracts.ts";
import { servePages } from "./support/pages.ts";
import { insertServices } from "./support/services.ts";
import { circumstances, route, standing, step } from "./support/standing-alerts.ts";

const hourMs = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
const calendarOf = calendarsOf(new Map());

/** Clauses of a contract that starts from the policy, with more lines laid over it. */
function under(policy: string, ...lines: string[]): ContractClauses {
  return clausesOf([`policy: ${policy}`, ...lines].join("\n"));
}

/** July 2026 in the contract's zone, with these minutes of downtime of the first of two services. */
function july(
  clauses: ContractClauses,
  down: [from: string, to: string][],
  second: [string, string][] = [],
): CycleAvailability {
  const cycle = cycleContaining(at("2026-07-10T00:00:00Z"), clauses);
  const service = (id: string, times: [string, string][]) => ({
    id,
    segments: times.map(([start, end]) => ({ start: at(start), end: at(end), state: "down" as const })),
    outages: [],
    observedFrom: null,
  });
  const terms = contractTermsOf(clauses, { startsAt: null, endsAt: null }, calendarOf);
  const services = [service("beacon", down), service("lamp", second)];
  return judgeContract(terms, { services, overlays: { windows: [], exclusions: [] } }, cycle, null)
    .availability;
}

/** When an enquiry is due for its first answer and its solution. */
function due(clauses: ContractClauses, priority: string | null, opened: string) {
  const { responseAt, resolutionAt } = supportDue(clauses.support!, priority, at(opened), calendarOf);
  return { response: iso(responseAt), resolution: iso(resolutionAt) };
}

/** Which hours of UTC a calendar is open on the days. */
function opens(hours: HoursClause | null, from: string, to: string): string[] {
  return openTime(calendarOf(hours!), { start: at(from), end: at(to) }).map(
    ({ start, end }) => `${iso(start)!.slice(5, 16)}–${iso(end)!.slice(11, 16)}`,
  );
}

const planOf = (clauses: ContractClauses, slug: string) =>
  clauses.support!.plans.find((plan) => plan.slug === slug)!;
const reference = (prefix: "incident" | "maintenance" | "request") =>
  toReference(referenceSeries(referencePrefixes[prefix], at("2026-06-01T00:00:00Z")), 7);

const watched = (slug: string, ...counts: boolean[]): WatchedService => ({
  slug,
  groupSlug: null,
  archived: false,
  checks: counts.map((one, i) => ({
    slug: `c${i}`,
    counts: one,
    intervalMs: 15_000,
    locations: ["lisbon", "osaka"],
  })),
});

const da = "metacompliance-da";
const fr = "metacompliance-fr";
const no = "pindena-no";
const oo = "oneoffice-da";
const mb = "microbizz-da";
const extended = "support: { plan: extended }";

/** 250 s of 31 days are met at 99.99 %; 268 s are not. */
function expectPromise(policy: string): void {
  const clauses = under(policy);
  expect(july(clauses, [["2026-07-10T10:00:00Z", "2026-07-10T10:04:27Z"]]).verdict).toBe("met");
  expect(july(clauses, [["2026-07-10T10:00:00Z", "2026-07-10T10:04:28Z"]]).verdict).toBe("breached");
  // At least: a cycle with 99.99 % exactly is met.
  const exact = july(clauses, [["2026-07-10T10:00:00.000Z", "2026-07-10T10:04:27.840Z"]]);
  expect([exact.percent, exact.verdict]).toEqual(["99.990000", "met"]);
}

function expectFormula(policy: string): void {
  const clauses = under(policy);
  const judged = july(
    clauses,
    [["2026-07-10T10:00:00Z", "2026-07-10T10:02:00Z"]],
    [["2026-07-10T10:01:00Z", "2026-07-10T10:03:00Z"]],
  );
  expect([judged.eligibleMs, judged.countedDownMs]).toEqual([2_678_400_000, 180_000]);
  expect(judged.percent).toBe("99.993279");
}

function expectNothingExcludedOrPaid(policy: string): void {
  const clauses = under(policy);
  expect(clauses).toMatchObject({ credit: null, exclusions: [], maintenance: { exclude: false } });
  const cycle = cycleContaining(at("2026-07-10T00:00:00Z"), clauses);
  const start = at("2026-07-10T10:00:00Z");
  const window = { start, end: start + hourMs, services: "*" as const, announcedAt: 0 };
  const terms = contractTermsOf(clauses, { startsAt: null, endsAt: null }, calendarOf);
  const segments = [{ start, end: start + hourMs, state: "down" as const }];
  const judged = judgeContract(
    terms,
    {
      services: [{ id: "beacon", segments, outages: [], observedFrom: null }],
      overlays: { windows: [window], exclusions: [] },
    },
    cycle,
    null,
  );
  expect([judged.availability.countedDownMs, judged.credit]).toEqual([hourMs, null]);
}

function expectTable(policy: string, targets: Record<string, string | null>): void {
  const opened = "2026-06-08T08:00:00Z";
  for (const [priority, expected] of Object.entries(targets)) {
    expect([
      priority,
      due(
        under(policy, "support: { plan: extended, plans: { extended: { includes: none } } }"),
        priority,
        opened,
      ).response,
    ]).toEqual([priority, expected]);
  }
}

/** Rules that are expressed, each proved by what it does. */
const proofs: Record<number, () => void | Promise<void>> = {
  1: () => {
    const contract = contractOf(
      `policy: ${da}\nversions: [{ effective: 2026-07-01, reason: Bought, support: { plan: extended } }]`,
    );
    expect(
      contract.versions.map(({ clauses }) => plansInForce(clauses.support!).map(({ slug }) => slug)),
    ).toEqual([["standard"], ["extended", "standard"]]);
  },
  6: () => {
    const { hours } = planOf(under(da), "standard");
    expect(opens(hours, "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z")).toEqual(["01-05T08:00–16:00"]);
    // Friday and the weekend, and Ascension Day.
    expect(opens(hours, "2026-05-13T00:00:00Z", "2026-05-18T00:00:00Z")).toEqual([
      "05-13T07:00–15:00",
      "05-15T07:00–15:00",
    ]);
  },
  8: () => expect([under(da).promises.references, reference("incident")]).toEqual([true, "INC-2026-0007"]),
  9: () => expect(due(under(da), null, "2026-05-13T14:00:00Z").response).toBe("2026-05-18T10:00:00.000Z"),
  10: () => expectPromise(da),
  11: () => expectFormula(da),
  12: () => {
    const warnings = contractWarnings(
      under(da, "covers: [beacon]"),
      [watched("beacon", true), watched("lamp"), watched("software", false)],
      at("2026-06-01T00:00:00Z"),
      calendarOf,
    );
    expect(warnings.map(({ code, detail }) => [code, /"(\w+)"/.exec(detail)![1]])).toEqual([
      ["platform_not_monitored", "lamp"],
      ["platform_not_monitored", "software"],
    ]);
  },
  13: async () => {
    expect(under(da).promises.statusPage).toBe(true);
    const pages = await servePages(boards.outage());
    try {
      const answer = await fetch(pages.url);
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([200, null]);
    } finally {
      await pages.stop();
    }
  },
  14: () => expectNothingExcludedOrPaid(da),
  15: () =>
    expect(
      opens(planOf(under(da), "extended").hours, "2026-07-03T00:00:00Z", "2026-07-06T00:00:00Z"),
    ).toEqual(["07-03T06:00–20:00"]),
  17: () => expectTable(da, { p1: "2026-06-08T10:00:00.000Z" }),
  18: () => expectTable(da, { p2: "2026-06-08T12:00:00.000Z" }),
  19: () => expectTable(da, { p3: "2026-06-08T20:00:00.000Z" }),
  20: () => expectTable(da, { p4: "2026-06-09T18:00:00.000Z" }),
  21: () => expectTable(da, { p5: null }),
  22: () => {
    const friday = "2026-06-12T19:30:00Z";
    expect(due(under(da, extended), "p1", friday)).toEqual({
      response: "2026-06-15T07:30:00.000Z",
      resolution: null,
    });
    const clock = "support: { plan: extended, plans: { extended: { clock: clock } } }";
    expect(due(under(da, clock), "p1", friday).response).toBe("2026-06-12T21:30:00.000Z");
  },
  23: () => {
    // 24 h of extended hours are slower than 12 h of standard ones, and the stricter promise counts.
    const opened = "2026-06-08T07:00:00Z";
    expect(due(under(da, extended), "p4", opened).response).toBe("2026-06-09T11:00:00.000Z");
    expect(due(under(da, extended), "p4", opened)).toEqual(due(under(da), null, opened));
  },
  26: () =>
    expect(planOf(under(da), "extended").priorities.map(({ shows }) => shows)).toEqual([
      "major_outage",
      "partial_outage",
      "degraded_performance",
      "degraded_performance",
      null,
    ]),
  27: () =>
    expect(
      [under(fr), under(fr, extended)].map(({ support }) => plansInForce(support!).map(({ title }) => title)),
    ).toEqual([["Standard"], ["Enhanced", "Standard"]]),
  32: () => {
    const { hours } = planOf(under(fr), "standard");
    // The early May bank holiday, and 14 May, a holiday in Denmark only.
    expect(opens(hours, "2026-05-04T00:00:00Z", "2026-05-06T00:00:00Z")).toEqual(["05-05T09:00–17:00"]);
    expect(opens(hours, "2026-05-14T00:00:00Z", "2026-05-15T00:00:00Z")).toEqual(["05-14T09:00–17:00"]);
  },
  34: () =>
    expect([under(fr).promises.references, reference("maintenance")]).toEqual([true, "MNT-2026-0007"]),
  35: () => {
    expect(due(under(fr), null, "2026-05-13T14:00:00Z").response).toBe("2026-05-15T10:00:00.000Z");
    const solved = "support: { plans: { standard: { response: none, resolution: 12h } } }";
    expect(due(under(fr, solved), null, "2026-05-13T14:00:00Z")).toEqual({
      response: null,
      resolution: "2026-05-15T10:00:00.000Z",
    });
  },
  36: () => expectPromise(fr),
  37: () => expectFormula(fr),
  38: () => {
    const services = [watched("beacon", true), watched("lamp")];
    const now = at("2026-06-01T00:00:00Z");
    expect(contractWarnings(under(fr, "covers: [beacon]"), services, now, calendarOf)).toEqual([]);
    expect(contractWarnings(under(fr), services, now, calendarOf)).toMatchObject([{ code: "not_monitored" }]);
  },
  39: () => expect(under(fr).promises.statusPage).toBe(false),
  40: () => expectNothingExcludedOrPaid(fr),
  41: () =>
    expect(
      opens(planOf(under(fr), "extended").hours, "2026-08-28T00:00:00Z", "2026-09-01T00:00:00Z"),
    ).toEqual(["08-28T08:00–22:00"]),
  43: () => expectTable(fr, { p1: "2026-06-08T10:00:00.000Z" }),
  44: () => expectTable(fr, { p2: "2026-06-08T12:00:00.000Z" }),
  45: () => expectTable(fr, { p3: "2026-06-08T20:00:00.000Z" }),
  46: () => expectTable(fr, { p4: "2026-06-09T18:00:00.000Z" }),
  47: () => expectTable(fr, { p5: null }),
  51: () => expect(under(no).categories[0]).toMatchObject({ slug: "critical", shows: "major_outage" }),
  52: () => expect(under(no).categories[1]).toMatchObject({ slug: "serious", shows: "partial_outage" }),
  53: () => expect(under(no).categories[2]).toMatchObject({ slug: "less-serious", shows: null }),
  54: () => {
    const own = under(no, "categories: { critical: { meaning: As our own agreement says. } }");
    expect(own.categories.map(({ meaning }) => meaning)).toEqual([
      "As our own agreement says.",
      expect.stringContaining("workaround is costly"),
      expect.stringContaining("easy workaround"),
    ]);
  },
  55: () => {
    const judged = july(under(no), [["2026-07-10T10:00:00Z", "2026-07-12T10:00:00Z"]]);
    expect([judged.percent, judged.verdict, judged.budget]).toEqual(["93.548387", "no_target", null]);
  },
  56: () => {
    expect(under(no).maintenance).toMatchObject({
      exclude: false,
      minNoticeMs: 0,
      checks: { minNoticeMs: null },
    });
    expect(windowCodes("2026-06-10T20:00:00Z", "2026-06-10T20:20:00Z")).toEqual([]);
  },
  57: () => {
    expect(windowCodes("2026-06-10T20:00:00Z", "2026-06-10T20:30:00Z")).toEqual([]);
    expect(windowCodes("2026-06-10T20:00:00Z", "2026-06-10T20:31:00Z")).toEqual(["too_long"]);
  },
  58: () => {
    const before = { start: at("2026-04-02T20:00:00Z"), end: at("2026-04-02T20:10:00Z") };
    expect(windowCodes("2026-06-10T20:00:00Z", "2026-06-10T20:20:00Z", [before])).toEqual(["too_many"]);
    // The next quarter begins in Oslo two hours before it does in UTC.
    expect(windowCodes("2026-06-30T22:00:00Z", "2026-06-30T22:20:00Z", [before])).toEqual([]);
  },
  59: () => {
    expect(windowCodes("2026-06-10T13:50:00Z", "2026-06-10T14:10:00Z")).toEqual(["inside_hours"]);
    expect(windowCodes("2026-06-10T14:00:00Z", "2026-06-10T14:20:00Z")).toEqual([]);
    // Nobody works on a public holiday.
    expect(windowCodes("2026-05-14T10:00:00Z", "2026-05-14T10:20:00Z")).toEqual([]);
  },
  60: () =>
    expect(due(under(no), "critical", "2026-06-13T10:00:00Z").response).toBe("2026-06-13T10:00:00.000Z"),
  61: () =>
    expect(due(under(no), "serious", "2026-06-12T07:30:00Z").response).toBe("2026-06-15T13:00:00.000Z"),
  62: () => {
    const { response, resolution } = planOf(under(no), "standard").priorities[2]!;
    expect([response, resolution]).toEqual([{ kind: "none" }, null]);
  },
  64: () => expect([under(no).support!.escalation.length, under(oo).support!.escalation]).toEqual([1, []]),
  65: () =>
    expect(
      opens(planOf(under(no), "standard").hours, "2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z"),
    ).toEqual(["06-10T07:00–09:30", "06-10T10:00–13:00"]),
  66: () => {
    const { hours } = planOf(under(no), "standard");
    expect(opens(hours, "2026-07-13T00:00:00Z", "2026-07-27T00:00:00Z")).toEqual([]);
    expect(
      opens(hours, "2026-12-24T12:00:00Z", "2026-12-31T00:00:00Z").map((open) => open.slice(0, 5)),
    ).toEqual(["12-24"]);
    const entered = under(
      no,
      "support: { plans: { standard: { hours: { closed: [2028-07-10..2028-07-23] } } } }",
    );
    expect(opens(planOf(entered, "standard").hours, "2028-07-10T00:00:00Z", "2028-07-24T00:00:00Z")).toEqual(
      [],
    );
  },
  72: () => expect(due(under(no), null, "2026-06-10T08:00:00Z").response).toBe("2026-06-11T13:00:00.000Z"),
  78: () =>
    expect(
      opens(planOf(under(oo), "standard").hours, "2026-06-12T00:00:00Z", "2026-06-15T00:00:00Z"),
    ).toEqual(["06-12T06:00–14:00"]),
  82: () => expect([under(oo).promises.references, reference("request")]).toEqual([true, "REQ-2026-0007"]),
  24: () => expectEscalationPoint(da),
  48: () => expectEscalationPoint(fr),
  50: () =>
    withApi(async (api) => {
      expect(under(no).support!.faultsWithoutPlan).toBe(true);
      await api.send("PUT", "/api/v1/customers/gamma", { name: "Gamma", language: "nb" });
      const body = { subject: "Stopp", message: "Ingenting virker.", customer: "gamma" };
      const made = (await (await api.send("POST", "/api/v1/requests", body)).json()) as { reference: string };
      const answer = { step: "answered", text: "Rettet.", solved: true };
      const done = await api.send("POST", `/api/v1/requests/${made.reference}/steps`, answer);
      expect(await done.json()).toMatchObject({ contract: null, state: "resolved", clocks: [] });
    }),
  63: () => {
    expect(under(no).support!.escalation).toEqual([
      { to: "Management", afterMs: null, priorities: ["critical", "serious"] },
    ]);
    const { escalation } = under(
      no,
      "support: { escalation: [{ to: Management, after: 4h, priorities: [critical, serious] }] }",
    ).support!;
    const due = (priority: string) =>
      escalationsDue(escalation, clockHistoryOf(requested(priority)), [], at("2026-06-08T10:00:00Z")).length;
    expect([due("critical"), due("serious"), due("less-serious")]).toEqual([1, 1, 0]);
  },
  70: () =>
    withApi(async (api) => {
      await api.send("POST", "/api/v1/requests", { subject: "Stopp", message: "Ingenting virker." });
      const keys = async () =>
        troublesOfSupport(await readSupportSituation(api.deps.db, api.clock.now)).map(alertKey);
      expect(await keys()).toEqual(["request_opened REQ-2026-0001"]);
      await api.send("POST", "/api/v1/requests/REQ-2026-0001/steps", { step: "answered", text: "Vi ser." });
      expect(await keys()).toEqual([]);
    }),
  84: () => {
    const terms = under(oo).support!;
    expect(startPriority(terms)).toBe("high");
    const request = requested("high", [
      "2026-06-08T06:30:00Z",
      { kind: "prioritised", priority: "normal", text: "One person." },
    ]);
    expect(clockHistoryOf(request).priorities.map(({ priority }) => priority)).toEqual(["high", "normal"]);
    const answer = readClock(
      "response",
      terms,
      clockHistoryOf(request),
      calendarOf,
      at("2026-06-08T06:45:00Z"),
    );
    expect(answer).toMatchObject({ state: "running", dueAt: at("2026-06-08T10:00:00Z") });
  },
  119: () =>
    withApi(async (api) => {
      expect(under(mb).promises.openReports).toBe(true);
      const body = new URLSearchParams({ subject: "Fejl", message: "Siden svarer ikke.", once: "1" });
      const answer = await api.request("/report", { method: "POST", body });
      expect([answer.status, answer.headers.get("Location")]).toEqual([
        303,
        "/report?reference=REQ-2026-0001",
      ]);
    }),
  85: () => {
    const clock = under(oo, "support: { plans: { standard: { clock: clock } } }");
    expect(due(under(oo), "low", "2026-06-08T06:00:00Z").response).toBe("2026-06-10T14:00:00.000Z");
    expect(due(clock, "low", "2026-06-08T06:00:00Z").response).toBe("2026-06-09T06:00:00.000Z");
  },
  86: () => expectAnswerAndSolution("high", "07:00", "08:00"),
  87: () => expectAnswerAndSolution("medium", "08:00", "10:00"),
  88: () => expectAnswerAndSolution("normal", "10:00", "14:00"),
  89: () =>
    expect(due(under(oo), "low", "2026-06-08T06:00:00Z")).toEqual({
      response: "2026-06-10T14:00:00.000Z",
      resolution: "2026-06-12T10:00:00.000Z",
    }),
  76: () =>
    withApi(async ({ deps: { db } }) => {
      expect(under(no).promises.operationsReport).toBe("weekly");
      await closablePlatform(db);
      const rule: OperationsReportRule = {
        ...{ to: ["management@acme.example"], day: "mon", at: "07:00", language: "nb" },
      };
      const settings = { ...(await readSettings(db)), operationsReport: rule };
      await db.update(platforms).set({ settings });
      const monday = at("2026-06-08T05:00:00Z");
      const put = (when: number) => putOperationsReports(db, office.engine, when);
      expect([await put(monday - 1), await put(monday), await put(monday + hourMs)]).toEqual([0, 1, 0]);
      expect(await put(monday + 7 * 24 * hourMs)).toBe(1);
      const told = (await listMailings(db)).map(({ recipient, label }) => `${recipient} ${label}`);
      expect(told.sort()).toEqual(["management@acme.example 2026-W23", "management@acme.example 2026-W24"]);
    }),
  90: () => {
    expect(under(oo).support!.outsideHours).toBe("Duty officer, for business-critical problems");
    // Friday at noon to the team, at night and on Saturday to whoever is on duty; what is not critical waits for the team.
    expect(calledBy("critical", "2026-06-12T10:00:00Z")).toEqual(["team"]);
    expect(calledBy("critical", "2026-06-12T20:00:00Z")).toEqual(["officer-phone"]);
    expect(calledBy("critical", "2026-06-13T10:00:00Z")).toEqual(["officer-phone"]);
    expect(calledBy("warning", "2026-06-13T10:00:00Z")).toEqual([]);
    expect(calledBy("warning", "2026-06-13T10:00:00Z", "2026-06-15T06:00:00Z")).toEqual(["team"]);
  },
  107: () =>
    withApi(async (api) => {
      expect(under(mb).categories.map(({ slug, shows }) => [slug, shows])).toEqual([
        ["incident", "partial_outage"],
        ["quality", "degraded_performance"],
        ["potential", null],
      ]);
      await insertServices(api.deps.db, ["beacon"]);
      const declare = async (impact: IncidentImpact) => {
        const body = { title: "Beacon", message: "We look.", services: [{ service: "beacon", impact }] };
        const answer = await api.send("POST", "/api/v1/incidents", body);
        return (await answer.json()) as Pick<Incident, "impacts">;
      };
      const disturbances = [
        await declare("partial_outage"),
        await declare("degraded_performance"),
        await declare("operational"),
      ];
      expect(disturbances.map(isPotential)).toEqual([false, false, true]);
    }),
  109: () => {
    const { particulars } = contractOf(
      `policy: ${mb}\nrecipients: [first@acme.example, second@acme.example]`,
    );
    expect(particulars.recipients).toEqual(["first@acme.example", "second@acme.example"]);
  },
  114: () => {
    const clauses = under(
      mb,
      "target: 99.99",
      "credit: { bands: [{ below: 99.99, percent: 10 }], mode: automatic }",
    );
    const terms = contractTermsOf(clauses, { startsAt: null, endsAt: null }, calendarOf);
    const start = at("2026-07-10T10:00:00Z");
    const services = [
      {
        id: "beacon",
        segments: [{ start, end: start + hourMs, state: "down" as const }],
        outages: [],
        observedFrom: null,
      },
    ];
    const judged = judgeContract(
      terms,
      { services, overlays: { windows: [], exclusions: [] } },
      cycleContaining(start, clauses),
      null,
    );
    expect(judged.credit).toMatchObject({ feeBasisMinor: 185_000, issuedMinor: 18_500, currency: "DKK" });
  },
  117: () => expect(under(mb).fee).toEqual({ minor: 185_000, currency: "DKK" }),
  120: () => {
    const entered = under(mb, "categories: { incident: { meaning: The definition of the other site. } }");
    expect(entered.categories[0]!.meaning).toBe("The definition of the other site.");
  },
  121: () => {
    const clauses = under(mb);
    expect(due(clauses, null, "2026-06-08T06:00:00Z")).toEqual({ response: null, resolution: null });
    expect([clauses.targetPercent, planOf(clauses, "extended").hours]).toEqual([null, null]);
    expect(july(clauses, []).verdict).toBe("no_target");
  },
};

function windowCodes(start: string, end: string, others: { start: number; end: number }[] = []): string[] {
  const rules = windowRulesOf(under(no), calendarOf)!;
  const announced = at("2026-03-01T00:00:00Z");
  return windowWarnings({ start: at(start), end: at(end) }, announced, others, rules).map(({ code }) => code);
}

function expectAnswerAndSolution(priority: string, answer: string, solution: string): void {
  expect(due(under(oo), priority, "2026-06-08T06:00:00Z")).toEqual({
    response: `2026-06-08T${answer}:00.000Z`,
    resolution: `2026-06-08T${solution}:00.000Z`,
  });
}

/** A request as it was opened under a contract, with what followed. */
function requested(
  priority: string | null,
  ...changes: [iso: string, change: RequestChange][]
): SupportRequest {
  const openedAt = at("2026-06-08T06:00:00Z");
  const opened: SupportRequest = {
    ...{ reference: "REQ-2026-0001", channel: "mail", subject: "No sign-in", customer: "acme" },
    ...{ contract: "acme-all", service: null, reporter: null, language: "da", priority, openedAt },
    ...{ answeredAt: null, pausedAt: null, resolvedAt: null, incident: null, release: null },
    steps: [
      { number: 1, kind: "opened", at: openedAt, author: "mail", text: "Help.", value: priority ?? "" },
    ],
  };
  return changes.reduce((request, [when, change]) => changeRequest(request, change, "ops", at(when)), opened);
}

/** A named escalation point, and whoever is on the contract lifts a request to them. */
function expectEscalationPoint(policy: string): void {
  const { particulars } = contractOf(
    `policy: ${policy}\nescalation_contact: { name: Ada Berg, role: Customer Success Manager }`,
  );
  expect(particulars.escalationContact).toMatchObject({ name: "Ada Berg", role: "Customer Success Manager" });
  const [step] = escalationsFor(under(policy).support!.escalation, "p1");
  expect(step).toEqual({ to: "Customer Success Manager", afterMs: null, priorities: [] });
  const lifted = requested("p1", ["2026-06-08T09:00:00Z", { kind: "escalated", to: step!.to, text: "" }]);
  expect(lifted.steps.at(-1)).toMatchObject({ kind: "escalated", value: "Customer Success Manager" });
  // With a figure in the contract, the clock does it.
  const own = under(
    policy,
    "support: { escalation: [{ to: Customer Success Manager, after: 4h }] }",
  ).support!;
  const due = (iso: string) =>
    escalationsDue(own.escalation, clockHistoryOf(requested("p1")), [], at(iso)).map(({ to }) => to);
  expect([due("2026-06-08T09:59:59Z"), due("2026-06-08T10:00:00Z")]).toEqual([
    [],
    ["Customer Success Manager"],
  ]);
}

/** Channels that an alert calls under OneOffice's hours: the team in them, outside them whoever is on duty, for what is critical. */
function calledBy(severity: AlertSeverity, opened: string, seen = opened): string[] {
  const calendar = calendarOf(planOf(under(oo), "standard").hours!);
  const openTimeOf = (_: string, within: Interval) => openTime(calendar, within);
  const outside = { calendar: "oneoffice", side: "outside" } as const;
  const officer = { person: "p_officer", channels: ["officer-phone"] };
  const every = { count: 1, unit: "week" } as const;
  const layer = { every, starts: "2026-06-01", handOver: "08:00", members: [officer], hours: outside };
  const known = circumstances({
    rules: {
      routes: [
        route("duty", { hours: outside, severities: ["critical"] }),
        route("team", { waitsFor: "oneoffice", escalation: "team" }),
      ],
      escalations: [
        { slug: "team", title: "Team", steps: [step(0, ["channel:team"])] },
        { slug: "duty", title: "Duty officer", steps: [step(0, ["rota:officers"])] },
      ],
      rotas: [{ slug: "officers", title: "Duty officers", timeZone: "Europe/Copenhagen", layers: [layer] }],
      management: [],
    },
    openTimeOf,
    isOpen: (slug, instant) => openTimeOf(slug, { start: instant, end: instant + 1 }).length > 0,
    fallback: [],
  });
  const alert = standing(1, "beacon", { severity, openedAt: at(opened) });
  return attend([alert], known, at(seen)).calls.map(({ channel }) => channel);
}

/** The API over a database of its own. */
async function withApi(work: (api: TestApi) => Promise<void>): Promise<void> {
  const open = await openFreshDatabase();
  try {
    await work(await testApi(open.db, at("2026-06-10T10:00:00Z")));
  } finally {
    await open.close();
  }
}

/** Central and adjacent rules by policy; the others are out of scope. */
const rulesOf: Record<string, number[]> = {
  [da]: [1, 6, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 26],
  [fr]: [27, 32, 34, 35, 36, 37, 38, 39, 40, 41, 43, 44, 45, 46, 47, 48],
  [no]: [50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 70, 72, 76],
  [oo]: [78, 82, 84, 85, 86, 87, 88, 89, 90],
  [mb]: [107, 109, 114, 117, 119, 120, 121],
};
const central = [10, 11, 12, 13, 14, 36, 37, 38, 39, 40, 55, 56, 57, 58, 59];
const all = Object.values(rulesOf).flat();

describe("the rules of the five documents", () => {
  it("are 71, of which 15 are central, and each is proved", () => {
    expect(all).toHaveLength(71);
    expect(central.filter((rule) => !(rule in proofs))).toEqual([]);
    const proved = Object.keys(proofs).map(Number);
    expect(proved.sort((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b));
  });

  it.each(policyNames())("are named clause by clause: %s", (name) => {
    const named = findPolicy(name)!.implements.flatMap(({ rules }) => rules);
    expect(named.toSorted((a, b) => a - b)).toEqual(rulesOf[name]);
  });

  it.each(Object.keys(proofs).map(Number))("rule %i does what it says", (rule) => proofs[rule]!());
});

describe("the same promise in two languages", () => {
  it("is due three days apart: 12 working hours from Wednesday 13 May 2026, 14:00 UTC", () => {
    const opened = "2026-05-13T14:00:00Z";
    expect([due(under(da), null, opened).response, due(under(fr), null, opened).response]).toEqual([
      "2026-05-18T10:00:00.000Z",
      "2026-05-15T10:00:00.000Z",
    ]);
  });

  it("is open at other hours: seven shared in winter, six in summer", () => {
    const shared = (day: string) => {
      const within = { start: at(`${day}T00:00:00Z`), end: at(`${day}T23:59:00Z`) };
      const [danish, french] = [da, fr].map((policy) =>
        expandHours(planOf(under(policy), "standard").hours!),
      );
      const [a] = openTime(danish!, within);
      const [b] = openTime(french!, within);
      return (Math.min(a!.end, b!.end) - Math.max(a!.start, b!.start)) / hourMs;
    };
    expect([shared("2026-01-05"), shared("2026-07-06")]).toEqual([7, 6]);
  });
});

function expandHours(hours: HoursClause) {
  return expandCalendar((hours as Extract<HoursClause, { inline: unknown }>).inline);
}

describe.each(policyNames())("the open points of %s", (name) => {
  const { open, clauses } = findPolicy(name)!;

  it("stand beside clauses with the reading that was chosen: writing it out changes nothing", () => {
    for (const point of open.filter(({ chosen }) => chosen !== null)) {
      expect([point.setting, written(point, point.chosen)]).toEqual([point.setting, under(name)]);
    }
  });

  it.each(
    open.flatMap((point) => point.alternatives.map(({ value }) => [point.setting, value, point] as const)),
  )("%s can be %s instead, and then says something else", (_, value, point) => {
    expect(written(point, value)).not.toEqual(under(name));
  });

  it("tell why, and name rules of this document", () => {
    for (const { because, question, rules, alternatives } of open) {
      expect(because.length * question.length * alternatives.length).toBeGreaterThan(0);
      expect(rules.filter((rule) => !rulesOf[name]!.includes(rule))).toEqual([]);
    }
  });

  /** The policy with a setting written out by a contract. */
  function written({ setting }: OpenPoint, value: OpenValue): ContractClauses {
    const nest = (steps: string[], standing: unknown): unknown => {
      const [step, ...rest] = steps;
      if (step === undefined) {
        return value;
      }
      return Array.isArray(standing)
        ? standing.map((one: object, i) =>
            i === Number(step) ? { ...one, [rest[0]!]: nest(rest.slice(1), undefined) } : one,
          )
        : { [step]: nest(rest, (standing as Record<string, unknown> | undefined)?.[step]) };
    };
    const lines = stringify(nest(setting.split("."), clauses), { flowCollectionPadding: true });
    return under(name, lines.trimEnd());
  }
});

describe("the credit tables to choose from", () => {
  it.each(creditTables().map((table) => [table.name, table] as const))(
    "%s has falling thresholds and rising percents",
    (_, { bands }) => {
      expect(misplacedBand(bands)).toBeNull();
    },
  );

  it("stand in a contract by their name", () => {
    const clauses = clausesOf("target: 99.99\nfee: 4000.00 DKK\ncredit: { table: cloud-zones }");
    expect(clauses.credit!.model).toEqual({
      kind: "bands",
      bands: [
        { below: "99.99", percent: "10" },
        { below: "99.0", percent: "25" },
        { below: "95.0", percent: "100" },
      ],
    });
  });
});
