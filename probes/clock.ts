/**
 * The two kinds of time a probe needs, as a parameter: tests bring a clock of their own, a platform brings its real one.
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
