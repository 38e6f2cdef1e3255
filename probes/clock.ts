/**
 * The two kinds of time a probe needs, as a parameter: tests bring a clock of their own, what starts a probe brings the real one.
 * Wall time stamps samples; elapsed time plans and measures, so a clock that is set never moves the schedule.
 */

export interface Clock {
  /** Wall time: integer epoch ms. */
  now(): number;
  /** Ms since some fixed point, with fractions; never runs backwards. */
  elapsed(): number;
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
}

/**
 * The platform's own clock, the only one a probe ever reads. On Workers it stands still while code runs and goes on with whatever comes
 * in, which is when an asking ends.
 */
export const machineClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
