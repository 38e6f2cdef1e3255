/** When what is asked, on a clock that only moves when told. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Assignment, Observation, Outcome } from "../../probes/protocol.ts";
import { createRounds, phaseOf } from "../../probes/rounds.ts";
import { fakeClock } from "./fake-clock.ts";

function assignment(check: number, intervalMs: number, more: Partial<Assignment> = {}): Assignment {
  return {
    check,
    key: `beacon/${check}`,
    intervalMs,
    timeoutMs: 5_000,
    slowAboveMs: null,
    family: "any",
    confirmDown: 2,
    confirmUp: 1,
    target: { kind: "tcp", host: "127.0.0.1", port: 1 },
    ...more,
  };
}

interface Asked {
  check: number;
  at: number;
  end: number;
}

/** Rounds over targets that answer as told, after as long as told. */
function bench(options: {
  concurrency?: number;
  takesMs?: (check: number) => number;
  says?: (check: number, at: number) => Outcome;
}) {
  const clock = fakeClock();
  const asked: Asked[] = [];
  const observed: (Observation & { dense: boolean })[] = [];
  let most = 0;
  let running = 0;
  const rounds = createRounds({
    clock,
    concurrency: options.concurrency ?? 1_000,
    ask: ({ check }) => {
      const at = clock.elapsed();
      const entry = { check, at, end: Infinity };
      asked.push(entry);
      most = Math.max(most, ++running);
      return new Promise((resolve) => {
        clock.after(options.takesMs?.(check) ?? 5, () => {
          running--;
          entry.end = clock.elapsed();
          resolve({ check, at: clock.now(), outcome: options.says?.(check, at) ?? "ok", timings: {} });
        });
      });
    },
    observed: (observation, dense) => observed.push({ ...observation, dense }),
  });
  return {
    clock,
    rounds,
    asked,
    observed,
    most: () => most,
    times: (check: number) => asked.filter((a) => a.check === check).map((a) => a.at),
    /** Without the first look, which comes besides the rounds. */
    roundsOf: (check: number) =>
      asked
        .filter((a) => a.check === check)
        .map((a) => a.at)
        .slice(1),
  };
}

const gaps = (times: number[]) => times.slice(1).map((time, i) => Math.round(time - times[i]!));

