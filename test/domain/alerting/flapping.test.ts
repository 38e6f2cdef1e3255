import { describe, expect, it } from "vitest";
import {
  flapWithinMs,
  hasSettled,
  isFlapping,
  settledAfterMs,
} from "../../../src/domain/alerting/flapping.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);

describe("a trouble that comes and goes", () => {
  it("flaps from its third opening within half an hour on", () => {
    expect(isFlapping([now - 2, now - 1, now], now)).toBe(true);
    expect(isFlapping([now - 1, now], now)).toBe(false);
    expect(isFlapping([now - flapWithinMs, now - 1, now], now)).toBe(false);
    expect(isFlapping([now - flapWithinMs + 1, now - 1, now], now)).toBe(true);
    expect(isFlapping([now - 1, now, now + 1], now)).toBe(false);
  });

  it("is over ten minutes after it last went; one that does not flap at once", () => {
    expect(hasSettled(null, now, now)).toBe(true);
    expect(hasSettled(now - 5, now, now + settledAfterMs - 1)).toBe(false);
    expect(hasSettled(now - 5, now, now + settledAfterMs)).toBe(true);
  });
});
