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
  let timer: NodeJS.Timeout | undefined;
  let first: number | undefined;
  return {
    call() {
      first ??= performance.now();
      const left = first + withinMs - performance.now();
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          first = undefined;
          work();
        },
        Math.max(0, Math.min(afterMs, left)),
      );
    },
    cancel: () => clearTimeout(timer),
  };
}
