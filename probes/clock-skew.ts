/**
 * How far a probe's wall clock is from the server's: measured at every answer of the server, and followed between two answers, where
 * the clock is set, by comparing it with elapsed time. Delivery writes it into every batch (`skewMs`).
 */

import type { Clock } from "./clock.ts";

export interface ClockSkew {
  /**
   * An answer has just come.
   *
   * @param asked `clock.elapsed()` when the request was sent
   * @param sentAt the server's clock when it answered, epoch ms
   * @param receivedAt the server's clock when the request came; the time in between is its own and no part of the way
   */
  learn(asked: number, sentAt: number, receivedAt?: number): void;
  /** The probe's clock minus the server's, whole ms; null = never measured. */
  now(): number | null;
  /**
   * The one furthest from 0 that the clock had between two `elapsed()` times (default: until now), so that no sample of that time is
   * trusted more than it may be.
   */
  worst(from: number, to?: number): number | null;
  /** The server's time, as far as it is known. */
  serverTime(): number;
  /** Notices a clock that was set; true when it was since the last look. Every other call looks, too. */
  look(): boolean;
}

/** A clock that moved by more than this against elapsed time was set; less is how clocks run. */
const stepMs = 250;

/** How fast an estimate grows old: ms of possible error for every ms. Clocks of machines drift less. */
const driftPerMs = 0.000_2;

/** Steps that are remembered; what is older counts as what follows it. */
const stepsKept = 100;

/** What the wall clock had over elapsed time from a moment on. */
interface Level {
  from: number;
  over: number;
}

interface Estimate {
  /** Server's clock over elapsed time. */
  serverOver: number;
  /** By how much it may be wrong: half of the round trip. */
  error: number;
  at: number;
}

export function trackClockSkew(clock: Clock): ClockSkew {
  let levels: Level[] = [{ from: -Infinity, over: clock.now() - clock.elapsed() }];
  let estimate: Estimate | null = null;

  function look(): boolean {
    const elapsed = clock.elapsed();
    const over = clock.now() - elapsed;
    const last = levels.at(-1)!;
    if (Math.abs(over - last.over) <= stepMs) {
      // Clocks run a little differently: followed, so that days of it are not taken for a step.
      last.over = over;
      return false;
    }
    levels = [...levels.slice(1 - stepsKept), { from: elapsed, over }];
    return true;
  }

  function learn(asked: number, sentAt: number, receivedAt: number = sentAt): void {
    look();
    const at = clock.elapsed();
    const error = Math.max(0, at - asked - (sentAt - receivedAt)) / 2;
    const serverOver = sentAt + error - at;
    const aged = estimate === null ? Infinity : estimate.error + (at - estimate.at) * driftPerMs;
    const off = estimate === null ? 0 : serverOver - estimate.serverOver;
    // One that contradicts what was known is the truth of now; one that fits is taken when it is no less exact.
    if (error > aged && Math.abs(off) <= error + aged + stepMs) {
      return;
    }
    estimate = { serverOver, error, at };
    const step = levels.at(-1)!.over - (levels.at(-2)?.over ?? levels.at(-1)!.over);
    if (Math.abs(step) > stepMs && Math.abs(off - step) < Math.abs(step) / 2) {
      // Both wall clocks moved alike: it was elapsed time that stood still, while the machine slept. Nobody's clock was wrong.
      levels = [{ from: -Infinity, over: levels.at(-1)!.over }];
    }
  }

  const skewOf = ({ over }: Level) => (estimate === null ? null : Math.round(over - estimate.serverOver));

  function now(): number | null {
    look();
    return skewOf({ from: 0, over: clock.now() - clock.elapsed() });
  }

  function worst(from: number, to: number = Infinity): number | null {
    look();
    const during = levels.filter((level, i) => level.from <= to && (levels[i + 1]?.from ?? Infinity) >= from);
    return during
      .map(skewOf)
      .reduce((most, skew) => (Math.abs(skew ?? 0) > Math.abs(most ?? 0) ? skew : (most ?? skew)), null);
  }

  return { learn, now, worst, look, serverTime: () => clock.now() - (now() ?? 0) };
}
