/** Looking at something again and again, one look at a time: the rhythm of what follows outages and alerts, and of what waits to be derived. */

export interface Looks {
  /** Looks once, after a look that is under way; not at all once it has ended. */
  look(): Promise<void>;
  /** No look begins any more; resolves once none is under way. */
  end(): Promise<void>;
}

/**
 * @param lookOnce never rejects
 * @param everyMs pause between two looks
 */
export function keepLooking(lookOnce: () => Promise<void>, everyMs: number): Looks {
  let looking: Promise<void> = Promise.resolve();
  let ended = false;
  const look = () => (looking = looking.then(() => (ended ? undefined : lookOnce())));
  const timer = setInterval(() => void look(), everyMs);
  return {
    look,
    async end() {
      ended = true;
      clearInterval(timer);
      await looking;
    },
  };
}
