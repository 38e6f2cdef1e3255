/** Calls that come in a flurry are answered once, a moment after the last of them. */

export interface Soon {
  call(): void;
  cancel(): void;
}

/**
 * @param afterMs how long after the last call
 * @param withinMs but no longer than this after the first that was not answered
 */
export function soon(afterMs: number, withinMs: number, work: () => void): Soon {
  let after: NodeJS.Timeout | undefined;
  let within: NodeJS.Timeout | undefined;
  function cancel(): void {
    clearTimeout(after);
    clearTimeout(within);
    within = undefined;
  }
  function answer(): void {
    cancel();
    work();
  }
  return {
    call() {
      clearTimeout(after);
      after = setTimeout(answer, afterMs);
      within ??= setTimeout(answer, withinMs);
    },
    cancel,
  };
}
