import { describe, expect, it } from "vitest";
import {
  alertStanding,
  isAcknowledged,
  serviceOf,
  speaksForItself,
  type StandingAlert,
  subjectOf,
} from "../../../src/domain/alerting/standing-alert.ts";
import { openedAt, standing } from "../../support/standing-alerts.ts";

const shown = (more: Partial<StandingAlert & { overAt: number }>) =>
  alertStanding({ overAt: null, ...standing(1, "beacon"), ...more });

describe("a standing alert", () => {
  it("is told to people by the first that holds: over, held back, member, muted, acknowledged, calling", () => {
    expect(shown({})).toBe("calling");
    expect(shown({ acknowledgedAt: openedAt })).toBe("acknowledged");
    expect(shown({ acknowledgedAt: openedAt, mutedBy: "silence 1" })).toBe("muted");
    expect(shown({ memberOf: 2 })).toBe("member");
    expect(shown({ heldBackBy: "service_down gateway" })).toBe("held_back");
    expect(shown({ overAt: openedAt, heldBackBy: "service_down gateway" })).toBe("over");
  });

  it("speaks for itself unless another one explains it or speaks for it", () => {
    expect(speaksForItself(standing(1, "beacon"))).toBe(true);
    expect(speaksForItself(standing(1, "beacon", { memberOf: 2 }))).toBe(false);
    expect(speaksForItself(standing(1, "beacon", { heldBackBy: "service_down gateway" }))).toBe(false);
    expect(isAcknowledged(standing(1, "beacon"))).toBe(false);
  });

  it("is about a service and its group, or about neither", () => {
    const groupOf = new Map([["beacon", "product"]]);
    expect(subjectOf(standing(1, "beacon"), groupOf)).toMatchObject({ service: "beacon", group: "product" });
    const probe = standing(2, "", { kind: "probe_silent", facts: { probe: "osaka-1" } });
    expect(serviceOf(probe)).toBeNull();
    expect(subjectOf(probe, groupOf)).toMatchObject({ kind: "probe_silent", service: null, group: null });
  });
});
