import { describe, expect, it } from "vitest";
import { muteCause, quietWindows } from "../../../src/domain/alerting/mute.ts";
import type { MaintenanceWindow } from "../../../src/domain/status/maintenance-window.ts";
import { circumstances, minute, openedAt, route, standing } from "../../support/standing-alerts.ts";

const window = (more: Partial<MaintenanceWindow> = {}): MaintenanceWindow =>
  ({
    ...{ reference: "MW-2026-0007", title: "Work", message: "", state: "scheduled", author: "p_1" },
    ...{ announcedAt: 0, plannedStart: openedAt - minute, plannedEnd: openedAt + 30 * minute },
    ...{ actualStart: null, actualEnd: null, serviceSlugs: ["beacon"], updates: [] },
    ...more,
  }) as MaintenanceWindow;
const beacon = standing(1, "beacon");
const cause = (more: Parameters<typeof circumstances>[0], now = openedAt, alert = beacon) =>
  muteCause(alert, circumstances(more), now);

describe("maintenance", () => {
  const windows = quietWindows([window()]);

  it("wakes nobody for a service it was announced for, until its announced end", () => {
    expect(cause({ windows })).toBe("maintenance MW-2026-0007");
    expect(cause({ windows }, openedAt + 30 * minute - 1)).toBe("maintenance MW-2026-0007");
    expect(cause({ windows }, openedAt + 30 * minute)).toBeNull();
    expect(cause({ windows }, openedAt, standing(2, "gateway"))).toBeNull();
  });

  it("does not keep a trouble quiet that was there before the work", () => {
    const before = standing(1, "beacon", { openedAt: openedAt - 2 * minute });
    expect(cause({ windows }, openedAt, before)).toBeNull();
  });

  it("that was called off or has ended keeps nothing quiet; one that began early does from then on", () => {
    expect(quietWindows([window({ state: "cancelled" }), window({ state: "completed" })])).toEqual([]);
    const early = window({ state: "in_progress", actualStart: openedAt - 5 * minute });
    expect(quietWindows([early])[0]!.start).toBe(openedAt - 5 * minute);
    expect(quietWindows([window({ state: "verifying", actualStart: openedAt })])).toHaveLength(1);
  });
});

describe("a route that waits for hours", () => {
  const rules = {
    routes: [route("low", { waitsFor: "office" })],
    escalations: [],
    rotas: [],
    management: [],
  };

  it("keeps its alerts quiet until people are at work", () => {
    expect(cause({ rules, isOpen: () => false })).toBe("hours office");
    expect(cause({ rules, isOpen: () => true })).toBeNull();
  });

  it("does not put off what it has called already", () => {
    const calling = standing(1, "beacon", { callingSince: openedAt });
    expect(cause({ rules, isOpen: () => false }, openedAt, calling)).toBeNull();
  });
});

it("a silence comes before everything else", () => {
  const silence = {
    ...{ id: 12, services: ["beacon"], groups: [], kinds: [], start: openedAt, end: openedAt + minute },
    ...{ reason: "Load test", author: "p_1", createdAt: openedAt, liftedBy: null, liftedAt: null },
  };
  expect(cause({ silences: [silence], windows: quietWindows([window()]) })).toBe("silence 12");
});
