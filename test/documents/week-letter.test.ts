import { describe, expect, it } from "vitest";
import { weekLetter } from "../../src/documents/week-letter.ts";
import { alertKinds } from "../../src/domain/alerting/alert.ts";
import type { OperationsWeek } from "../../src/domain/mailing/operations-week.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";

const at = (text: string) => Date.parse(text);
const week: OperationsWeek = {
  ...{ label: "2026-W26", platform: "Acme Cloud", timeZone: "Europe/Copenhagen" },
  ...{ start: at("2026-06-21T22:00:00Z"), end: at("2026-06-28T22:00:00Z"), asOf: at("2026-06-29T05:00:00Z") },
  services: [
    {
      ...{ slug: "lamp", title: "Lamp", percent: "100.000000", coveragePercent: "99.404761", outages: 0 },
      ...{ downMs: { lower: 0, observed: 0, upper: 0 }, unknownMs: 3_600_000 },
    },
    {
      ...{ slug: "beacon", title: "Beacon", percent: "99.404761", coveragePercent: "100.000000", outages: 2 },
      ...{ downMs: { lower: 3_585_000, observed: 3_600_000, upper: 3_615_000 }, unknownMs: 0 },
    },
    {
      ...{ slug: "dark", title: "Dark", percent: null, coveragePercent: null, outages: 0 },
      ...{ downMs: { lower: 0, observed: 0, upper: 0 }, unknownMs: 0 },
    },
  ],
  outages: [
    {
      ...{ service: "beacon", title: "Beacon", check: "web", start: at("2026-06-24T10:00:00Z") },
      end: at("2026-06-24T10:45:00Z"),
      lengthMs: { lower: 2_685_000, observed: 2_700_000, upper: 2_715_000 },
    },
    {
      ...{ service: "beacon", title: "Beacon", check: "web", start: at("2026-06-28T21:45:00Z"), end: null },
      lengthMs: { lower: 0, observed: 26_100_000, upper: 26_115_000 },
    },
  ],
  incidents: [
    {
      ...{ reference: "INC-2026-0001", title: "A switch failed", startedAt: at("2026-06-24T10:00:00Z") },
      ...{ resolvedAt: at("2026-06-24T11:00:00Z"), openedInWeek: true, resolvedInWeek: true },
    },
    {
      ...{ reference: "INC-2026-0002", title: "Slow", startedAt: at("2026-06-25T10:00:00Z") },
      ...{ resolvedAt: null, openedInWeek: true, resolvedInWeek: false },
    },
  ],
  windows: (["done", "running", "coming"] as const).map((standing, i) => ({
    ...{ reference: `MNT-2026-000${i}`, title: "New disks", standing },
    ...{ start: at("2026-06-26T20:00:00Z"), end: at("2026-06-26T21:00:00Z") },
  })),
  alerts: alertKinds.map((kind) => ({ kind, opened: 2, closed: 1, open: 1 })),
  probes: [at("2026-06-23T09:00:00Z"), null].map((closedAt) => ({
    ...{ kind: "probe_silent" as const, probe: "osaka-1", location: "osaka" },
    ...{ openedAt: at("2026-06-23T08:00:00Z"), closedAt },
  })),
  contracts: [
    {
      ...{ slug: "acme-gold", title: "Acme gold", customer: "Acme", label: "2026-06", percent: "99.850000" },
      ...{ targetPercent: "99.99", allowedMs: 259_200, spentMs: 3_600_000, leftMs: -3_340_800 },
    },
  ],
  closings: [{ label: "2026-05", person: 2, ready: 1, time: 1, refused: 1 }],
};
const plain = (text: string) => text.replaceAll(/[\s\u00a0]+/g, " ");
const quiet: OperationsWeek = {
  ...week,
  ...{
    services: [],
    outages: [],
    incidents: [],
    windows: [],
    alerts: [],
    probes: [],
    contracts: [],
    closings: [],
  },
};

describe("the letter on a week of operations", () => {
  it("says how services did, worst first, what happened, what contracts have left and which months wait", () => {
    const { subject, text } = weekLetter(week, "en", "lea@acme.example", "https://acme.example");
    expect(subject).toBe("Operations, week 26: outages 2, incidents 2");
    const told = plain(text);
    for (const part of [
      "22 June 2026 to 28 June 2026, Europe/Copenhagen",
      "Services with downtime: 1 of 3",
      "Beacon 99.404 % 2 1 h 59 min 45 s 1 h 15 s",
      "- Dark: nothing was measured",
      "- Lamp: 1 h, 99.404 % of the time was measured",
      "- Beacon (web), 24 Jun, 12:00:00 to 24 Jun, 12:45:00: 45 min, at least 44 min 45 s, at most 45 min 15 s",
      "- Beacon (web), since 28 Jun, 23:45:00, lasts: 7 h 15 min so far",
      "opened 2, resolved 1, open at the end 1",
      "- osaka-1 (osaka): Probe silent, since 23 Jun, 10:00:00",
      "Acme gold 99.850 % 1 h 4 min 19.200 s −55 min 40.800 s",
      "May 2026: needs somebody: 2, ready to be closed: 1, evidence may still arrive: 1",
      "https://acme.example/console/closings/2026-05",
      "Sent by Acme Cloud to lea@acme.example",
    ]) {
      expect(told).toContain(part);
    }
    expect(told.indexOf("Beacon 99.404")).toBeLessThan(told.indexOf("Lamp 100"));
  });

  it.each(customerLanguages)(
    "is whole in %s, also of a week without anything, and looked at before",
    (code) => {
      for (const [facts, recipient] of [
        [week, "lea@acme.example"],
        [quiet, null],
      ] as const) {
        const { subject, text, html } = weekLetter(facts, code, recipient, "https://acme.example");
        for (const part of [subject, text, html.replace(/<style>[^]*<\/style>/, "")]) {
          expect(part).not.toMatch(/[{}]|undefined|null|NaN/);
        }
      }
    },
  );
});