describe("the plan", () => {
  it("every check is asked soon after the start, and then exactly on its interval", async () => {
    const { clock, rounds, times } = bench({});
    const checks = Array.from({ length: 50 }, (_, i) => i + 1);
    rounds.setAssignments(checks.map((check) => assignment(check, 15_000)));
    await clock.advance(61_000);
    for (const check of checks) {
      expect(times(check)[0]).toBeLessThanOrEqual(1_001);
      // Timers fire on whole ms, the plan does not move with them.
      const onGrid = times(check).filter((time) => time > 1_001);
      expect(onGrid.length).toBeGreaterThanOrEqual(4);
      for (const time of onGrid) {
        expect((time - phaseOf(check) * 15_000 + 1e-6) % 15_000).toBeLessThanOrEqual(1.1);
      }
    }
  });

  it.each([
    { checks: 2, intervalMs: 3_600_000, withinMs: 40 },
    { checks: 500, intervalMs: 60_000, withinMs: 10_000 },
    { checks: 500, intervalMs: 2_000, withinMs: 2_000 },
    { checks: 5_000, intervalMs: 86_400_000, withinMs: 60_000 },
  ])(
    "the first look at $checks checks every $intervalMs ms is spread over $withinMs ms",
    async ({ checks, intervalMs, withinMs }) => {
      const { clock, rounds, asked } = bench({});
      rounds.setAssignments(Array.from({ length: checks }, (_, i) => assignment(i + 1, intervalMs)));
      await clock.advance(withinMs + 41);
      expect(new Set(asked.map(({ check }) => check)).size).toBe(checks);
      const perTenth = Array.from(
        { length: 10 },
        (_, i) => asked.filter(({ at }) => Math.floor((at / withinMs) * 10) === i).length,
      );
      expect(Math.max(...perTenth)).toBeLessThanOrEqual(Math.max(2, (checks / 10) * 1.6));
    },
  );

  it("many checks whose interval changes at once are not asked at once", async () => {
    const { clock, rounds, asked } = bench({});
    const all = (intervalMs: number) => Array.from({ length: 500 }, (_, i) => assignment(i + 1, intervalMs));
    rounds.setAssignments(all(3_600_000));
    await clock.advance(20_000);
    const before = asked.length;
    rounds.setAssignments(all(1_800_000));
    await clock.advance(1_000);
    expect(asked.length - before).toBeLessThan(80);
  });

  it("checks are spread evenly, whatever their numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 8, max: 400 }), (first, size) => {
        const phases = Array.from({ length: size }, (_, i) => phaseOf(first + i)).toSorted((a, b) => a - b);
        const steps = phases.map((phase, i) =>
          i === 0 ? phase + 1 - phases.at(-1)! : phase - phases[i - 1]!,
        );
        expect(Math.max(...steps)).toBeLessThan(3 / size);
      }),
    );
  });

  it("an hour of rounds does not drift, however late timers and answers are", async () => {
    const { clock, rounds, times } = bench({ takesMs: () => 730 });
    rounds.setAssignments([assignment(7, 1_000)]);
    await clock.advance(600_000);
    expect(times(7)).toHaveLength(600);
    times(7).forEach((time, k) => expect(time - (phaseOf(7) + k) * 1_000).toBeLessThanOrEqual(1));
  });

  it("many checks start a few at a time, never more than 40 ms late, and do not drift either", async () => {
    const { clock, rounds, asked } = bench({});
    rounds.setAssignments(Array.from({ length: 2_000 }, (_, i) => assignment(i + 1, 10_000)));
    await clock.advance(59_900);
    await clock.advance(200);
    // Six rounds of each were due in the first 60 s; the first few of the seventh may have begun.
    expect(asked.length).toBeGreaterThanOrEqual(12_000);
    expect(asked.length).toBeLessThan(12_040);
    for (const { check, at } of asked) {
      expect((at - phaseOf(check) * 10_000 + 1e-6) % 10_000).toBeLessThanOrEqual(41);
    }
    const starts = Map.groupBy(asked, ({ at }) => at);
    expect(Math.max(...[...starts.values()].map((together) => together.length))).toBeLessThanOrEqual(12);
  });

  it("a check with a long interval does not wait for it to be asked for the first time", async () => {
    const { clock, rounds, times } = bench({});
    rounds.setAssignments([assignment(3, 86_400_000)]);
    await clock.advance(60_001);
    expect(times(3)).toHaveLength(1);
    await clock.advance(2 * 86_400_000);
    expect(times(3)).toHaveLength(3);
  });

  it("a check is never asked while it is still being asked; the rounds left out are counted", async () => {
    const { clock, rounds, asked, roundsOf } = bench({ takesMs: () => 2_500 });
    rounds.setAssignments([assignment(1, 1_000)]);
    await clock.advance(30_000);
    const own = asked.filter(({ end }) => end !== Infinity);
    own.slice(1).forEach(({ at }, i) => expect(at).toBeGreaterThanOrEqual(own[i]!.end));
    expect(gaps(roundsOf(1)).every((gap) => gap === 3_000 || Math.abs(gap - 3_000) <= 1)).toBe(true);
    expect(rounds.statistics().skipped).toBeGreaterThan(15);
  });
});

describe("at the edges of an outage", () => {
  it("asks again after 1 s until down is confirmed, every 5 s while it lasts, and then on the interval again", async () => {
    const { clock, rounds, times, observed } = bench({
      says: (_, at) => (at > 100_000 && at < 200_000 ? "fail" : "ok"),
    });
    rounds.setAssignments([assignment(1, 60_000, { confirmDown: 3, confirmUp: 2 })]);
    await clock.advance(300_000);
    const firstBad = times(1).findIndex((time) => time > 100_000);
    const steps = gaps(times(1).slice(firstBad)).map((gap) => Math.round(gap / 100) / 10);
    // Bad at 157 s, confirmed at 163 s, down until a good answer at 203 s, confirmed at 204 s, then the next round at 217 s.
    expect(steps).toEqual([1, 5, ...Array<number>(8).fill(5), 1, 13, 60]);
    expect(observed.filter(({ dense }) => dense)).toHaveLength(11);
  });

  it("a single bad answer is followed up at once and leaves the plan as it was", async () => {
    let bad = 0;
    const { clock, rounds, roundsOf } = bench({
      says: (_, at) => (at > 30_000 && bad++ === 0 ? "fail" : "ok"),
    });
    rounds.setAssignments([assignment(2, 15_000)]);
    await clock.advance(90_000);
    const extra = roundsOf(2).filter((time) => Math.abs(((time / 15_000) % 1) - phaseOf(2)) > 0.001);
    expect(extra).toHaveLength(1);
    expect(roundsOf(2)).toHaveLength(7);
  });

  it("never asks more slowly than the configured interval", async () => {
    const { clock, rounds, times } = bench({ says: () => "fail" });
    rounds.setAssignments([assignment(1, 2_000)]);
    await clock.advance(60_000);
    expect(Math.max(...gaps(times(1)))).toBeLessThanOrEqual(2_001);
  });

  it("a probe that cannot ask does not ask faster", async () => {
    const { clock, rounds, roundsOf } = bench({ says: () => "probe_error" });
    rounds.setAssignments([assignment(1, 15_000)]);
    await clock.advance(150_000);
    expect(roundsOf(1)).toHaveLength(10);
  });
});

