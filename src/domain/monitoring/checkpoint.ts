/**
 * When two states of one check's derivation are as good as the same: whatever comes after them, both then say the same. Lets a stretch
 * that was opened again be closed where it stops making a difference.
 */
import type { Checkpoint } from "./derivation.ts";
import { heardIn } from "./silence.ts";

/**
 * Whether everything that follows one checkpoint follows the other too, and nothing that follows reaches back before them. Said only
 * of a settled state: nothing pending, no outage that lasts or waits for its end. Counters of rounds play no part.
 */
export function alike(a: Checkpoint, b: Checkpoint): boolean {
  return a.through === b.through && isSettled(a) && isSettled(b) && essenceOf(a) === essenceOf(b);
}

function isSettled({ state }: Checkpoint): boolean {
  return (
    state.reading !== "unknown" &&
    state.down.streak === 0 &&
    state.degraded.streak === 0 &&
    state.outage === null &&
    state.awaitingOk.length === 0
  );
}

function essenceOf({ state }: Checkpoint): string {
  const latest = byLocation(state.latest);
  const heard = byLocation(heardIn(state));
  const { reading, readingSince, lastConclusiveAt, lastOkAt, down, degraded } = state;
  // Of the edges so far, the last ok alone may become the edge of an outage yet.
  const lastOk = [lastOkAt, state.edges?.lastOkMs ?? 0];
  const settled = [reading, readingSince, lastConclusiveAt, lastOk, down.on, degraded.on];
  return JSON.stringify([...settled, latest, heard]);
}

function byLocation<T>(each: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1));
}
