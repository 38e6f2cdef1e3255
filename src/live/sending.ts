/**
 * Looks again and again for what is to be sent, one look at a time, until it is stopped: the rhythm that mails and messages to subscribers
 * have in common.
 */

export interface Sending {
  /** Looks once; while a look is under way, that one. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const endsWithinMs = 2_000;

/**
 * @param goesOn whether more may be sent, asked within a look; false once it is stopped
 * @param lookOnce sends what is due, for as long as it may
 * @param failed told of a look that broke off
 */
export function keepSending(
  goesOn: () => boolean,
  lookOnce: (goesOn: () => boolean) => Promise<void>,
  failed: (error: unknown) => void,
  everyMs: number,
): Sending {
  let looking: Promise<void> | null = null;
  let stopping = false;
  const look = () =>
    (looking ??= lookOnce(() => !stopping && goesOn())
      .catch(failed)
      .finally(() => (looking = null)));
  const timer = setInterval(() => void look(), everyMs);
  return {
    look,
    async stop() {
      stopping = true;
      clearInterval(timer);
      // What is under way may be taken; if not, another server makes the attempt again.
      await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, endsWithinMs).unref())]);
    },
  };
}
