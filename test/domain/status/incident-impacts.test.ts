import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeImpacts,
  correctImpact,
  endImpacts,
  type ImpactCorrection,
  layImpact,
  uniteImpacts,
} from "../../../src/domain/status/incident-impacts.ts";
import {
  type IncidentImpact,
  incidentImpacts,
  type ServiceImpact,
  worstImpact,
} from "../../../src/domain/status/incident.ts";
import { anIncident } from "../../support/incidents.ts";

const services = ["beacon", "lamp"];
const anImpact = fc.constantFrom(...incidentImpacts);
/** Something said of a service for a stretch of a short time, so that stretches often touch. */
const aCorrection: fc.Arbitrary<ImpactCorrection> = fc
  .record({
    serviceSlug: fc.constantFrom(...services),
    impact: fc.option(anImpact),
    start: fc.integer({ min: 0, max: 20 }),
    length: fc.option(fc.integer({ min: 1, max: 20 })),
  })
  .map(({ length, ...said }) => ({ ...said, end: length === null ? null : said.start + length }));
const someImpacts = fc
  .array(aCorrection, { maxLength: 12 })
  .map((said) => said.reduce<ServiceImpact[]>(layImpact, []));

/** What holds for a service at an instant. */
const at = (impacts: readonly ServiceImpact[], service: string, instant: number): IncidentImpact[] =>
  impacts
    .filter(
      ({ serviceSlug, start, end }) => serviceSlug === service && start <= instant && (end ?? 99) > instant,
    )
    .map(({ impact }) => impact);
const instants = Array.from({ length: 45 }, (_, i) => i);

describe("impacts", () => {
  it("of one service never overlap, and none is empty, whatever is laid over them", () => {
    fc.assert(
      fc.property(someImpacts, (impacts) => {
        for (const service of services) {
          instants.forEach((instant) => expect(at(impacts, service, instant).length).toBeLessThan(2));
        }
        expect(impacts.every(({ start, end }) => end === null || start < end)).toBe(true);
      }),
    );
  });

  it("say inside a stretch what was laid there last, and elsewhere what they said before", () => {
    fc.assert(
      fc.property(someImpacts, aCorrection, (before, said) => {
        const after = layImpact(before, said);
        for (const service of services) {
          for (const instant of instants) {
            const isSaid =
              service === said.serviceSlug && said.start <= instant && instant < (said.end ?? Infinity);
            const wanted = isSaid
              ? said.impact === null
                ? []
                : [said.impact]
              : at(before, service, instant);
            expect(at(after, service, instant)).toEqual(wanted);
          }
        }
      }),
    );
  });

  it("have no neighbours that say the same", () => {
    fc.assert(
      fc.property(someImpacts, (impacts) => {
        const doubled = impacts.filter((one) =>
          impacts.some(
            (other) =>
              other.serviceSlug === one.serviceSlug && other.end === one.start && other.impact === one.impact,
          ),
        );
        expect(doubled).toEqual([]);
      }),
    );
  });

  it("united say at every instant the worst of all, in whatever order", () => {
    fc.assert(
      fc.property(someImpacts, someImpacts, (some, others) => {
        const united = uniteImpacts(some, others);
        for (const service of services) {
          for (const instant of instants) {
            const said = [...at(some, service, instant), ...at(others, service, instant)];
            expect(at(united, service, instant)).toEqual(said.length === 0 ? [] : [worstImpact(said)]);
          }
        }
        expect(new Set(uniteImpacts(others, some))).toEqual(new Set(united));
      }),
    );
  });

  it("end all at once, and what would begin only then is none", () => {
    fc.assert(
      fc.property(someImpacts, fc.integer({ min: 0, max: 40 }), (impacts, instant) => {
        const ended = endImpacts(impacts, instant);
        expect(ended.every(({ start, end }) => end !== null && start < end && end <= instant)).toBe(true);
      }),
    );
  });

  it("that are only said again stay as they are, others change from then on", () => {
    const impacts: ServiceImpact[] = [{ serviceSlug: "beacon", impact: "major_outage", start: 0, end: null }];
    const say = (impact: IncidentImpact) => changeImpacts(impacts, [{ serviceSlug: "beacon", impact }], 5);
    expect(say("major_outage")).toEqual(impacts);
    expect(say("operational")).toEqual([
      { serviceSlug: "beacon", impact: "major_outage", start: 0, end: 5 },
      { serviceSlug: "beacon", impact: "operational", start: 5, end: null },
    ]);
  });
});

describe("a correction of an impact", () => {
  const resolved = anIncident({
    startedAt: 1_000,
    resolvedAt: 9_000,
    impacts: [{ serviceSlug: "beacon", impact: "major_outage", start: 1_000, end: 9_000 }],
  });
  const said = (given: Partial<ImpactCorrection>): ImpactCorrection => ({
    ...{ serviceSlug: "beacon", impact: "degraded_performance" as const, start: 4_000, end: null },
    ...given,
  });

  it("without an end lasts until the incident was resolved", () => {
    expect(correctImpact(resolved, said({}), 20_000).impacts).toEqual([
      { serviceSlug: "beacon", impact: "major_outage", start: 1_000, end: 4_000 },
      { serviceSlug: "beacon", impact: "degraded_performance", start: 4_000, end: 9_000 },
    ]);
  });

  it("takes the impact of a stretch away, and names a service that was not", () => {
    const without = correctImpact(resolved, said({ impact: null, start: 1_000, end: 9_000 }), 20_000);
    expect(without.impacts).toEqual([]);
    const more = correctImpact(resolved, said({ serviceSlug: "lamp", start: 2_000, end: 3_000 }), 20_000);
    expect(more.impacts).toHaveLength(2);
  });

  it.each<[string, Partial<ImpactCorrection>, string]>([
    ["before the incident", { start: 999 }, "/start"],
    ["after the incident", { start: 9_000 }, "/start"],
    ["that ends before it starts", { start: 4_000, end: 4_000 }, "/end"],
    ["that ends after the incident", { end: 9_001 }, "/end"],
  ])("is refused for a stretch %s", (_, wrong, pointer) => {
    expect(() => correctImpact(resolved, said(wrong), 20_000)).toThrow(
      expect.objectContaining({ code: "invalid_impact", fields: [expect.objectContaining({ pointer })] }),
    );
  });

  it("is not said of what became part of another incident", () => {
    const part = { ...resolved, mergedInto: "INC-2026-0002" };
    expect(() => correctImpact(part, said({}), 20_000)).toThrow(
      expect.objectContaining({ code: "incident_merged" }),
    );
  });
});
