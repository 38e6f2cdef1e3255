/**
 * Keeps the copies of the page up to date: when something changes, and from time to time so that their age stays true, but never more often
 * than wanted. One place at a time; a place that does not take a copy is tried again with the next.
 */
import type { Instant } from "../domain/time/interval.ts";

/** Where a copy goes: a folder, a Worker. */
export interface CopyPlace {
  /** "the folder /srv/status", for words in the log. */
  name: string;
  /** Whether it is this server's to do; of several, one pushes. */
  isOurs(): boolean;
  bring(): Promise<void>;
}

export interface CopyWatchDeps {
  places: readonly CopyPlace[];
  /** Calls the listener whenever the page may have changed. */
  onChange(listener: () => void): void;
  everyMs: number;
  now(): Instant;
  /** Told once when a place begins not to take copies. */
  failed(place: string, error: unknown): void;
  /** Told when it takes them again. */
  resumed(place: string): void;
}

export interface CopyWatch {
  stop(): Promise<void>;
}

/** What changes together is copied together. */
const settleMs = 1_000;
/** A page on which nothing happens is copied so many times more rarely. */
const quietFactor = 5;
const endsWithinMs = 2_000;

export function watchCopies(deps: CopyWatchDeps): CopyWatch {
  const { places, everyMs, now } = deps;
  const failing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  let beganAt = -Infinity;
  let bringing: Promise<void> | null = null;
  let isStopped = false;

  const plan = (at: Instant): void => {
    if (!isStopped && at < dueAt) {
      clearTimeout(timer);
      dueAt = at;
      timer = setTimeout(bringAll, Math.max(0, at - now()));
    }
  };
  const bringAll = (): void => {
    if (bringing !== null) {
      // Looked at again when that is over.
      return;
    }
    beganAt = now();
    dueAt = Infinity;
    bringing = eachPlace().finally(() => {
      bringing = null;
      const wanted = dueAt;
      dueAt = Infinity;
      plan(Math.max(Math.min(wanted, beganAt + quietFactor * everyMs), now()));
    });
  };
  async function eachPlace(): Promise<void> {
    for (const place of places) {
      if (isStopped || !place.isOurs()) {
        continue;
      }
      try {
        await place.bring();
        if (failing.delete(place.name)) {
          deps.resumed(place.name);
        }
      } catch (error) {
        if (!failing.has(place.name)) {
          failing.add(place.name);
          deps.failed(place.name, error);
        }
      }
    }
  }
  deps.onChange(() => plan(Math.max(now() + settleMs, beganAt + everyMs)));
  plan(now());
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.race([bringing, new Promise((resolve) => setTimeout(resolve, endsWithinMs).unref())]);
    },
  };
}
