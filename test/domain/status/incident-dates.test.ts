import { expect, it } from "vitest";
import { type IncidentDates, redateIncident } from "../../../src/domain/status/incident-dates.ts";
import { anIncident } from "../../support/incidents.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const resolved = anIncident({
  startedAt: now - 60 * minute,
  resolvedAt: now - 10 * minute,
  impacts: [
    { serviceSlug: "beacon", impact: "major_outage", start: now - 60 * minute, end: now - 40 * minute },
    { serviceSlug: "beacon", impact: "operational", start: now - 40 * minute, end: now - 10 * minute },
    { serviceSlug: "lamp", impact: "partial_outage", start: now - 50 * minute, end: now - 10 * minute },
  ],
});
const edges = (dates: IncidentDates) =>
  redateIncident(resolved, dates, now).impacts.map(({ start, end }) => [
    (now - start) / minute,
    end === null ? null : (now - end) / minute,
  ]);

it("dated back, takes along what began with it and leaves what began later", () => {
  expect(edges({ startedAt: now - 90 * minute })).toEqual([
    [90, 40],
    [40, 10],
    [50, 10],
  ]);
  expect(redateIncident(resolved, { startedAt: now - 90 * minute }, now)).toMatchObject({
    declaredAt: resolved.declaredAt,
    updates: resolved.updates,
  });
});

it("ended earlier, cuts what lasted longer; ended later, takes along what ended with it", () => {
  expect(edges({ resolvedAt: now - 45 * minute })).toEqual([
    [60, 45],
    [50, 45],
  ]);
  expect(edges({ resolvedAt: now - 5 * minute })).toEqual([
    [60, 40],
    [40, 5],
    [50, 5],
  ]);
});

it("begun later, cuts what began before", () => {
  expect(edges({ startedAt: now - 45 * minute })).toEqual([
    [45, 40],
    [40, 10],
    [45, 10],
  ]);
});

it.each<[string, IncidentDates, string]>([
  ["a beginning in the future", { startedAt: now + 1 }, "/started_at"],
  ["a beginning long ago", { startedAt: now - 401 * 86_400_000 }, "/started_at"],
  ["an end before the beginning", { resolvedAt: now - 60 * minute }, "/resolved_at"],
  ["an end in the future", { resolvedAt: now + 1 }, "/resolved_at"],
])("refuses %s", (_, dates, pointer) => {
  expect(() => redateIncident(resolved, dates, now)).toThrow(
    expect.objectContaining({
      code: "invalid_dates",
      fields: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown,
    }),
  );
});

it("gives an open incident no end: that is what an update says", () => {
  const open = anIncident({ startedAt: now - minute });
  expect(() => redateIncident(open, { resolvedAt: now }, now)).toThrow(
    expect.objectContaining({ code: "invalid_dates" }),
  );
});
