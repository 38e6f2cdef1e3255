/**
 * How evaluations write the small things: instants, exact numbers, decimals, intervals, calendars. Strings of JSON in, values of the domain out;
 * a fault is told by its place.
 */
import { z } from "zod";
import type { Exact } from "../domain/sla/figures/exact.ts";
import { parseDecimal, simplest, toFraction } from "../domain/sla/figures/exact.ts";
import { parseTarget, type Target } from "../domain/sla/figures/ratio.ts";
import type { BusinessCalendar, Weekday } from "../domain/time/business-calendar.ts";
import { isLocalDate, parseOpeningHours, weekdays } from "../domain/time/business-calendar.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isTimeZone } from "../domain/time/local-day.ts";
import { isoInstant } from "../domain/time/written-instant.ts";

/** A string that a function of the domain reads; null from it is a fault. */
export function written<Value>(read: (text: string) => Value | null, rule: string) {
  return z.string().transform((text, context): Value => {
    const value = read(text);
    if (value === null) {
      context.addIssue({ code: "custom", message: rule, params: { code: "invalid_value" } });
      return z.NEVER;
    }
    return value;
  });
}

/** Ms since the epoch of "2026-04-10T10:00:00.000Z". */
export const instant = written(readInstant, "An instant is written like 2026-04-10T10:00:00.000Z, in UTC.");

/** A whole number of ms, at least 0. */
export const duration = z.int().min(0);

/** A span that is not empty. */
export const positiveDuration = z.int().min(1);

/** Exact numbers: whole, decimal ("14.4") or 'n/d'; at least 0. */
export const exact = z.union([z.number(), z.string()]).transform((value, context): Exact => {
  const read = readExact(String(value));
  if (read === null) {
    const message = "A number is written like 3, 14.4 or 1/3, and not below 0.";
    context.addIssue({ code: "custom", message, params: { code: "invalid_value" } });
    return z.NEVER;
  }
  return read;
});

/** A decimal that is kept as it is written, at least 0. */
export const decimal = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((text) => !text.startsWith("-") && parseDecimal(text) !== null, {
    message: "A decimal is written like 99.99, and not below 0.",
    params: { code: "invalid_value" },
  });

export const target = z.string().transform((text, context): Target => {
  try {
    return parseTarget(text);
  } catch (error) {
    context.addIssue({
      code: "custom",
      message: (error as Error).message,
      params: { code: "target_percent" },
    });
    return z.NEVER;
  }
});

export const timeZone = z.string().refine(isTimeZone, {
  message: "A time zone is a name of the IANA database, like Europe/Copenhagen.",
  params: { code: "time_zone" },
});

export const cycleLabel = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "A billing cycle is written YYYY-MM.");

export const anchorDay = z.int().min(1).max(31);

/** A rule over several values: only asked when each of them is sound. */
export function together<Value>(check: (value: Value, context: z.core.$RefinementCtx<Value>) => void) {
  return (value: Value, context: z.core.$RefinementCtx<Value>): void => {
    if (context.issues.length === 0) {
      check(value, context);
    }
  };
}

/** Refuses an interval that is empty or ends before it starts; an open one is fine. */
export function refuseEmpty(
  { start, end }: { start: Instant; end: Instant | null },
  context: z.core.$RefinementCtx,
): void {
  if (end !== null && end <= start) {
    context.addIssue({
      code: "custom",
      path: ["end"],
      message: "An interval ends after it starts.",
      params: { code: "interval_empty" },
    });
  }
}

/** Both ends known. */
export const interval = { start: instant, end: instant };

/** What is absent, or null, is as the literal reading of a contract without the clause has it. */
export function otherwise<Schema extends z.ZodType, Fallback>(schema: Schema, fallback: Fallback) {
  return schema.nullish().transform((value): NonNullable<z.output<Schema>> | Fallback => value ?? fallback);
}

/** A list that may be absent. */
export function list<Schema extends z.ZodType>(schema: Schema) {
  return otherwise(z.array(schema), [] as z.output<Schema>[]);
}

/** Words that people keep beside the figures; nothing is computed from them. */
export function notes<Name extends string>(...names: Name[]) {
  return Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as Record<
    Name,
    z.ZodOptional<z.ZodUnknown>
  >;
}

const openingHours = z.tuple([z.string(), z.string()]).transform(([start, end], context) => {
  const hours = parseOpeningHours(start, end);
  if (hours === null) {
    const message = 'Opening hours are written ["09:00", "17:00"], start before end, "24:00" at most.';
    context.addIssue({ code: "custom", message, params: { code: "opening_hours" } });
    return z.NEVER;
  }
  return hours;
});

const weekly = z.strictObject(
  Object.fromEntries(weekdays.map((day) => [day, list(openingHours)])) as Record<
    Weekday,
    ReturnType<typeof list<typeof openingHours>>
  >,
);

export const calendar = z
  .strictObject({
    timezone: timeZone,
    weekly,
    closed_dates: list(
      z.string().refine(isLocalDate, {
        message: "A closed date is a day of the calendar, like 2026-12-25.",
        params: { code: "invalid_value" },
      }),
    ),
  })
  .transform(({ timezone, weekly, closed_dates }): BusinessCalendar => ({
    timeZone: timezone,
    weekly,
    closedDates: new Set(closed_dates),
  }));

/** A whole number as such, a fraction as 'n/d' in lowest terms. */
export function exactJson(value: Exact): number | string {
  const plain = simplest(value);
  return typeof plain === "number" ? plain : `${plain.numerator}/${plain.denominator}`;
}

/** Null when it is not an instant in UTC, or names a day that does not exist. */
function readInstant(text: string): Instant | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?Z$/.exec(text);
  if (parts === null) {
    return null;
  }
  const whole = `${parts[1]}.${(parts[2] ?? "").padEnd(3, "0")}Z`;
  const at = Date.parse(whole);
  return Number.isNaN(at) || isoInstant(at) !== whole ? null : at;
}

function readExact(text: string): Exact | null {
  const [above = "", below, ...rest] = text.split("/");
  const numerator = parseDecimal(above);
  const denominator = below === undefined ? toFraction(1) : parseDecimal(below);
  if (
    rest.length > 0 ||
    !numerator ||
    !denominator ||
    numerator.numerator < 0n ||
    denominator.numerator <= 0n
  ) {
    return null;
  }
  return simplest({
    numerator: numerator.numerator * denominator.denominator,
    denominator: numerator.denominator * denominator.numerator,
  });
}
