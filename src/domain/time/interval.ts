/**
 * Half-open intervals of time and sorted, disjoint sets of them (sla-semantics 1): the arithmetic every later stage rests on.
 * Integers only; a set is an array in order, no two intervals touching.
 */

/** Milliseconds since the Unix epoch, UTC, an integer. */
export type Instant = number;

/** [start, end): start is inside, end is not; start < end. */
export interface Interval {
  start: Instant;
  end: Instant;
}

/** Sorted, disjoint, touching ones merged. */
export type IntervalSet = readonly Interval[];

/** Any intervals, in any order and overlapping at will, as a set; empty ones vanish. */
export function union(...parts: (readonly Interval[])[]): Interval[] {
  const sorted = parts
    .flat()
    .filter((interval) => interval.start < interval.end)
    .sort((a, b) => a.start - b.start);
  const set: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = set.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else {
      set.push({ start, end });
    }
  }
  return set;
}

/** What both sets cover. */
export function intersect(a: IntervalSet, b: IntervalSet): Interval[] {
  const set: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i]!;
    const right = b[j]!;
    const start = Math.max(left.start, right.start);
    const end = Math.min(left.end, right.end);
    if (start < end) {
      set.push({ start, end });
    }
    if (left.end < right.end) {
      i++;
    } else {
      j++;
    }
  }
  return set;
}

/** What `a` covers and `b` does not. */
export function subtract(a: IntervalSet, b: IntervalSet): Interval[] {
  const set: Interval[] = [];
  let j = 0;
  for (const { start, end } of a) {
    let from = start;
    while (j < b.length && b[j]!.end <= from) {
      j++;
    }
    for (let k = j; k < b.length && b[k]!.start < end; k++) {
      if (from < b[k]!.start) {
        set.push({ start: from, end: b[k]!.start });
      }
      from = Math.max(from, b[k]!.end);
    }
    if (from < end) {
      set.push({ start: from, end });
    }
  }
  return set;
}

/** The part of a set inside one interval. */
export function clip(set: IntervalSet, to: Interval): Interval[] {
  return intersect(set, [to]);
}

/** Total length in ms. */
export function measure(set: IntervalSet): number {
  return set.reduce((sum, interval) => sum + (interval.end - interval.start), 0);
}
