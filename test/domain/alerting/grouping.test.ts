import { describe, expect, it } from "vitest";
import { speakerFor, togetherMs } from "../../../src/domain/alerting/grouping.ts";
import { openedAt, standing } from "../../support/standing-alerts.ts";

const causes: Record<string, string[]> = {
  "service_down beacon": ["check gateway/web"],
  "service_down portal": ["check gateway/web", "location osaka"],
  "service_down mail": ["location osaka"],
};
const causesOf = (key: string) => causes[key] ?? [];
const beacon = standing(1, "beacon");

describe("the alert that speaks for another one", () => {
  it("is of the same trouble, also when that has just ended", () => {
    const gone = standing(1, "beacon", { closedAt: openedAt + 1 });
    expect(speakerFor(standing(2, "beacon"), [gone], () => [])?.id).toBe(1);
  });

  it("is of the same service, as long as it stands", () => {
    const check = standing(2, "beacon", { key: "check_failing beacon/web", severity: "warning" });
    expect(speakerFor(check, [beacon], () => [])?.id).toBe(1);
    expect(speakerFor(check, [standing(1, "beacon", { closedAt: openedAt })], () => [])).toBeUndefined();
    expect(speakerFor(standing(3, "other"), [beacon], () => [])).toBeUndefined();
  });

  it("began together with it and shares its parent or its location", () => {
    expect(speakerFor(standing(2, "portal"), [beacon], causesOf)?.id).toBe(1);
    expect(speakerFor(standing(3, "mail"), [beacon], causesOf)).toBeUndefined();
    expect(speakerFor(standing(3, "mail"), [standing(2, "portal")], causesOf)?.id).toBe(2);
    const late = (ms: number) => standing(2, "portal", { openedAt: openedAt + ms });
    expect(speakerFor(late(togetherMs), [beacon], causesOf)?.id).toBe(1);
    expect(speakerFor(late(togetherMs + 1), [beacon], causesOf)).toBeUndefined();
  });

  it("is at least as urgent: nothing hides behind something smaller, or behind itself", () => {
    const warning = standing(1, "beacon", { key: "check_failing beacon/web", severity: "warning" });
    expect(speakerFor(standing(2, "beacon"), [warning], () => [])).toBeUndefined();
    expect(speakerFor(beacon, [beacon], causesOf)).toBeUndefined();
  });
});
