import { describe, expect, it } from "vitest";
import { Conflict } from "../../../src/domain/errors.ts";
import { impactsAt } from "../../../src/domain/status/incident.ts";
import { type IncidentChange, updateIncident as update } from "../../../src/domain/status/incident-update.ts";
import type { Incident } from "../../../src/domain/status/incident.ts";
import { anIncident, anUpdate, surroundings } from "../../support/incidents.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const updateIncident = (incident: Incident, what: IncidentChange, author: string, at: number) =>
  update(incident, what, author, surroundings, at);

describe("an update", () => {
  const open = anIncident({
    startedAt: now,
    updates: [anUpdate({ state: "investigating", at: now, author: "Lisbon desk" })],
    impacts: [{ serviceSlug: "beacon", impact: "partial_outage", start: now, end: null }],
  });

  it("keeps what it does not name", () => {
    const after = updateIncident(open, change({ message: "Still looking." }), "Osaka desk", now + minute);
    expect(after.state).toBe("investigating");
    expect(after.impacts).toEqual(open.impacts);
    expect(after.updates.map(({ author }) => author)).toEqual(["Lisbon desk", "Osaka desk"]);
  });

  it("cuts an impact where it changes", () => {
    const worse = updateIncident(open, change({ services: [beacon("major_outage")] }), "a", now + minute);
    expect(worse.impacts).toEqual([
      { serviceSlug: "beacon", impact: "partial_outage", start: now, end: now + minute },
      { serviceSlug: "beacon", impact: "major_outage", start: now + minute, end: null },
    ]);
    expect(impactsAt(worse, now + minute - 1).map(({ impact }) => impact)).toEqual(["partial_outage"]);
    expect(impactsAt(worse, now + minute).map(({ impact }) => impact)).toEqual(["major_outage"]);
  });

  it("leaves an impact whole that is only said again", () => {
    const same = updateIncident(open, change({ services: [beacon("partial_outage")] }), "a", now + minute);
    expect(same.impacts).toEqual(open.impacts);
  });

  it("ends every impact when it resolves", () => {
    const resolved = updateIncident(open, change({ state: "resolved" }), "a", now + minute);
    expect(resolved.resolvedAt).toBe(now + minute);
    expect(resolved.impacts.map(({ end }) => end)).toEqual([now + minute]);
  });

  it("never goes back in time", () => {
    const early = updateIncident(open, change({}), "a", now - minute);
    expect(early.updates.map(({ at }) => at)).toEqual([now, now + 1]);
  });

  it("refuses to speak of a resolved incident unless it is opened again", () => {
    const resolved = updateIncident(open, change({ state: "resolved" }), "a", now + minute);
    const refusal = refusalOf(() => updateIncident(resolved, change({}), "a", now + 2 * minute));
    expect(refusal).toBeInstanceOf(Conflict);
    expect(refusal).toMatchObject({ code: "incident_resolved" });

    const again = updateIncident(resolved, change({ reopen: true }), "a", now + 2 * minute);
    expect(again).toMatchObject({ state: "investigating", resolvedAt: null });
    expect(again.impacts).toEqual([
      { serviceSlug: "beacon", impact: "partial_outage", start: now, end: now + minute },
      { serviceSlug: "beacon", impact: "partial_outage", start: now + 2 * minute, end: null },
    ]);
  });

  it("cannot be opened again while it is open", () => {
    expect(refusalOf(() => updateIncident(open, change({ reopen: true }), "a", now))).toMatchObject({
      code: "incident_open",
    });
  });

  it("says when it was over, which may be a while ago: nothing lasts beyond that", () => {
    const worse = updateIncident(open, change({ services: [beacon("major_outage")] }), "a", now + 5 * minute);
    const resolved = updateIncident(
      worse,
      change({ state: "resolved", resolvedAt: now + 3 * minute }),
      "a",
      now + 9 * minute,
    );
    expect(resolved).toMatchObject({ resolvedAt: now + 3 * minute, state: "resolved" });
    expect(resolved.updates.at(-1)!.at).toBe(now + 9 * minute);
    expect(resolved.impacts).toEqual([
      { serviceSlug: "beacon", impact: "partial_outage", start: now, end: now + 3 * minute },
    ]);
  });

  it("takes its priority and language along, and drops translations of a title that is another one", () => {
    const titled = { ...open, titles: { da: "Login fejler" }, priority: "p3" };
    const same = updateIncident(titled, change({ title: "Sign-in fails" }), "a", now + minute);
    expect(same).toMatchObject({ titles: { da: "Login fejler" }, priority: "p3" });
    const other = updateIncident(
      titled,
      change({ title: "Nobody can sign in", priority: "p1", language: "da", translations: { en: "Worse." } }),
      "a",
      now + minute,
    );
    expect(other).toMatchObject({ titles: {}, priority: "p1", title: "Nobody can sign in" });
    expect(other.updates.at(-1)).toMatchObject({ language: "da", translations: { en: "Worse." } });
  });

  it.each<[string, Partial<IncidentChange>, string]>([
    ["an end of what is not resolved", { resolvedAt: now + 1 }, "/resolved_at"],
    ["an end before the beginning", { state: "resolved", resolvedAt: now }, "/resolved_at"],
    ["an end in the future", { state: "resolved", resolvedAt: now + 2 * minute }, "/resolved_at"],
    ["a priority that there is not", { priority: "urgent" }, "/priority"],
    ["a language that the page has not", { language: "fi" }, "/language"],
    ["opening again and resolving at once", { state: "resolved", reopen: true }, "/reopen"],
  ])("refuses %s", (_, wrong, pointer) => {
    expect(refusalOf(() => updateIncident(open, change(wrong), "a", now + minute))).toMatchObject({
      code: "invalid_incident_update",
      fields: [{ pointer }],
    });
  });

  it("is not said of what became part of another incident", () => {
    const part = { ...open, mergedInto: "INC-2026-0002" };
    expect(refusalOf(() => updateIncident(part, change({}), "a", now))).toMatchObject({
      code: "incident_merged",
    });
  });
});

function change(given: Partial<IncidentChange>): IncidentChange {
  return { title: null, state: null, message: "More words.", services: null, reopen: false, ...given };
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
