/** Calls that come in a flurry are answered once, a moment after the last of them. */

export interface Soon {
  call(): void;
  /** Answers nothing any more, whoever still calls; resolves once no answer is under way. */
  end(): Promise<void>;
}

/**
 * @param afterMs how long after the last call
 * @param withinMs but no longer than this after the first that was not answered
 * @param work never rejects
 */
export function soon(afterMs: number, withinMs: number, work: () => void | Promise<void>): Soon {
  let after: NodeJS.Timeout | undefined;
  let within: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let ended = false;
  function forget(): void {
    clearTimeout(after);
    clearTimeout(within);
    within = undefined;
  }
  async function answer(): Promise<void> {
    forget();
    await Promise.all([underWay, work()]);
  }
  function begin(): void {
    underWay = answer();
  }
  return {
    call() {
      if (ended) {
        return;
      }
      clearTimeout(after);
      after = setTimeout(begin, afterMs);
      within ??= setTimeout(begin, withinMs);
    },
    async end() {
      ended = true;
      forget();
      await underWay;
    },
  };
}
