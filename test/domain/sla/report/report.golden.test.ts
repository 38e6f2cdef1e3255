/** Worked reports, one file a clause: what the clause makes of a month, told whole, to the byte. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { ContractClauses } from "../../../../src/domain/sla/promise/clauses.ts";
import type { ReportInputs } from "../../../../src/domain/sla/report/report-inputs.ts";
import {
  at,
  bands,
  clauses,
  computed,
  fullInputs,
  inputs,
  july,
  part,
  service,
  supportInputs,
} from "../../../support/reports.ts";

const folder = fileURLToPath(new URL("../../../golden/reports/", import.meta.url));
const minute = 60_000;

/** The month of two outages under a clause. */
const under = (change: Partial<ContractClauses>, more: Partial<ReportInputs> = {}): ReportInputs =>
  inputs({ parts: [part({ clauses: clauses(change) })], ...more });

const [beacon] = inputs().services;
const dark = [
  {
    ...beacon!,
    segments: [...beacon!.segments, { start: at(17), end: at(17, 1), state: "unknown" as const }],
  },
];
const slow = [
  {
    ...beacon!,
    segments: [...beacon!.segments, { start: at(2), end: at(2, 1), state: "degraded" as const }],
  },
];
const two = [...inputs().services, service("lantern", [[at(9, 14, 5), at(9, 14, 8)]])];
const both = (rollUp: ContractClauses["rollUp"]) =>
  inputs({ services: two, parts: [part({ services: ["beacon", "lantern"], clauses: clauses({ rollUp }) })] });
const day = [{ startMinute: 8 * 60, endMinute: 18 * 60 }];
const office = {
  timeZone: "Europe/Copenhagen",
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] },
  closedDates: ["2026-07-10"],
};
const credit = bands.credit!;
const middle = july.start + 15 * 1_440 * minute;

const worked: Record<string, ReportInputs> = {
  "everything-at-once": fullInputs(),
  "answers-and-solutions": supportInputs(),
  "no-target": under({ targetPercent: null }),
  "counted-by-minute-any": under({ granularity: "minute_any" }),
  "counted-by-minute-full": under({ granularity: "minute_full" }),
  "minimum-outage": under({ minOutageMs: minute }),
  "unknown-as-down": under({ unknown: "down" }, { services: dark }),
  "unknown-leaves": under({ unknown: "remove" }, { services: dark }),
  "degraded-by-weight": under({ degradedWeightPpm: 300_000 }, { services: slow }),
  "upper-length": under({ outageFigure: "upper" }),
  "verdict-of-two-decimals": under({ verdictRounding: { decimals: 2, mode: "half_up" } }),
  "all-down": both({ kind: "all_down" }),
  weighted: both({ kind: "weighted", weights: { beacon: "2", lantern: "1" } }),
  "service-hours": inputs({
    parts: [part({ clauses: clauses({ serviceHours: { calendar: "office" } }), serviceHours: office })],
  }),
  "credit-in-bands": under(bands),
  "credit-in-proportion-capped": under({
    ...bands,
    credit: {
      ...credit,
      model: { kind: "proportional", multiplier: "10", affectedRatio: "0.5" },
      capPercent: "0.05",
      rounding: "half_up",
    },
  }),
  "credit-below-the-minimum": under({
    ...bands,
    credit: { ...credit, minimum: { minor: 40_000, currency: "DKK" } },
  }),
  "contract-that-ends-in-the-month": inputs({
    parts: [
      part({ endsAt: at(12), clauses: clauses({ ...bands, credit: { ...credit, proration: "by_time" } }) }),
    ],
  }),
  "split-in-the-middle": inputs({
    parts: [
      part({ endsAt: middle, clauses: clauses(bands) }),
      part({
        version: 2,
        startsAt: middle,
        reason: "lower promise",
        clauses: clauses({ ...bands, targetPercent: "99.9" }),
      }),
    ],
  }),
  "draft-of-a-running-month": inputs({
    asOf: at(20),
    issue: { revision: 0, issuedAt: at(20), reason: "", author: "maja", approver: null },
  }),
  "nothing-measured": inputs({ services: [] }),
};

it.each(Object.entries(worked))("%s", async (name, given) => {
  const { json } = computed(given);
  await expect(`${JSON.stringify(JSON.parse(json), null, 2)}\n`).toMatchFileSnapshot(`${folder}${name}.json`);
});