describe("bounds", () => {
  it("slow targets never delay the others, even when there are more of them than places", async () => {
    const slow = 30;
    const { clock, rounds, asked, most } = bench({
      concurrency: 20,
      takesMs: (check) => (check <= slow ? 9_000 : 5),
    });
    const checks = Array.from({ length: 60 }, (_, i) => assignment(i + 1, 10_000));
    rounds.setAssignments(checks);
    await clock.advance(40_000);
    const from = asked.length;
    await clock.advance(60_000);
    expect(most()).toBeLessThanOrEqual(20);
    for (const { check, at } of asked.slice(from)) {
      if (check > slow) {
        const late = (at - phaseOf(check) * 10_000) % 10_000;
        expect(Math.min(late, 10_000 - late), `check ${check} is on time`).toBeLessThanOrEqual(1);
      }
    }
    const askedSlow = new Set(
      asked
        .slice(from)
        .map(({ check }) => check)
        .filter((check) => check <= slow),
    );
    expect(askedSlow.size, "the slow ones are still asked, all of them").toBe(slow);
    expect(rounds.statistics().delayed).toBeGreaterThan(0);
  });
});

describe("swapping assignments", () => {
  it("adding a check moves no other, removing one ends its rounds", async () => {
    const { clock, rounds, times, roundsOf } = bench({});
    rounds.setAssignments([assignment(1, 10_000), assignment(2, 10_000)]);
    await clock.advance(25_000);
    rounds.setAssignments([assignment(1, 10_000), assignment(3, 10_000)]);
    await clock.advance(25_000);
    expect(roundsOf(1)).toHaveLength(5);
    gaps(roundsOf(1)).forEach((gap) => expect(Math.abs(gap - 10_000)).toBeLessThanOrEqual(1));
    expect(times(2).every((time) => time < 25_000)).toBe(true);
    expect(times(3)[0]).toBeLessThan(25_021);
  });

  it("an answer that was on its way when its check was taken away is still told", async () => {
    const { clock, rounds, asked, observed } = bench({ takesMs: () => 300 });
    rounds.setAssignments([assignment(1, 15_000)]);
    while (asked.length === 0) {
      await clock.advance(10);
    }
    rounds.setAssignments([]);
    await clock.advance(60_000);
    expect({ asked: asked.length, told: observed.length }).toEqual({ asked: 1, told: 1 });
  });

  it("a changed target is asked from the next round on, a changed interval holds at once", async () => {
    const { clock, rounds, times } = bench({});
    rounds.setAssignments([assignment(1, 60_000)]);
    await clock.advance(59_000);
    rounds.setAssignments([assignment(1, 1_000)]);
    await clock.advance(10_000);
    expect(times(1).filter((time) => time > 59_000).length).toBeGreaterThanOrEqual(9);
  });

  it("a check can be asked out of turn, without moving its rounds", async () => {
    const { clock, rounds, roundsOf } = bench({});
    rounds.setAssignments([assignment(1, 10_000)]);
    await clock.advance(8_000);
    rounds.askSoon(1);
    await clock.advance(22_000);
    expect(roundsOf(1).map(Math.round)).toEqual(
      [6_181, 8_000, 16_181, 26_181].map((at) => expect.closeTo(at, -1)),
    );
  });

  it("after stopping nothing is asked", async () => {
    const { clock, rounds, asked } = bench({});
    rounds.setAssignments([assignment(1, 1_000)]);
    await clock.advance(5_000);
    const before = asked.length;
    await rounds.stop(100);
    await clock.advance(10_000);
    expect(asked).toHaveLength(before);
  });
});
