import { describe, expect, it } from "vitest";
import { serviceCondition, shownStates, worstState } from "../../../src/domain/status/service.ts";
import { incident, maintenance, measured, minute, now } from "../../support/boards.ts";

const up = measured("beacon", "Beacon", null);
const down = measured("beacon", "Beacon", null, [{ agoMs: 5 * minute, lengthMs: null, state: "down" }]);
const running = maintenance("MNT-2026-0001", "New disks", ["beacon"], -10 * minute, 60 * minute);
const open = (impact: "operational" | "degraded_performance" | "major_outage") =>
  incident("INC-2026-0001", "Trouble", ["beacon"], 20 * minute, null, impact);

describe("the condition of a service", () => {
  it.each([
    ["up", "operational"],
    ["degraded", "degraded_performance"],
    ["down", "major_outage"],
    ["unknown", "unknown"],
  ] as const)("is the reading where nobody says anything: %s → %s", (reading, state) => {
    expect(serviceCondition({ ...up, reading }, [], [], now)).toMatchObject({
      state,
      since: up.readingSince,
    });
  });

  it("is maintenance while a window runs, whatever is measured", () => {
    const condition = serviceCondition(down, [], [running], now);
    expect(condition).toMatchObject({ state: "under_maintenance", since: now - 10 * minute });
    expect(condition.window?.reference).toBe("MNT-2026-0001");
  });

  it("is not maintenance for a window that is still to come, is over, or is another service's", () => {
    const coming = maintenance("MNT-2026-0002", "Later", ["beacon"], minute, minute);
    const over = maintenance("MNT-2026-0003", "Earlier", ["beacon"], -2 * minute, minute);
    const other = { ...running, serviceSlugs: ["harbour"] };
    expect(serviceCondition(up, [], [coming, over, other], now).state).toBe("operational");
  });

  it("lets an open incident outrank maintenance", () => {
    expect(serviceCondition(up, [open("degraded_performance")], [running], now)).toMatchObject({
      state: "degraded_performance",
      since: now - 20 * minute,
    });
    expect(serviceCondition(up, [open("operational")], [running], now).state).toBe("operational");
  });

  it("shows the worse of what is said and what is measured", () => {
    expect(serviceCondition(down, [open("degraded_performance")], [], now)).toMatchObject({
      state: "major_outage",
      since: now - 5 * minute,
    });
    expect(serviceCondition(up, [open("major_outage")], [], now)).toMatchObject({
      state: "major_outage",
      since: now - 20 * minute,
    });
  });

  it("forgets a resolved incident and an impact that has ended", () => {
    const resolved = incident("INC-2026-0002", "Over", ["beacon"], 20 * minute, 10 * minute);
    const eased = open("major_outage");
    eased.impacts[0]!.end = now;
    expect(serviceCondition(up, [resolved, eased], [], now)).toMatchObject({
      state: "operational",
      incidents: [],
    });
  });
});

describe("the worst of several states", () => {
  it("is the last in the order from calm to worst, and calm for none", () => {
    expect(worstState(shownStates)).toBe("major_outage");
    expect(worstState(["operational", "unknown", "under_maintenance"])).toBe("under_maintenance");
    expect(worstState([])).toBe("operational");
  });
});
