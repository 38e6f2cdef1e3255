/**
 * What is read is printed when something changes, before anybody asks for it again: one page a turn of the process, so that whoever asks
 * meanwhile waits for one at the most. Between changes and snapshots.
 */
import { setImmediate as turn } from "node:timers/promises";

export interface AheadOptions {
  onChange(listener: () => void): void;
  /** What was asked for since it was printed last, each as the work of printing it. */
  wanted(): Iterable<() => void>;
  onError(error: unknown): void;
}

export interface Ahead {
  close(): void;
}

/** Sooner than open pages hear of the change (events.ts): they find it printed. */
const soonMs = 50;
/** Where something changes all the time, there is as much time between as anybody may be shown what was. */
const leastBetweenMs = 1_000;

export function printAhead({ onChange, wanted, onError }: AheadOptions): Ahead {
  let timer: NodeJS.Timeout | undefined;
  /** Whether something changed since the last printing began. */
  let isDue = false;
  let isOver = false;

  const printAll = async (): Promise<void> => {
    isDue = false;
    for (const print of [...wanted()]) {
      if (isOver) {
        return;
      }
      try {
        print();
      } catch (error) {
        onError(error);
      }
      await turn();
    }
  };
  const printIn = (ms: number): void => {
    timer = setTimeout(() => void printAll().then(rest), ms);
    timer.unref();
  };
  const rest = (): void => {
    if (!isOver) {
      timer = setTimeout(() => {
        timer = undefined;
        if (isDue) {
          printIn(soonMs);
        }
      }, leastBetweenMs);
      timer.unref();
    }
  };
  onChange(() => {
    isDue = true;
    if (timer === undefined && !isOver) {
      printIn(soonMs);
    }
  });
  return {
    close() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
