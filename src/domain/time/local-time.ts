/**
 * Times of day as a place on earth writes them, "2026-12-01 22:00", to and from instants (sla-semantics 1). For what people type and
 * read on the command line and in forms.
 */
import { InvalidInput } from "../errors.ts";
import type { Instant } from "./interval.ts";
import { startOfLocalDate } from "./local-day.ts";

const shape = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)$/;

/**
 * The instant of a local date and time. One that does not exist, because clocks go forward over it, is the first instant after the
 * gap; one that happens twice is the earlier.
 *
 * @throws InvalidInput local_time
 */
export function parseLocalTime(text: string, timeZone: string): Instant {
  return readLocalTime(text, timeZone).at;
}

/** A local time with how it had to be read. */
export interface LocalReading {
  at: Instant;
  /** `skipped`: clocks go forward over it, and `at` is the first instant after the gap; `twice`: `at` is the earlier of two. */
  kind: "plain" | "skipped" | "twice";
  /** The later of two; null where there is one. */
  laterAt: Instant | null;
}

/**
 * The same, telling what was made of a time that does not exist or happens twice, so that whoever typed it can be told.
 *
 * @throws InvalidInput local_time
 */
export function readLocalTime(text: string, timeZone: string): LocalReading {
  const parts = shape.exec(text);
  const local = parts === null ? null : toPlainDateTime(`${parts[1]}T${parts[2]}`);
  if (local === null) {
    throw new InvalidInput("local_time", `"${text}" is not a date and time like 2026-12-01 22:00.`);
  }
  const at = instantOf(local, timeZone);
  const later = local.toZonedDateTime(timeZone, { disambiguation: "later" });
  if (!later.toPlainDateTime().equals(local)) {
    return { at, kind: "skipped", laterAt: null };
  }
  return later.epochMilliseconds === at
    ? { at, kind: "plain", laterAt: null }
    : { at, kind: "twice", laterAt: later.epochMilliseconds };
}

/**
 * The first instant after this one at which the wall shows a time of day, "14:50": today, or tomorrow where it is past.
 *
 * @throws InvalidInput local_time
 */
export function nextTimeOfDay(text: string, timeZone: string, now: Instant): Instant {
  const today = onTheWall(now, timeZone).toPlainDate();
  for (let days = 0; ; days++) {
    const { at, laterAt } = readLocalTime(`${today.add({ days }).toString()} ${text}`, timeZone);
    const coming = [at, laterAt].find((one) => one !== null && one > now);
    if (coming != null) {
      return coming;
    }
  }
}

/** The instant of a local time: the first one after the gap where clocks skip it, the earlier one where it happens twice. */
export function instantOf(local: Temporal.PlainDateTime, timeZone: string): Instant {
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (zoned.toPlainDateTime().equals(local)) {
    return zoned.epochMilliseconds;
  }
  return zoned.getTimeZoneTransition("next")!.epochMilliseconds;
}

/** The instant at which the local day of a local time ("2026-12-01T22:00") begins. */
export function startOfLocalDay(text: string, timeZone: string): Instant {
  return startOfLocalDate(Temporal.PlainDateTime.from(text).toPlainDate(), timeZone);
}

/** An instant with what the wall shows there, for whoever prints it in a form of their own. */
export function onTheWall(at: Instant, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
}

/** "2026-12-01 22:00", with seconds where they are not 0; ms are cut off. */
export function printLocalTime(at: Instant, timeZone: string): string {
  const local = onTheWall(at, timeZone).toPlainDateTime();
  const smallestUnit = local.second === 0 ? "minute" : "second";
  return local.toString({ smallestUnit, roundingMode: "trunc" }).replace("T", " ");
}

/** "2026-12-01T22:00", as fields of forms hold it: exact, with seconds and ms where they are not 0. */
export function fieldTime(at: Instant, timeZone: string): string {
  const local = onTheWall(at, timeZone).toPlainDateTime();
  const smallestUnit = local.millisecond !== 0 ? "millisecond" : local.second !== 0 ? "second" : "minute";
  return local.toString({ smallestUnit });
}

function toPlainDateTime(text: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}
