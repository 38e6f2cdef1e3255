/**
 * Announced planned work: a layer over the measured timeline, never a state of it (sla-semantics 2 and 6).
 */
import { Conflict } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { messageFaults, refuseFaults, tidyWords } from "./public-words.ts";

export const maintenanceStates = ["scheduled", "in_progress", "verifying", "completed", "cancelled"] as const;
export type MaintenanceState = (typeof maintenanceStates)[number];

export interface MaintenanceUpdate {
  state: MaintenanceState;
  message: string;
  at: Instant;
  author: string;
}

/** Which of the windows of a series one is. */
export interface SeriesPlace {
  /** Reference of the series. */
  reference: string;
  /** The local time at which the series has it, "2026-12-06T22:00", wherever it was moved to. */
  occurrence: string;
}

export interface MaintenanceWindow {
  reference: string;
  title: string;
  message: string;
  state: MaintenanceState;
  announcedAt: Instant;
  plannedStart: Instant;
  plannedEnd: Instant;
  actualStart: Instant | null;
  actualEnd: Instant | null;
  author: string;
  /** Null: it is of no series. */
  series: SeriesPlace | null;
  serviceSlugs: string[];
  /** In order of time, oldest first. */
  updates: MaintenanceUpdate[];
}

/** The author of what happens by itself at the planned instants; no token may be named so. */
export const clockAuthor = "clock";

/** Work begins, or goes on after verifying showed that it must. A person has it in hand from now on: the clock does not end it. */
export function startWindow(
  window: MaintenanceWindow,
  message: string,
  author: string,
  now: Instant,
): MaintenanceWindow {
  const started = moveWindow(window, "in_progress", message, author, now);
  return { ...started, actualStart: started.actualStart ?? started.updates.at(-1)!.at };
}

/** The work is done and is being checked. */
export function verifyWindow(
  window: MaintenanceWindow,
  message: string,
  author: string,
  now: Instant,
): MaintenanceWindow {
  return moveWindow(window, "verifying", message, author, now);
}

/** It is over. */
export function endWindow(
  window: MaintenanceWindow,
  message: string,
  author: string,
  now: Instant,
): MaintenanceWindow {
  const ended = moveWindow(window, "completed", message, author, now);
  return { ...ended, actualEnd: ended.updates.at(-1)!.at };
}

/** It will not take place. Only what has not begun: what has begun is ended. */
export function cancelWindow(
  window: MaintenanceWindow,
  message: string,
  author: string,
  now: Instant,
): MaintenanceWindow {
  return moveWindow(window, "cancelled", message, author, now);
}

/**
 * The state a window is in at an instant, when nobody does anything: it begins at its planned start and ends at its planned end.
 * One that people have in hand (they started it, or are verifying) waits for them, and its overrun shows.
 */
export function maintenanceStateAt(window: MaintenanceWindow, now: Instant): MaintenanceState {
  switch (window.state) {
    case "scheduled":
      return now < window.plannedStart ? "scheduled" : now < window.plannedEnd ? "in_progress" : "completed";
    case "in_progress":
      return now < window.plannedEnd || isInHand(window) ? "in_progress" : "completed";
    case "verifying":
    case "completed":
    case "cancelled":
      return window.state;
  }
}

/** The window as the clock has it at `now`; the same object when nothing is due. */
export function advanceWindow(window: MaintenanceWindow, now: Instant): MaintenanceWindow {
  const due = maintenanceStateAt(window, now);
  if (due === window.state) {
    return window;
  }
  const started =
    window.state === "scheduled"
      ? {
          ...withUpdate(
            window,
            "in_progress",
            "The planned work has begun.",
            clockAuthor,
            window.plannedStart,
          ),
          actualStart: window.plannedStart,
        }
      : window;
  if (due === "in_progress") {
    return started;
  }
  return {
    ...withUpdate(started, "completed", "The planned work is over.", clockAuthor, window.plannedEnd),
    actualEnd: window.plannedEnd,
  };
}

