/**
 * What can happen to an alert, from its opening until it is over: each happening is put down once, in order, so that anybody can read
 * afterwards who was called when, and why nobody was. What was delivered stands with the tellings.
 */
import type { AlertFacts } from "./alert.ts";
import type { Instant } from "../time/interval.ts";

export const alertHappenings = [
  "opened",
  /** Another alert says enough for it; it began, or stopped, to be held back. */
  "held_back",
  "released",
  /** It became a member of another alert: both have one cause. */
  "joined",
  /** It speaks for itself again, as the one that spoke for it fell quiet. */
  "left",
  "muted",
  "unmuted",
  /** Its trouble comes and goes. */
  "flapping",
  /** The hours changed while nobody had answered: it takes the route that fits now, from its first step. */
  "rerouted",
  /** A step of the escalation was taken: these were called. */
  "called",
  /** A step was due, and nobody could be called by it. */
  "nobody_called",
  "acknowledged",
  "unacknowledged",
  /** The time for which it was acknowledged is up. */
  "lapsed",
  /** Its own trouble ended; it is over when those of its members have ended too. */
  "ended",
  "over",
] as const;
export type AlertHappening = (typeof alertHappenings)[number];

/** One happening. */
export interface AlertHistoryEntry {
  event: AlertHappening;
  at: Instant;
  /** Id of a person, or name of a token; null: nobody did it. */
  author: string | null;
  facts: AlertFacts;
}
