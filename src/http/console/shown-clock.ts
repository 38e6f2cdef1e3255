/**
 * A clock of a response target as pages of the console show it: what is promised, until when, and how long that is. The countdown is written
 * by the server and goes on by a script where there is one (views/assets/countdown.js).
 */
import { type ClockKind, type ClockReading, needsHurry } from "../../domain/support/response-clock.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { formatDuration } from "../format.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import type { ConsoleContext } from "./room.ts";

export interface ShownClock {
  /** "First answer", "Solution". */
  kind: string;
  /** As it is styled and read out: running, hurry, paused, missed, met. */
  mood: "running" | "hurry" | "paused" | "missed" | "met";
  word: string;
  /** When it is, or was, due; null: at once. */
  due: Markup | null;
  /** What is left, or by how much it is over; "": it does not run. */
  left: string;
  /** For the script: where it counts down to; null: it does not run. */
  dueAt: string | null;
}

/** Null: nothing is promised, or there is no figure to it any more. */
export function shownClock(
  kind: ClockKind,
  reading: ClockReading,
  context: ConsoleContext,
): ShownClock | null {
  const { language, now } = context;
  const { say } = language;
  if (reading.state === "none" || reading.state === "ended") {
    return null;
  }
  const isOpen = reading.state === "running" || (reading.state === "missed" && reading.endedAt === null);
  const mood = reading.state === "running" && needsHurry(reading, now) ? "hurry" : reading.state;
  const isAtOnce = reading.state === "running" && reading.isAtOnce;
  return {
    kind: say(`console.clock.${kind}`),
    mood,
    word: say(isAtOnce ? "console.clock.atOnce" : `console.clock.${reading.state}`),
    due: reading.dueAt === null ? null : shortTimeMarkup(reading.dueAt, context),
    left: isOpen && reading.dueAt !== null ? leftInWords(reading.dueAt, context) : "",
    dueAt: isOpen ? isoInstant(reading.dueAt) : null,
  };
}

function leftInWords(dueAt: Instant, { language, now }: ConsoleContext): string {
  const length = formatDuration(dueAt - now, language);
  return language.say(dueAt >= now ? "console.clock.left" : "console.clock.over", { length });
}
