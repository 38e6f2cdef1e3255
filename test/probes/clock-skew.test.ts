/** How wrong a probe's clock is, as its batches will say it. */

import { describe, expect, it } from "vitest";
import { trackClockSkew } from "../../probes/clock-skew.ts";

const epoch = 1_780_000_000_000;

/** A machine whose clock is off by `off`, and a server's that is right; both can be set. */
function machine(off: number) {
  const state = { elapsed: 1_000, off, slept: 0 };
  const clock = {
    now: () => epoch + Math.floor(state.elapsed + state.slept + state.off),
    elapsed: () => state.elapsed,
    after: () => () => {},
  };
  const skew = trackClockSkew(clock);
  /** Asks the server: so long on the way there, in the server, and back. */
  const exchange = (there = 10, inside = 0, back = 10) => {
    const asked = state.elapsed;
    const server = () => epoch + Math.floor(state.elapsed + state.slept);
    state.elapsed += there;
    const receivedAt = server();
    state.elapsed += inside;
    const sentAt = server();
    state.elapsed += back;
    skew.learn(asked, sentAt, receivedAt);
  };
  return { state, skew, exchange };
}

describe("measured at an exchange", () => {
  it("is not known before", () => {
    const { skew } = machine(5_000);
    expect(skew.now()).toBeNull();
    expect(skew.worst(0)).toBeNull();
  });

  it.each([0, 5_000, -5_000, 86_400_000])("finds a clock that is off by %i ms", (off) => {
    const { skew, exchange, state } = machine(off);
    exchange();
    expect(skew.now()).toBeCloseTo(off, -1);
    expect(skew.serverTime()).toBeCloseTo(epoch + state.elapsed, -1);
  });

  it("the server's own time for the answer is no part of the way", () => {
    const { skew, exchange } = machine(0);
    exchange(10, 8_000, 10);
    expect(Math.abs(skew.now()!)).toBeLessThanOrEqual(1);
  });

  it("an exchange over a slow line does not spoil what a fast one found", () => {
    const { skew, exchange } = machine(40);
    exchange(2, 0, 2);
    exchange(6_000, 0, 10);
    expect(skew.now()).toBe(40);
  });

  it("a fast exchange mends what a slow one left open", () => {
    const { skew, exchange } = machine(40);
    exchange(6_000, 0, 0);
    expect(skew.now()).toBeLessThan(-2_000);
    exchange(2, 0, 2);
    expect(skew.now()).toBe(40);
  });

  it("what contradicts the last measurement is believed, also over a slower line", () => {
    const { skew, exchange, state } = machine(0);
    exchange(2, 0, 2);
    // Moved by so little each time that no step can be seen.
    for (let i = 0; i < 20; i++) {
      state.off += 200;
      skew.look();
    }
    exchange(100, 0, 100);
    expect(skew.now()).toBeCloseTo(4_000, -1);
  });
});

describe("a clock that is set between two exchanges", () => {
  it("is followed at once", () => {
    const { skew, exchange, state } = machine(0);
    exchange();
    state.off = 300_000;
    expect(skew.look()).toBe(true);
    expect(skew.look()).toBe(false);
    expect(skew.now()).toBeCloseTo(300_000, -1);
  });

  it("the worst of a time tells what its samples may be wrong by", () => {
    const { skew, exchange, state } = machine(90_000);
    exchange();
    state.elapsed = 50_000;
    state.off = 0;
    skew.look();
    state.elapsed = 80_000;
    expect(skew.worst(60_000)).toBeCloseTo(0, -1);
    expect(skew.worst(40_000)).toBeCloseTo(90_000, -1);
    expect(skew.worst(-Infinity, 40_000)).toBeCloseTo(90_000, -1);
  });

  it("what was wrong before the first exchange is known after it", () => {
    const { skew, exchange, state } = machine(-70_000);
    state.elapsed = 5_000;
    state.off = 0;
    skew.look();
    exchange();
    expect(skew.now()).toBeCloseTo(0, -1);
    expect(skew.worst(-Infinity, 4_000)).toBeCloseTo(-70_000, -1);
  });

  it("clocks that run a little differently for days have not been set", () => {
    const { skew, exchange, state } = machine(0);
    exchange();
    for (let i = 0; i < 5_000; i++) {
      state.elapsed += 10_000;
      state.slept += 1;
      expect(skew.look()).toBe(false);
      if (i % 10 === 0) {
        exchange();
      }
    }
    expect(Math.abs(skew.worst(-Infinity)!)).toBeLessThan(50);
  });

  it("a machine that slept had no wrong clock", () => {
    const { skew, exchange, state } = machine(0);
    exchange();
    state.slept = 3_600_000;
    skew.look();
    exchange();
    expect(skew.worst(-Infinity)).toBeCloseTo(0, -1);
  });
});
