/**
 * When more will be said of an incident, at the latest: a promise to whoever waits, given with the words of an update. It holds until the
 * next update, which may give another one, or none.
 */
import type { Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";

/** As much of an incident as a promise is about. */
interface Told {
  state: string;
  updates: readonly { from: string | null; nextUpdateAt?: Instant | null }[];
}

/** Nobody waits for longer than this on a promise. */
export const furthestUpdateMs = 7 * 86_400_000;

/** The faults of such a promise, of an incident that is then in this state; null: none is given. */
export function nextUpdateFaults(
  nextUpdateAt: Instant | null | undefined,
  state: Told["state"],
  now: Instant,
): Fault[] {
  const pointer = "/next_update_at";
  if (nextUpdateAt === null || nextUpdateAt === undefined) {
    return [];
  }
  if (state === "resolved") {
    return [{ pointer, detail: "Of an incident that is resolved nothing more is promised." }];
  }
  return nextUpdateAt <= now || nextUpdateAt > now + furthestUpdateMs
    ? [{ pointer, detail: "The next update is promised for a time to come, within seven days." }]
    : [];
}

/** Until when more was promised of an incident that is open, by what was said last; null: nothing was. */
export function promisedUpdate({ state, updates }: Told): Instant | null {
  const last = updates.findLast(({ from }) => from === null);
  return state === "resolved" ? null : (last?.nextUpdateAt ?? null);
}
