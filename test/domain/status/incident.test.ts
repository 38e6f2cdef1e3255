import { describe, expect, it } from "vitest";
import { Conflict, InvalidInput } from "../../../src/domain/errors.ts";
import {
  declareIncident as declare,
  type IncidentDeclaration,
  isPotential,
  refuseMerged,
  refuseStale,
  worstImpact,
} from "../../../src/domain/status/incident.ts";
import { anIncident, surroundings } from "../../support/incidents.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const identity = { reference: "INC-2026-0001", author: "Lisbon desk" };
const declareIncident = (what: IncidentDeclaration, as: typeof identity, at: number) =>
  declare(what, as, surroundings, at);

describe("declaring", () => {
  it("begins now when nothing else is said", () => {
    const incident = declareIncident(declaration({}), identity, now);
    expect(incident).toMatchObject({
      startedAt: now,
      declaredAt: now,
      resolvedAt: null,
      state: "investigating",
    });
    expect(incident.impacts).toEqual([
      { serviceSlug: "beacon", impact: "partial_outage", start: now, end: null },
    ]);
  });

  it("may lie in the past, and still says when it was declared", () => {
    const incident = declareIncident(declaration({ startedAt: now - 30 * minute }), identity, now);
    expect(incident).toMatchObject({ startedAt: now - 30 * minute, declaredAt: now });
    expect(incident.impacts[0]?.start).toBe(now - 30 * minute);
    expect(incident.updates[0]?.at).toBe(now);
  });

  it("records one that is over already", () => {
    const over = declaration({
      state: "resolved",
      startedAt: now - 30 * minute,
      resolvedAt: now - 10 * minute,
    });
    const incident = declareIncident(over, identity, now);
    expect(incident.resolvedAt).toBe(now - 10 * minute);
    expect(incident.impacts[0]?.end).toBe(now - 10 * minute);
  });

  it.each<[string, Partial<IncidentDeclaration>, string]>([
    ["a title of spaces", { title: "  " }, "/title"],
    ["a title that is too long", { title: "é".repeat(151) }, "/title"],
    ["a title of two lines", { title: "one\ntwo" }, "/title"],
    ["an empty message", { message: "" }, "/message"],
    ["a message that is too long", { message: "x".repeat(5001) }, "/message"],
    ["a message with a bell", { message: "ring \u0007" }, "/message"],
    ["half a character", { message: "\ud800" }, "/message"],
    ["a beginning in the future", { startedAt: now + 1 }, "/started_at"],
    ["a beginning long ago", { startedAt: now - 401 * 86_400_000 }, "/started_at"],
    ["an end while it is open", { resolvedAt: now, startedAt: now - 5 }, "/resolved_at"],
    [
      "an end before the beginning",
      { state: "resolved", startedAt: now - 5, resolvedAt: now - 6 },
      "/resolved_at",
    ],
    ["being over without a beginning", { state: "resolved" }, "/started_at"],
    ["a language that the page has not", { language: "fi" }, "/language"],
    ["a priority that there is not", { priority: "p9" }, "/priority"],
    ["a title in a language that the page has not", { titles: { fi: "Kirjautuminen" } }, "/titles/fi"],
    ["a translation into its own language", { translations: { en: "Again." } }, "/translations/en"],
    ["a translation with a bell", { translations: { da: "ring \u0007" } }, "/translations/da"],
    ["a service twice", { services: [beacon("major_outage"), beacon("operational")] }, "/services/1/service"],
  ])("refuses %s", (_, wrong, pointer) => {
    const refusal = refusalOf(() => declareIncident(declaration(wrong), identity, now));
    expect(refusal).toBeInstanceOf(InvalidInput);
    expect((refusal as InvalidInput).fields.map((field) => field.pointer)).toEqual([pointer]);
  });

  it("names every fault at once", () => {
    const refusal = refusalOf(() => declareIncident(declaration({ title: "", message: "" }), identity, now));
    expect((refusal as InvalidInput).fields.map(({ pointer }) => pointer)).toEqual(["/title", "/message"]);
  });
});

it("is in the first language of the page unless it says another one, with what was translated", () => {
  const incident = declareIncident(
    declaration({ titles: { da: "Ingen kan logge ind" }, translations: { da: " Vi undersøger det. " } }),
    identity,
    now,
  );
  expect(incident).toMatchObject({ language: "en", titles: { da: "Ingen kan logge ind" }, version: 1 });
  expect(incident.updates[0]).toMatchObject({ language: "en", translations: { da: "Vi undersøger det." } });
  const danish = declareIncident(declaration({ language: "da", translations: { en: " " } }), identity, now);
  expect(danish.updates[0]).toMatchObject({ language: "da", translations: {} });
});

it("is potential while nothing is felt of it, with services or without", () => {
  const impact = (what: "operational" | "degraded_performance") => ({
    ...{ serviceSlug: "beacon", impact: what, start: now, end: null },
  });
  expect(isPotential({ impacts: [] })).toBe(true);
  expect(isPotential({ impacts: [impact("operational")] })).toBe(true);
  expect(isPotential({ impacts: [impact("operational"), impact("degraded_performance")] })).toBe(false);
});

it("is changed only by whoever looked at its present version, and not where it is part of another", () => {
  const incident = anIncident({ startedAt: now, version: 3 });
  expect(() => refuseStale(incident, 3)).not.toThrow();
  expect(() => refuseStale(incident, null)).not.toThrow();
  expect(refusalOf(() => refuseStale(incident, 2))).toMatchObject({ code: "version_changed" });
  expect(refusalOf(() => refuseMerged({ ...incident, mergedInto: "INC-2026-0002" }))).toBeInstanceOf(
    Conflict,
  );
});

it("knows the worst of several impacts", () => {
  expect(worstImpact([])).toBe("operational");
  expect(worstImpact(["degraded_performance", "major_outage", "operational"])).toBe("major_outage");
});

function declaration(given: Partial<IncidentDeclaration>): IncidentDeclaration {
  return {
    title: "Sign-in fails",
    state: "investigating",
    message: "We are looking into it.",
    services: [beacon("partial_outage")],
    startedAt: null,
    resolvedAt: null,
    ...given,
  };
}

function beacon(impact: "operational" | "partial_outage" | "major_outage") {
  return { serviceSlug: "beacon", impact };
}

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (refusal) {
    return refusal;
  }
  throw new Error("nothing was refused");
}
