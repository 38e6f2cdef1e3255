/**
 * Takes a look that costs more than others from time to time, beside everything else: the more it costs, the more rarely. Whoever asks gets
 * what was seen last.
 */
import type { Instant } from "../domain/time/interval.ts";

export interface SlowLook<Seen> {
  /** What was seen last, null: nothing yet. Begins another look where one is due. */
  latest(now: Instant): Seen | null;
  /** Forgets what was seen: somebody else looks from now on. */
  forget(): void;
  /** Resolves when no look is under way. */
  settled(): Promise<void>;
}

/** A look takes at most this share of the time. */
const share = 1 / 20;

/**
 * @param atLeastMs pause between two looks
 * @param onSeen called after every look, so that what it saw need not wait
 */
export function openSlowLook<Seen>(
  look: (now: Instant) => Promise<Seen>,
  {
    atLeastMs,
    now,
    failed,
    onSeen,
  }: { atLeastMs: number; now(): Instant; failed(error: unknown): void; onSeen(): void },
): SlowLook<Seen> {
  let seen: Seen | null = null;
  let dueAt = -Infinity;
  let looking: Promise<void> | null = null;
  let epoch = 0;

  async function lookOnce(at: Instant): Promise<void> {
    const began = epoch;
    try {
      const found = await look(at);
      if (epoch === began) {
        seen = found;
        onSeen();
      }
    } catch (error) {
      failed(error);
    } finally {
      const tookMs = now() - at;
      dueAt = now() + Math.max(atLeastMs, tookMs / share);
      looking = null;
    }
  }

  return {
    latest(at) {
      if (looking === null && at >= dueAt) {
        looking = lookOnce(at);
      }
      return seen;
    },
    forget() {
      epoch++;
      seen = null;
      dueAt = -Infinity;
    },
    async settled() {
      await looking;
    },
  };
}