/**
 * Whether an update is of the clock alone: that work has begun or is over. Its state says so in every language; what the clock announces of a
 * series are words of people.
 */
export function isOfClock({ author, state }: MaintenanceUpdate): boolean {
  return author === clockAuthor && state !== "scheduled";
}

/** The latest that a person said of it, or did; of one that nobody has touched since, its announcement. */
export function latestByPeople({ updates }: MaintenanceWindow): MaintenanceUpdate {
  return updates.findLast(({ author }) => author !== clockAuthor) ?? updates[0]!;
}

/**
 * How often people changed it: whoever plans it anew says what they have seen, so that nobody overwrites silently. What the clock
 * does overwrites nothing.
 */
export function windowVersion({ updates }: MaintenanceWindow): number {
  return updates.filter(({ author }) => author !== clockAuthor).length;
}

/**
 * Refuses a change by somebody who has not seen the latest.
 *
 * @param seen version that the change was made from; null: whatever stands
 * @throws Conflict version_changed
 */
export function refuseUnseen(reference: string, version: number, seen: number | null): void {
  if (seen !== null && seen !== version) {
    throw new Conflict(
      "version_changed",
      `${reference} was changed since you looked at it (version ${version}, not ${seen}). Look at it again; nothing was overwritten.`,
    );
  }
}

/** How long the work went on, or goes on at `now`, after its planned end; 0 when it did not. */
export function overrunMs(window: MaintenanceWindow, now: Instant): number {
  if (window.actualStart === null) {
    return 0;
  }
  return Math.max(0, (window.actualEnd ?? now) - window.plannedEnd);
}

/** Whether work is going on, as the clock and people have it. */
export function isUnderWay(window: MaintenanceWindow, now: Instant): boolean {
  const state = maintenanceStateAt(window, now);
  return state === "in_progress" || state === "verifying";
}

const transitions: Record<MaintenanceState, readonly MaintenanceState[]> = {
  scheduled: ["in_progress", "cancelled"],
  in_progress: ["verifying", "completed"],
  verifying: ["in_progress", "completed"],
  completed: [],
  cancelled: [],
};

export const maintenanceStateWords: Record<MaintenanceState, string> = {
  scheduled: "still scheduled",
  in_progress: "in progress",
  verifying: "being verified",
  completed: "completed",
  cancelled: "cancelled",
};

const moveWords: Record<MaintenanceState, string> = {
  scheduled: "planned again",
  in_progress: "started",
  verifying: "verified",
  completed: "ended",
  cancelled: "cancelled",
};

/** A step that a person takes; the clock's own steps come first, because it may be late. */
function moveWindow(
  given: MaintenanceWindow,
  state: MaintenanceState,
  message: string,
  author: string,
  now: Instant,
): MaintenanceWindow {
  const window = advanceWindow(given, now);
  if (!transitions[window.state].includes(state)) {
    throw new Conflict(
      "maintenance_transition",
      `${window.reference} is ${maintenanceStateWords[window.state]}; it cannot be ${moveWords[state]}.`,
      [{ pointer: "", detail: `Possible from here: ${transitions[window.state].join(", ") || "nothing"}.` }],
    );
  }
  refuseFaults(
    "invalid_maintenance_update",
    "The update cannot be published like this.",
    messageFaults(message, "/message"),
  );
  return withUpdate(window, state, message, author, now);
}

function isInHand(window: MaintenanceWindow): boolean {
  return window.updates.some(
    ({ state, author }, i) =>
      author !== clockAuthor && i > 0 && state !== window.updates[i - 1]!.state && state !== "cancelled",
  );
}

/** The window with one more update, which is also its state. */
export function withUpdate(
  window: MaintenanceWindow,
  state: MaintenanceState,
  message: string,
  author: string,
  at: Instant,
): MaintenanceWindow {
  // In order of time whatever another server's clock says, and never before the announcement of a window recorded late.
  const update = {
    state,
    message: tidyWords(message),
    at: Math.max(at, window.updates.at(-1)?.at ?? at),
    author,
  };
  return { ...window, state, updates: [...window.updates, update] };
}
