import { describe, expect, it } from "vitest";
import { InvalidInput } from "../../../src/domain/errors.ts";
import {
  type MaintenancePlan,
  type MaintenanceReplan,
  planWindow,
  replanWindow,
} from "../../../src/domain/status/maintenance-plan.ts";
import { advanceWindow, maintenanceStateAt } from "../../../src/domain/status/maintenance-window.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;
const start = now + 24 * hour;
const end = start + 2 * hour;
const identity = { reference: "MNT-2026-0001", author: "Lisbon desk" };

describe("planning", () => {
  it("announces it at the instant of planning", () => {
    const window = planWindow(plan({}), identity, now);
    expect(window).toMatchObject({ state: "scheduled", announcedAt: now, actualStart: null });
    expect(window.updates).toEqual([
      { state: "scheduled", message: "We replace disks.", at: now, author: "Lisbon desk" },
    ]);
  });

  it("recorded after the fact, it is over and was announced only now", () => {
    const window = planWindow(plan({ plannedStart: now - 3 * hour, plannedEnd: now - hour }), identity, now);
    expect(window).toMatchObject({
      state: "completed",
      announcedAt: now,
      actualStart: now - 3 * hour,
      actualEnd: now - hour,
    });
    expect(window.updates.every(({ at }) => at >= now)).toBe(true);
  });

  it.each<[string, Partial<MaintenancePlan>, string]>([
    ["an end at the start", { plannedEnd: start }, "/planned_end"],
    ["more than 90 days", { plannedEnd: start + 90 * 24 * hour + 1 }, "/planned_end"],
    [
      "a start in three years",
      { plannedStart: now + 3 * 366 * 24 * hour, plannedEnd: now + 3 * 367 * 24 * hour },
      "/planned_start",
    ],
    ["no service", { serviceSlugs: [] }, "/services"],
    ["a service twice", { serviceSlugs: ["beacon", "beacon"] }, "/services/1"],
    ["no title", { title: "" }, "/title"],
    ["no message", { message: " " }, "/message"],
  ])("refuses %s", (_, wrong, pointer) => {
    try {
      planWindow(plan(wrong), identity, now);
      expect.unreachable();
    } catch (refusal) {
      expect(refusal).toBeInstanceOf(InvalidInput);
      expect((refusal as InvalidInput).fields.map((field) => field.pointer)).toEqual([pointer]);
    }
  });
});

describe("planning anew", () => {
  const window = planWindow(plan({}), identity, now);
  const later = now + hour;

  it.each<[string, Partial<MaintenanceReplan>, boolean]>([
    ["an earlier start", { plannedStart: start - 1 }, true],
    ["a later end", { plannedEnd: end + 1 }, true],
    ["another hour", { plannedStart: start + hour, plannedEnd: end + hour }, true],
    ["one more service", { serviceSlugs: ["beacon", "lamp"] }, true],
    ["another service", { serviceSlugs: ["lamp"] }, true],
    ["a later start", { plannedStart: start + 1 }, false],
    ["an earlier end", { plannedEnd: end - 1 }, false],
    ["another title", { title: "Old disks" }, false],
  ])("%s: announced anew? %s", (_, change, anew) => {
    const after = replanWindow(window, replan(change), "Osaka desk", later);
    expect(after.announcedAt).toBe(anew ? later : now);
    expect(after.updates).toHaveLength(2);
  });

  it("is refused for what is over, and for the start of what has begun", () => {
    expect(() => replanWindow(window, replan({}), "a", end)).toThrow("is completed; it cannot be changed");
    expect(() => replanWindow(window, replan({ plannedStart: start + 1 }), "a", start)).toThrow("has begun");
  });

  it("may move the end of what is running, and the clock ends it there", () => {
    const running = advanceWindow(window, start);
    const longer = replanWindow(running, replan({ plannedEnd: end + hour }), "a", start + hour);
    expect(longer.announcedAt).toBe(start + hour);
    expect(maintenanceStateAt(longer, end + hour - 1)).toBe("in_progress");
    expect(maintenanceStateAt(longer, end + hour)).toBe("completed");
  });
});

function plan(given: Partial<MaintenancePlan>): MaintenancePlan {
  return {
    title: "New disks",
    message: "We replace disks.",
    serviceSlugs: ["beacon"],
    plannedStart: start,
    plannedEnd: end,
    ...given,
  };
}

function replan(given: Partial<MaintenanceReplan>): MaintenanceReplan {
  return {
    title: null,
    message: "It changes.",
    serviceSlugs: null,
    plannedStart: null,
    plannedEnd: null,
    ...given,
  };
}
