/** Things by the time they are due: a binary heap, so that one timer can serve any number of checks. Used by rounds.ts. */

interface Due<T> {
  due: number;
  /** Order of pushing: things due at the same time come out as they went in. */
  turn: number;
  value: T;
}

export class DueTimes<T> {
  #heap: Due<T>[] = [];
  #turn = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Infinity when empty. */
  earliest(): number {
    return this.#heap[0]?.due ?? Infinity;
  }

  push(due: number, value: T): void {
    const heap = this.#heap;
    const entry = { due, turn: this.#turn++, value };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) {
        break;
      }
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes out the earliest if it is due at `now` or before. */
  popUntil(now: number): Due<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.due > now) {
      return undefined;
    }
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) {
          child++;
        }
        if (child >= heap.length || !before(heap[child]!, last)) {
          break;
        }
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return first;
  }
}

function before<T>(a: Due<T>, b: Due<T>): boolean {
  return a.due < b.due || (a.due === b.due && a.turn < b.turn);
}
