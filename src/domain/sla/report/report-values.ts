/** How values stand in a report: instants as ISO 8601, exact numbers as whole ones or "n/d", names in snake_case. Shared by its sections. */
import type { Interval, IntervalSet } from "../../time/interval.ts";
import { isoInstant } from "../../time/written-instant.ts";
import type { Json } from "../figures/canonical-json.ts";
import { type Exact, simplest } from "../figures/exact.ts";

/** A whole number, or "n/d" in lowest terms. */
export type ExactJson = number | string;

/** A stretch of time as two instants. */
export interface Stretch {
  start: string;
  end: string;
}

export function exactText(value: Exact): ExactJson {
  const plain = simplest(value);
  return typeof plain === "number" ? plain : `${plain.numerator}/${plain.denominator}`;
}

/** The number that `exactText` wrote. */
export function readExact(written: ExactJson): Exact {
  if (typeof written === "number") {
    return written;
  }
  const [numerator = "0", denominator = "1"] = written.split("/");
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

export function stretch({ start, end }: Interval): Stretch {
  return { start: isoInstant(start), end: isoInstant(end) };
}

export function stretches(set: IntervalSet): Stretch[] {
  return set.map(stretch);
}

/** The same value with its keys in snake_case; keys without capitals, like slugs, stay. */
export function snakeKeys(value: unknown): Json {
  return withKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** What `snakeKeys` was given. */
export function camelKeys(value: Json): unknown {
  return withKeys(value, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function withKeys(value: unknown, name: (key: string) => string): Json {
  if (Array.isArray(value)) {
    return value.map((one) => withKeys(one, name));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([key, field]) => [name(key), withKeys(field, name)]),
    );
  }
  return value as Json;
}
