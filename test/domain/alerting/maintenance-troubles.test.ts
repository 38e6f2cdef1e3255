import { describe, expect, it } from "vitest";
import { troublesOfMaintenance } from "../../../src/domain/alerting/maintenance-troubles.ts";
import { planWindow } from "../../../src/domain/status/maintenance-plan.ts";
import {
  cancelWindow,
  endWindow,
  type MaintenanceWindow,
  startWindow,
  verifyWindow,
} from "../../../src/domain/status/maintenance-window.ts";

const minute = 60_000;
const hour = 60 * minute;
const now = Date.parse("2026-06-01T10:00:00Z");
const start = now + 48 * hour;
const end = start + 2 * hour;
const planned = planWindow(
  { title: "New disks", message: "We work.", serviceSlugs: ["beacon"], plannedStart: start, plannedEnd: end },
  { reference: "MNT-2026-0001", author: "Ann" },
  now,
);
const begun = startWindow(planned, "We begin.", "Bo", start - minute);
const told = (window: MaintenanceWindow, at: number, unexplained: string[] = []) =>
  troublesOfMaintenance([window], new Set(unexplained), at).map(({ kind }) => kind);

describe("work in hand", () => {
  it.each([
    ["a while before its end", begun, end - 10 * minute - 1, []],
    ["soon before its end", begun, end - 10 * minute, ["maintenance_ending"]],
    ["just before its end", begun, end - 1, ["maintenance_ending"]],
    ["from its planned end on, as it counts then", begun, end, ["maintenance_overrun"]],
    [
      "while it is verified",
      verifyWindow(begun, "Looking.", "Bo", end - minute),
      end,
      ["maintenance_overrun"],
    ],
    ["once it was ended", endWindow(begun, "Done.", "Bo", end + minute), end + minute, []],
    ["that nobody has begun: the clock ends it", planned, end - minute, []],
    ["that was called off", cancelWindow(planned, "No.", "Bo", now), end, []],
  ])("%s", (_, window, at, kinds) => {
    expect(told(window, at)).toEqual(kinds);
  });

  it("that is given longer is told anew at its new end", () => {
    const longer = { ...begun, plannedEnd: end + hour };
    expect(told(longer, end)).toEqual([]);
    const subjects = [begun, longer].map(
      (window) => troublesOfMaintenance([window], new Set(), window.plannedEnd)[0]!.subject,
    );
    expect(new Set(subjects).size).toBe(2);
  });
});

describe("a window that breaks a promise without a reason", () => {
  it.each([
    ["a day before it begins", start - 24 * hour, ["maintenance_unexplained"]],
    ["longer before", start - 24 * hour - 1, []],
    ["once it has begun", start, []],
  ])("%s", (_, at, kinds) => {
    expect(told(planned, at, ["MNT-2026-0001"])).toEqual(kinds);
    expect(told(planned, at)).toEqual([]);
  });

  it("names whoever planned it; where the clock did, nobody", () => {
    const facts = (window: MaintenanceWindow) =>
      troublesOfMaintenance([window], new Set(["MNT-2026-0001"]), start - hour)[0]!.facts;
    expect(facts(planned)).toEqual({
      ...{ reference: "MNT-2026-0001", title: "New disks", planner: "Ann", begins: start },
    });
    expect(facts({ ...planned, author: "clock" }).planner).toBeNull();
  });
});
