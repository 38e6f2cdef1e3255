/**
 * What of planned work needs a person: work in hand that is soon to be over, or goes on after its planned end, from which on it counts; and a
 * window that is about to begin, breaks what a contract promises of windows, and of which nobody has said why. Beside troubles.ts.
 */
import {
  advanceWindow,
  clockAuthor,
  isUnderWay,
  type MaintenanceWindow,
} from "../status/maintenance-window.ts";
import type { Instant } from "../time/interval.ts";
import type { AlertFacts, AlertKind, Trouble } from "./alert.ts";

/** So long before its planned end whoever has work in hand is reminded to end it or to say that it takes longer. */
export const endingWithinMs = 10 * 60_000;
/** So long before it begins a broken promise without a reason is told. */
export const beginningWithinMs = 24 * 3_600_000;

/** Windows that begin so soon that somebody has to know what they break without a reason. */
export function beginningSoon(windows: readonly MaintenanceWindow[], now: Instant): MaintenanceWindow[] {
  return windows.filter(
    (window) =>
      advanceWindow(window, now).state === "scheduled" && window.plannedStart - now <= beginningWithinMs,
  );
}

/** @param unexplained references of windows that break a promise without a reason */
export function troublesOfMaintenance(
  windows: readonly MaintenanceWindow[],
  unexplained: ReadonlySet<string>,
  now: Instant,
): Trouble[] {
  // What nobody has in hand the clock ends at its planned end: it can neither be forgotten nor overrun.
  const inHand = windows.filter((window) => isUnderWay(window, window.plannedEnd) && isUnderWay(window, now));
  return [
    ...beginningSoon(windows, now)
      .filter(({ reference }) => unexplained.has(reference))
      .map((window) => trouble("maintenance_unexplained", window, { begins: window.plannedStart })),
    ...inHand
      .filter(({ plannedEnd }) => now < plannedEnd && plannedEnd - now <= endingWithinMs)
      .map((window) => trouble("maintenance_ending", window, { ends: window.plannedEnd })),
    ...inHand
      .filter(({ plannedEnd }) => now >= plannedEnd)
      .map((window) => trouble("maintenance_overrun", window, { since: window.plannedEnd })),
  ];
}

/** A window that is moved is another matter: what was told of its old end is over. */
function trouble(kind: AlertKind, window: MaintenanceWindow, facts: AlertFacts): Trouble {
  const { reference, title, plannedEnd, author } = window;
  const planner = author === clockAuthor ? null : author;
  return {
    ...{ kind, subject: kind === "maintenance_unexplained" ? reference : `${reference} ${plannedEnd}` },
    facts: { reference, title, planner, ...facts },
    ...{ certain: true, behind: [], parents: [] },
  };
}
