/**
 * Notes that come one by one from many that work at once, written together: the first at once, and those that come while it is being
 * written with one statement after it. Nothing is noted later than it could be, and a busy database is asked less.
 */

/** Resolves once that one is stored; rejects with all that were to be stored with it. */
export type NoteOne = (id: string) => Promise<void>;

/** @param noteAll stores some of them with one statement */
export function noteTogether(noteAll: (ids: readonly string[]) => Promise<void>): NoteOne {
  let waiting: string[] = [];
  let last = Promise.resolve();
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    const ids = waiting;
    waiting = [];
    next = undefined;
    return noteAll(ids);
  };
  return (id) => {
    waiting.push(id);
    // Whoever noted the last ones hears of it when they could not be.
    next ??= last = last.catch(() => {}).then(begin);
    return next;
  };
}
