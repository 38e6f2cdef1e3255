import { describe, expect, it } from "vitest";
import { createAttention } from "../../probes/attention.ts";
import { fakeClock } from "./fake-clock.ts";

describe("attention", () => {
  it("has missed nothing where the process comes round, however long it is watched", async () => {
    const clock = fakeClock();
    const watching = createAttention(clock).watch();
    await clock.advance(60_000);
    expect(watching.missedMs()).toBe(0);
  });

  it("has missed the time in which the process came round to nothing, while it lasts too", async () => {
    const clock = fakeClock();
    const attention = createAttention(clock);
    const watching = attention.watch();
    await clock.advance(50);
    clock.stall(700);
    // The next beat was due 50 ms after the stall began.
    expect(watching.missedMs()).toBe(650);
    await clock.advance(1_000);
    expect(watching.missedMs()).toBe(650);
    clock.stall(400);
    await clock.advance(100);
    expect(watching.missedMs()).toBe(950);
    const later = attention.watch();
    await clock.advance(300);
    expect(later.missedMs()).toBe(0);
  });

  it("sets no timer once nobody watches", async () => {
    const clock = fakeClock();
    let timers = 0;
    const counting = {
      ...clock,
      after(ms: number, run: () => void) {
        timers++;
        return clock.after(ms, run);
      },
    };
    const attention = createAttention(counting);
    const [one, other] = [attention.watch(), attention.watch()];
    one.end();
    one.end();
    await clock.advance(250);
    expect(timers).toBe(3);
    other.end();
    await clock.advance(10_000);
    expect(timers).toBe(3);
  });
});
