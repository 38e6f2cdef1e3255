import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrder, mergeIncidents } from "../../../src/domain/status/incident-merge.ts";
import type { Incident } from "../../../src/domain/status/incident.ts";
import { anIncident, anUpdate } from "../../support/incidents.ts";

const impact = (serviceSlug: string, start: number, end: number | null) => ({
  ...{ serviceSlug, impact: "partial_outage" as const, start, end },
});
/** An open incident with updates at these instants. */
function said(reference: string, instants: readonly number[]): Incident {
  return anIncident({
    reference,
    startedAt: instants[0]!,
    updates: instants.map((at) => anUpdate({ state: "investigating", at, message: `${reference} ${at}` })),
    impacts: [impact("beacon", instants[0]!, null)],
  });
}

describe("merging", () => {
  it("keeps every update of both, in order of time, with where it was said", () => {
    const instants = fc
      .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 })
      .map((some) => some.sort((a, b) => a - b));
    fc.assert(
      fc.property(instants, instants, instants, (some, others, more) => {
        const [a, b, c] = [said("A", some), said("B", others), said("C", more)];
        const { whole } = mergeIncidents(mergeIncidents(a, b, 200).whole, c, 201);
        const wanted = [a, b, c].flatMap(({ reference, updates }) =>
          updates.map(({ message }) => ({ message, from: reference === "A" ? null : reference })),
        );
        const kept = whole.updates.map(({ message, from }) => ({ message, from }));
        expect(new Set(kept.map((one) => JSON.stringify(one)))).toEqual(
          new Set(wanted.map((one) => JSON.stringify(one))),
        );
        expect(whole.updates).toHaveLength(wanted.length);
        expect(inOrder(whole.updates)).toEqual(whole.updates);
      }),
    );
  });

  it("begins with the earlier, unites the impacts, and leads from the part to the whole", () => {
    const [late, early] = [said("INC-2", [50, 60]), said("INC-1", [20, 90])];
    const { whole, part } = mergeIncidents(late, early, 200);
    expect(whole).toMatchObject({
      reference: "INC-2",
      startedAt: 20,
      impacts: [impact("beacon", 20, null)],
      parts: [{ reference: "INC-1", title: early.title, mergedAt: 200 }],
      mergedInto: null,
    });
    expect(part).toEqual({ ...early, mergedInto: "INC-2" });
  });

  it("takes along what had become part of the part", () => {
    const inner = mergeIncidents(said("B", [2]), said("C", [3]), 100).whole;
    const { whole } = mergeIncidents(said("A", [1]), inner, 200);
    expect(whole.parts.map(({ reference }) => reference)).toEqual(["C", "B"]);
    expect(whole.updates.map(({ from }) => from)).toEqual([null, "B", "C"]);
  });

  it("lasts as long as the longer, where both are resolved", () => {
    const over = (reference: string, resolvedAt: number) =>
      anIncident({ reference, startedAt: 10, resolvedAt, impacts: [impact("beacon", 10, resolvedAt)] });
    const { whole } = mergeIncidents(over("A", 50), over("B", 80), 200);
    expect(whole).toMatchObject({ resolvedAt: 80, impacts: [impact("beacon", 10, 80)] });
  });

  it.each<[string, Incident, Incident, string]>([
    ["an incident with itself", said("A", [1]), said("A", [1]), "merges_itself"],
    ["what is part of another", said("A", [1]), { ...said("B", [1]), mergedInto: "C" }, "incident_merged"],
    ["into a part", { ...said("A", [1]), mergedInto: "C" }, said("B", [1]), "incident_merged"],
    [
      "what is open into what is over",
      anIncident({ startedAt: 1, resolvedAt: 2 }),
      said("B", [1]),
      "part_open",
    ],
  ])("refuses %s", (_, whole, part, code) => {
    expect(() => mergeIncidents(whole, part, 200)).toThrow(expect.objectContaining({ code }));
  });
});
