/**
 * When a message is due, so that a flood of updates becomes one: at once where nothing was sent lately, else a little later; or once an
 * hour, or once a day. What comes meanwhile goes into the message that waits. After subscriptions, before messages are sent.
 */
import type { Instant } from "../time/interval.ts";
import { localDayOf } from "../time/local-day.ts";
import { parseLocalTime } from "../time/local-time.ts";
import type { Pace, Subscription } from "./subscription.ts";

/** Two messages to those who want to hear at once lie so far apart at least. */
export const floodMs = 5 * 60_000;
const hourMs = 3_600_000;
/** A daily message comes in the morning, by the clock of the platform. */
const dailyAt = "08:00";

/**
 * When what is announced at `now` is told to somebody at the earliest.
 *
 * @param timeZone IANA name: a daily message comes in its morning
 */
export function dueAt(
  { pace, lastToldAt }: Pick<Subscription, "pace" | "lastToldAt">,
  now: Instant,
  timeZone: string,
): Instant {
  switch (pace) {
    case "at_once":
      return lastToldAt === null ? now : Math.max(now, lastToldAt + floodMs);
    case "hourly":
      return (Math.floor(now / hourMs) + 1) * hourMs;
    case "daily":
      return nextMorning(now, timeZone);
  }
}

/** How long somebody of this pace waits for a message at most, ms; a local day has up to 25 hours. */
export const longestWaitMs: Readonly<Record<Pace, number>> = {
  at_once: floodMs,
  hourly: hourMs,
  daily: 25 * hourMs,
};

function nextMorning(now: Instant, timeZone: string): Instant {
  const today = localDayOf(now, timeZone);
  const morning = parseLocalTime(`${today.date} ${dailyAt}`, timeZone);
  return morning > now
    ? morning
    : parseLocalTime(`${localDayOf(today.end, timeZone).date} ${dailyAt}`, timeZone);
}
