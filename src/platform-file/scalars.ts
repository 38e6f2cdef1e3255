/**
 * The scalars of the platform file: how each is written, what it is as a value, and as much of its rule as JSON Schema can say.
 */
import { InvalidInput } from "../domain/errors.ts";
import { parseDuration, printDuration } from "../domain/time/duration.ts";
import { guess, orList } from "./nearest-word.ts";
import type { JsonSchema, Reading, ScalarShape, Written } from "./shapes.ts";

/** What a text must be beyond a text. */
interface TextRule {
  /** After "must be"; "a text" when left out. */
  what?: string;
  /** Part of the rule that JSON Schema can say, over the whole text. */
  pattern?: string;
  min?: number;
  max?: number;
  /** Further rules: the rest of "must …" that is broken, or null. */
  refuse?: (text: string, written: Written) => string | null;
  /** Whether it might hold a secret, which no message may repeat. */
  secret?: boolean;
}

/** A text. Numbers and booleans are refused: YAML's reading of `on` or `1.10` is rarely what was meant. */
export function text(rule: TextRule = {}): ScalarShape<string> {
  const { what = "a text", pattern, min = 1, max = 500, refuse = () => null, secret = false } = rule;
  const shape = pattern === undefined ? null : new RegExp(`^(?:${pattern})$`, "u");
  return {
    shape: "scalar",
    what,
    schema: {
      type: "string",
      ...(min > 0 ? { minLength: min } : {}),
      maxLength: max,
      ...(pattern === undefined ? {} : { pattern: `^(?:${pattern})$` }),
    },
    read(written) {
      const { value, source } = written;
      if (typeof value !== "string") {
        const given = value === null ? "nothing" : secret ? "a bare value" : source;
        return wrong(`must be ${what}, not ${given}${value === null ? "" : " (put it in quotes)"}`);
      }
      const length = [...value].length;
      if (length < min) {
        return wrong("must not be empty");
      }
      if (length > max) {
        return wrong(`must have at most ${max} characters, not ${length}`);
      }
      if (shape !== null && !shape.test(value)) {
        return wrong(`must be ${what}, not ${quote(value)}`);
      }
      const broken = refuse(value, written);
      return broken === null ? { value } : wrong(broken);
    },
  };
}

export function wholeNumber(what: string, min: number, max: number): ScalarShape<number> {
  return {
    shape: "scalar",
    what: `${what} from ${min} to ${max}`,
    schema: { type: "integer", minimum: min, maximum: max },
    read({ value, source }) {
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? { value }
        : wrong(`must be ${what} from ${min} to ${max}, not ${shown({ value, source })}`);
    },
  };
}

export function flag(): ScalarShape<boolean> {
  return {
    shape: "scalar",
    what: "true or false",
    schema: { type: "boolean" },
    read: (written) =>
      typeof written.value === "boolean"
        ? { value: written.value }
        : wrong(`must be true or false, not ${shown(written)}`),
  };
}

export function word<const W extends string>(words: readonly W[]): ScalarShape<W> {
  return {
    shape: "scalar",
    what: orList(words),
    schema: { enum: [...words] },
    read(written) {
      const found = words.find((one) => one === written.value);
      return found === undefined
        ? wrong(`must be ${orList(words)}, not ${shown(written)}${guess(written.source, words)}`)
        : { value: found };
    },
  };
}

/** The pattern of duration.ts in JSON Schema's words; at least one part. */
const durationPattern = String.raw`(?=\d)(\d+d)?(\d+h)?(\d+m(?!s))?(\d+s)?(\d+ms)?`;

/** A duration within bounds, in ms. Both bounds are allowed. */
export function duration(minMs: number, maxMs: number): ScalarShape<number> {
  const what = `a duration from ${printDuration(minMs)} to ${printDuration(maxMs)}`;
  return {
    shape: "scalar",
    what,
    // The bounds are the reader's alone: JSON Schema cannot add hours and minutes.
    schema: { type: "string", pattern: `^${durationPattern}$` },
    read(written) {
      const hint = typeof written.value === "number" ? ` (a unit is missing, like ${written.source}s)` : "";
      const ms = typeof written.value === "string" ? durationOf(written.value) : null;
      return ms === null || ms < minMs || ms > maxMs
        ? wrong(`must be ${what}, not ${shown(written)}${hint}`)
        : { value: ms };
    },
  };
}

function durationOf(text: string): number | null {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return null;
    }
    throw error;
  }
}

/** One scalar written as either of two, told apart by its looks, so that a mistake in it is told as a mistake of that one. */
export function either<A, B>(
  what: string,
  first: ScalarShape<A>,
  second: ScalarShape<B>,
  looksLikeFirst: (written: Written) => boolean,
): ScalarShape<A | B> {
  return {
    shape: "scalar",
    what,
    schema: { anyOf: [first.schema, second.schema] },
    read: (written): Reading<A | B> => (looksLikeFirst(written) ? first : second).read(written),
  };
}

/** The value of a shape turned into another one; what cannot be turned is refused with the rule. */
export function turned<A, B>(
  shape: ScalarShape<A>,
  turn: (value: A) => Reading<B>,
  schema: JsonSchema = shape.schema,
): ScalarShape<B> {
  return {
    shape: "scalar",
    what: shape.what,
    schema,
    read(written) {
      const reading = shape.read(written);
      return "value" in reading ? turn(reading.value) : reading;
    },
  };
}

/** Any scalar, as it is: what a JSON value is compared with. */
export const anyScalar: ScalarShape<string | number | boolean | null> = {
  shape: "scalar",
  what: "a text, a number, true, false or null",
  schema: { type: ["string", "number", "boolean", "null"] },
  read: ({ value }) => ({ value }),
};

export function wrong(rule: string): { wrong: string } {
  return { wrong: rule };
}

export function shown({ value, source }: Pick<Written, "value" | "source">): string {
  return value === null ? "nothing" : typeof value === "string" ? quote(value) : source;
}

/** In quotes; long texts cut, credentials in an address left out. */
export function quote(whole: string): string {
  const text = whole.replace(/\/\/[^/@\s]*@/, "//…@");
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return JSON.stringify(short);
}
