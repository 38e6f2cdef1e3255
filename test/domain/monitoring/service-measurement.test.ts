import { describe, expect, it } from "vitest";
import { unobserved } from "../../../src/domain/monitoring/confirmation.ts";
import type { ConfirmationState } from "../../../src/domain/monitoring/confirmation-state.ts";
import { type CheckMeasurement, measureService } from "../../../src/domain/monitoring/service-measurement.ts";

const rules = { staleAfterMs: 37_500, confirmDown: 2, confirmUp: 1, quorumFail: 1, minReporting: 1 };
const window = { start: 0, end: 1_000_000 };

function check(slug: string, over: Partial<CheckMeasurement> = {}): CheckMeasurement {
  const changes = [{ at: 0, state: "up" as const }];
  const head: ConfirmationState = { ...unobserved, lastConclusiveAt: 1_000_000, reading: "up" };
  return { slug, archivedAt: null, observedFrom: 0, changes, outages: [], head, rules, ...over };
}

describe("what the checks of a service say together", () => {
  it("is down while any of them is", () => {
    const web = check("web", {
      changes: [
        { at: 0, state: "up" },
        { at: 400_000, state: "down" },
        { at: 500_000, state: "up" },
      ],
    });
    expect(measureService([web, check("mail")], window)).toMatchObject({
      observedFrom: 0,
      reading: "up",
      readingSince: 500_000,
      segments: [{ start: 400_000, end: 500_000, state: "down" }],
    });
  });

  it("is unknown from the instant at which a check fell silent", () => {
    const head: ConfirmationState = {
      ...unobserved,
      lastConclusiveAt: 900_000,
      reading: "up",
      readingSince: 0,
    };
    expect(measureService([check("web", { head })], window).segments).toEqual([
      { start: 937_500, end: 1_000_000, state: "unknown" },
    ]);
  });

  it("ends an outage with the silence after it", () => {
    const outage = {
      start: 880_000,
      end: null,
      lastFailAt: 900_000,
      lastOkBeforeAt: 860_000,
      firstOkAfterAt: null,
    };
    const head: ConfirmationState = { ...unobserved, lastConclusiveAt: 900_000, reading: "down", outage };
    const { outages } = measureService([check("web", { head, outages: [outage] })], window);
    expect(outages).toEqual([{ ...outage, end: 937_500, checkSlug: "web" }]);
  });

  it("gives a check its say from its first observation on, and none to one that never was observed", () => {
    const added = check("mail", { observedFrom: 600_000, changes: [{ at: 600_000, state: "up" }] });
    const never = check("queue", { observedFrom: null, changes: [], head: unobserved });
    expect(measureService([check("web"), added, never], window)).toMatchObject({
      observedFrom: 0,
      segments: [],
    });
    expect(measureService([never], window)).toMatchObject({ observedFrom: null, segments: [] });
  });
});
