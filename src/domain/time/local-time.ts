/**
 * Times of day as a place on earth writes them, "2026-12-01 22:00", to and from instants (sla-semantics 1). For what people type and
 * read on the command line.
 */
import { InvalidInput } from "../errors.ts";
import type { Instant } from "./interval.ts";

const shape = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)$/;

/**
 * The instant of a local date and time. One that does not exist, because clocks go forward over it, is the first instant after the
 * gap; one that happens twice is the earlier.
 *
 * @throws InvalidInput local_time
 */
export function parseLocalTime(text: string, timeZone: string): Instant {
  const parts = shape.exec(text);
  const local = parts === null ? null : toPlainDateTime(`${parts[1]}T${parts[2]}`);
  if (local === null) {
    throw new InvalidInput("local_time", `"${text}" is not a date and time like 2026-12-01 22:00.`);
  }
  return instantOf(local, timeZone);
}

/** The instant of a local time: the first one after the gap where clocks skip it, the earlier one where it happens twice. */
export function instantOf(local: Temporal.PlainDateTime, timeZone: string): Instant {
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (zoned.toPlainDateTime().equals(local)) {
    return zoned.epochMilliseconds;
  }
  return zoned.getTimeZoneTransition("next")!.epochMilliseconds;
}

/** "2026-12-01 22:00", with seconds where they are not 0; ms are cut off. */
export function printLocalTime(at: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const smallestUnit = local.second === 0 ? "minute" : "second";
  return local.toString({ smallestUnit, roundingMode: "trunc" }).replace("T", " ");
}

function toPlainDateTime(text: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}
