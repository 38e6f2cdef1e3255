import { describe, expect, it } from "vitest";
import { clausesOf, judgePart } from "../../../../src/domain/sla/report/report-part.ts";
import { at, bands, clauses, fullInputs, inputs, part, service } from "../../../support/reports.ts";

describe("a part of a report", () => {
  it("keeps its clauses so that they can be read back", () => {
    const given = fullInputs();
    expect(clausesOf(judgePart(given.parts[0]!, given).report)).toEqual(given.parts[0]!.clauses);
  });

  it("tells each window's verdict and what is excluded by it", () => {
    const given = fullInputs();
    const { windows } = judgePart(given.parts[0]!, given).report;
    expect(windows).toEqual([
      {
        id: "w1",
        verdict: "excluded",
        excluded: [{ start: "2026-07-14T20:05:00.000Z", end: "2026-07-14T20:35:00.000Z" }],
      },
      { id: "w2", verdict: "notice", excluded: [] },
    ]);
  });

  it("lets an approved exclusion count only where the version allows its kind", () => {
    const given = fullInputs();
    const strict = { ...given.parts[0]!, clauses: { ...given.parts[0]!.clauses, exclusions: [] } };
    const allowed = judgePart(given.parts[0]!, given).report;
    const refused = judgePart(strict, given).report;
    expect(allowed.exclusions).toEqual([{ id: "x1", allowed: true }]);
    expect(refused.exclusions).toEqual([{ id: "x1", allowed: false }]);
    expect(Number(refused.counted_down_ms) - Number(allowed.counted_down_ms)).toBe(10 * 60_000);
  });

  it("tells every rounding on the way to the credit", () => {
    const [beacon] = inputs().services;
    const terms = clauses({
      fee: { minor: 333_333, currency: "DKK" },
      credit: {
        ...bands.credit!,
        proration: "by_time",
        capPercent: "5",
        minimum: { minor: 100, currency: "DKK" },
      },
    });
    const half = part({ clauses: terms, endsAt: at(16, 10) });
    const given = inputs({ parts: [half], services: [beacon!] });
    const { credit } = judgePart(half, given).report;
    expect(credit!.steps.map(({ step }) => step)).toEqual([
      "fee",
      "proration",
      "band",
      "cap",
      "rounding",
      "minimum",
    ]);
    expect(credit!.steps.find(({ step }) => step === "proration")).toMatchObject({ minor: 166_666 });
    expect(credit).toMatchObject({ capped_by: ["cycle"], issued_minor: 8_333 });
  });

  it("tells the fee alone where nothing is owed", () => {
    const given = inputs({ parts: [part({ clauses: clauses(bands) })], services: [service("beacon")] });
    const { credit } = judgePart(given.parts[0]!, given).report;
    expect(credit).toMatchObject({ issued_minor: 0, steps: [{ step: "fee", minor: 400_000 }] });
  });

  it("shares the counted downtime out over the days of the zone", () => {
    const given = inputs();
    const { days, counted_down_ms } = judgePart(given.parts[0]!, given).report;
    expect(days).toHaveLength(31);
    expect(days.find(({ date }) => date === "2026-07-09")).toMatchObject({ counted_ms: 280_000 });
    expect(days.reduce((all, { counted_ms }) => all + Number(counted_ms), 0)).toBe(counted_down_ms);
  });
});
