import { describe, expect, it } from "vitest";
import { InvalidInput } from "../../../src/domain/errors.ts";
import {
  type AlertSilence,
  checkedSilence,
  longestSilenceMs,
  mutes,
  silenceFor,
  silenceState,
} from "../../../src/domain/alerting/silence.ts";
import type { AlertSubject } from "../../../src/domain/alerting/standing-alert.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const hour = 3_600_000;
const down: AlertSubject = {
  kind: "service_down",
  severity: "critical",
  service: "beacon",
  group: "product",
};

function silence(more: Partial<AlertSilence> = {}): AlertSilence {
  return {
    ...{ id: 1, services: ["beacon"], groups: [], kinds: [], start: now, end: now + hour },
    ...{ reason: "Load test", author: "p_1", createdAt: now, liftedBy: null, liftedAt: null },
    ...more,
  };
}

function faultsOf(more: Partial<AlertSilence>): string[] {
  try {
    checkedSilence(silence(more), now);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput);
    return (error as InvalidInput).fields.map(({ pointer }) => pointer);
  }
}

describe("a silence", () => {
  it("holds from its start to just before its end, and no longer once it is lifted", () => {
    expect(silenceState(silence(), now - 1)).toBe("coming");
    expect(silenceState(silence(), now)).toBe("holding");
    expect(silenceState(silence(), now + hour - 1)).toBe("holding");
    expect(silenceState(silence(), now + hour)).toBe("over");
    const lifted = silence({ liftedBy: "p_2", liftedAt: now + 5 });
    expect(silenceState(lifted, now + 6)).toBe("lifted");
    expect(silenceFor([lifted], down, now + 6)).toBeUndefined();
  });

  it("mutes what fits all that it names", () => {
    expect(mutes(silence(), down)).toBe(true);
    expect(mutes(silence({ kinds: ["check_failing"] }), down)).toBe(false);
    expect(mutes(silence({ services: [], groups: ["product"], kinds: ["service_down"] }), down)).toBe(true);
    expect(mutes(silence({ services: ["gateway"], groups: ["product"] }), down)).toBe(false);
  });

  it("that ends last of several is the one that mutes", () => {
    const longer = silence({ id: 2, end: now + 2 * hour });
    expect(silenceFor([silence(), longer], down, now)?.id).toBe(2);
    expect(silenceFor([longer, silence()], down, now)?.id).toBe(2);
  });

  it("says at each field what is wrong, and keeps its reason tidy", () => {
    expect(checkedSilence(silence({ reason: "  Load test " }), now).reason).toBe("Load test");
    expect(faultsOf({ services: [] })).toEqual(["/services"]);
    expect(faultsOf({ reason: " " })).toEqual(["/reason"]);
    expect(faultsOf({ reason: "x".repeat(501) })).toEqual(["/reason"]);
    expect(faultsOf({ end: now })).toEqual(["/end"]);
    expect(faultsOf({ start: now - 2 * hour, end: now })).toEqual(["/end"]);
    expect(faultsOf({ end: now + longestSilenceMs })).toEqual([]);
    expect(faultsOf({ end: now + longestSilenceMs + 1 })).toEqual(["/end"]);
  });
});
