/**
 * Times as people type them into forms, in the platform's zone (sla-semantics 1). A time that clocks skip is the first one after the gap, one
 * that happens twice the earlier: whoever typed it is told so at the field, and sends the form again to say that it is meant.
 */
import { type Fault, InvalidInput } from "../../domain/errors.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { fieldTime, readLocalTime } from "../../domain/time/local-time.ts";
import { formatInstant } from "../format.ts";
import { parseInstant } from "../input.ts";
import type { Typed } from "./form.ts";
import type { ConsoleContext } from "./room.ts";

/** What became of a typed time. */
type Reading = { at: Instant } | { fault: Fault };

/**
 * The instants of several time fields.
 *
 * @throws InvalidInput local_time with a fault at each field that cannot be read, or that has to be read otherwise than typed
 */
export function readTimes<Name extends string>(
  typed: Typed,
  names: readonly Name[],
  context: ConsoleContext,
): Record<Name, Instant> {
  const readings = names.map((name) => [name, readTime(typed, name, context)] as const);
  const faults = readings.flatMap(([, reading]) => ("fault" in reading ? [reading.fault] : []));
  if (faults.length > 0) {
    throw new InvalidInput("local_time", context.language.say("console.time.refused"), faults);
  }
  return Object.fromEntries(
    readings.map(([name, reading]) => [name, (reading as { at: Instant }).at]),
  ) as Record<Name, Instant>;
}

function readTime(typed: Typed, name: string, { language, timeZone }: ConsoleContext): Reading {
  const { say } = language;
  const text = typed.one(name);
  const pointer = `/${name}`;
  const exact = parseInstant(text);
  if (exact !== null) {
    return { at: exact };
  }
  let reading;
  try {
    reading = readLocalTime(text, timeZone);
  } catch {
    return { fault: { pointer, detail: say("console.time.unreadable") } };
  }
  const { at, kind, laterAt } = reading;
  const full = (instant: Instant) => formatInstant(instant, "full", timeZone, language);
  // The choice is the field's own text beside which it was made: another text has to be asked about again.
  const meant = typed.one(`${name}_meant`);
  if (kind === "plain" || meant === `earlier ${text}`) {
    return { at };
  }
  if (laterAt !== null && meant === `later ${text}`) {
    return { at: laterAt };
  }
  const detail =
    laterAt === null
      ? say("console.time.skipped", { at: full(at) })
      : say("console.time.twice", { earlier: full(at), later: full(laterAt) });
  return { fault: { pointer, detail } };
}

/** A time field as its template shows it: what was typed, and the choice where the time needs one. */
export function timeField(typed: Typed, name: string, { language, timeZone }: ConsoleContext) {
  const given = typed.one(name);
  const exact = parseInstant(given);
  const text = exact === null ? given : fieldTime(exact, timeZone);
  let choices: { value: string; words: string; isMeant: boolean }[] = [];
  try {
    const { at, kind, laterAt } = readLocalTime(text, timeZone);
    const choice = (which: "earlier" | "later", instant: Instant) => ({
      value: `${which} ${text}`,
      words: formatInstant(instant, "full", timeZone, language),
      isMeant: exact === instant || typed.one(`${name}_meant`) === `${which} ${text}`,
    });
    choices =
      kind === "plain"
        ? []
        : [choice("earlier", at), ...(laterAt === null ? [] : [choice("later", laterAt)])];
  } catch {
    // What cannot be read has nothing to choose from.
  }
  return { name, text, choices };
}
