/**
 * Turns that follow each other by days or weeks, each changing at the same wall time of one zone: a turn over which clocks change is an
 * hour longer or shorter, and the next one begins when people expect it.
 */
import { instantOf } from "./local-time.ts";
import type { Instant, Interval } from "./interval.ts";

export interface Rotation {
  /** IANA name. */
  timeZone: string;
  /** Local date "YYYY-MM-DD" on which the first turn begins. */
  starts: string;
  /** Wall time at which turns change, "09:00". */
  handOver: string;
  every: { count: number; unit: "day" | "week" };
}

/** One turn, [start, end), numbered from 0. */
export interface Turn extends Interval {
  number: number;
}

const dayMs = 86_400_000;

/** The turn an instant lies in; null: before the first one. */
export function turnAt(rotation: Rotation, at: Instant): Turn | null {
  const first = startOfTurn(rotation, 0);
  if (at < first) {
    return null;
  }
  // Clocks move a turn by hours, never by as much as it lasts.
  let number = Math.floor((at - first) / (daysOf(rotation) * dayMs));
  while (startOfTurn(rotation, number) > at) {
    number--;
  }
  while (startOfTurn(rotation, number + 1) <= at) {
    number++;
  }
  return { number, start: startOfTurn(rotation, number), end: startOfTurn(rotation, number + 1) };
}

/** Every turn that shares time with an interval, in order. */
export function turnsIn(rotation: Rotation, within: Interval): Turn[] {
  const turns: Turn[] = [];
  let at = Math.max(within.start, startOfTurn(rotation, 0));
  while (at < within.end) {
    const turn = turnAt(rotation, at)!;
    turns.push(turn);
    at = turn.end;
  }
  return turns;
}

function startOfTurn(rotation: Rotation, number: number): Instant {
  const [hour = 0, minute = 0] = rotation.handOver.split(":").map(Number);
  const date = Temporal.PlainDate.from(rotation.starts).add({ days: number * daysOf(rotation) });
  return instantOf(date.toPlainDateTime({ hour, minute }), rotation.timeZone);
}

function daysOf({ every: { count, unit } }: Rotation): number {
  return unit === "week" ? 7 * count : count;
}
