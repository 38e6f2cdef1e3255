import { describe, expect, it } from "vitest";
import { Conflict, InvalidInput } from "../../../src/domain/errors.ts";
import {
  declareIncident,
  impactsAt,
  type IncidentChange,
  type IncidentDeclaration,
  updateIncident,
  worstImpact,
} from "../../../src/domain/status/incident.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const identity = { reference: "INC-2026-0001", author: "Lisbon desk" };

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

describe("updating", () => {
  const open = declareIncident(declaration({}), identity, now);

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
