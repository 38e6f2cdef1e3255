import { describe, expect, it } from "vitest";
import { buildReport } from "../../../../src/domain/sla/report/report.ts";
import { reportDifference } from "../../../../src/domain/sla/report/report-difference.ts";
import { fullInputs } from "../../../support/reports.ts";

const report = (change = {}) => buildReport(fullInputs(change), "0".repeat(64));

describe("the difference between two revisions", () => {
  it("is nothing between a report and itself", () => {
    expect(reportDifference(report(), report())).toEqual([]);
  });

  it("names the figures that a correction changed, the outage it is about, and the correction", () => {
    const changes = reportDifference(report({ corrections: [] }), report());
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "figure", name: "percent", from: "99.907594", to: "99.908527" }),
        expect.objectContaining({ kind: "figure", name: "step.corrections", part: 2, from: 0, to: -25_000 }),
        expect.objectContaining({
          kind: "outage",
          name: "counted_ms",
          service: "Beacon",
          from: 25_000,
          to: 0,
        }),
        expect.objectContaining({ kind: "recorded", list: "corrections", id: "c1", from: null }),
      ]),
    );
    expect(changes.some((change) => change.kind === "figure" && change.name === "verdict")).toBe(false);
  });

  it("names outages that came or went", () => {
    const { services } = fullInputs();
    const without = services.map((one) => ({ ...one, outages: one.outages.slice(1) }));
    expect(reportDifference(report({ services: without }), report())).toContainEqual({
      kind: "outage",
      name: "",
      service: "Beacon",
      start: "2026-07-09T14:02:10.000Z",
      from: null,
      to: 280_000,
    });
  });
});
