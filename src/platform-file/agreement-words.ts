/** How contracts write what they promise: money, percentages, dates, hours of the day, deadlines, each one scalar. */
import { currencyCodes, isCurrency, parseAmount } from "../domain/sla/figures/money.ts";
import type { Money } from "../domain/sla/promise/clauses.ts";
import { InvalidInput } from "../domain/errors.ts";
import { compare, parseDecimal } from "../domain/sla/figures/exact.ts";
import type { Clock, ResponseTarget } from "../domain/support/response-target.ts";
import {
  isLocalDate,
  parseOpeningHours,
  weekdays,
  type OpeningHours,
  type Weekday,
} from "../domain/time/business-calendar.ts";
import type { DateSpan } from "../domain/time/calendar-definition.ts";
import { parseDuration } from "../domain/time/duration.ts";
import { guess } from "./nearest-word.ts";
import { quote, shown, text, turned, word, wrong } from "./scalars.ts";
import type { ScalarShape } from "./shapes.ts";

/** "4000.00 DKK". */
export const money: ScalarShape<Money> = turned(
  text({
    what: 'an amount with its currency, like "4000.00 DKK"',
    pattern: "\\d{1,15}(\\.\\d+)? [A-Za-z]{3}",
    max: 40,
  }),
  (written) => {
    const [amount, currency] = written.split(" ") as [string, string];
    if (!isCurrency(currency)) {
      return wrong(`there is no currency "${currency}" in ISO 4217${guess(currency, currencyCodes)}`);
    }
    try {
      return { value: { minor: parseAmount(amount, currency), currency } };
    } catch (error) {
      if (error instanceof InvalidInput) {
        return wrong(error.message.replace(/^An amount/, "an amount").replace(/\.$/, ""));
      }
      throw error;
    }
  },
);

/** A decimal from 0 to a bound, kept as its digits. */
export function decimal(what: string, most: number | null): ScalarShape<string> {
  return {
    shape: "scalar",
    what,
    schema: {
      anyOf: [
        { type: "number", minimum: 0, ...(most === null ? {} : { maximum: most }) },
        { type: "string", pattern: "^\\d{1,9}(\\.\\d{1,9})?$" },
      ],
    },
    read(written) {
      const isDecimal = typeof written.value !== "boolean" && /^\d{1,9}(\.\d{1,9})?$/.test(written.source);
      const isTooMuch = isDecimal && most !== null && compare(parseDecimal(written.source)!, most) > 0;
      return isDecimal && !isTooMuch
        ? { value: written.source }
        : wrong(`must be ${what}, not ${shown(written)}`);
    },
  };
}

export const percent = decimal("a percentage from 0 to 100 with at most 9 decimals", 100);

/** A share of 0 to 1 in whole parts per million. */
export const share: ScalarShape<number> = {
  ...decimal("a share from 0 to 1 with at most 6 decimals", 1),
  read(written) {
    const digits =
      typeof written.value === "boolean" ? null : /^([01])(?:\.(\d{1,6}))?$/.exec(written.source);
    const ppm =
      digits === null ? NaN : Number(digits[1]) * 1_000_000 + Number((digits[2] ?? "").padEnd(6, "0"));
    return ppm <= 1_000_000
      ? { value: ppm }
      : wrong(`must be a share from 0 to 1 with at most 6 decimals, not ${shown(written)}`);
  },
};

const datePattern = "\\d{4}-\\d\\d-\\d\\d";

function refuseDate(date: string): string | null {
  return isLocalDate(date) ? null : `must be a date that exists, not ${quote(date)}`;
}

export const date = text({
  what: "a date like 2026-07-01",
  pattern: datePattern,
  max: 10,
  refuse: refuseDate,
});

/** "2026-07-13" or "2026-07-13..2026-07-26". */
export const dateSpan: ScalarShape<DateSpan> = turned(
  text({
    what: "a date like 2026-12-24, or the first and the last like 2026-07-13..2026-07-26",
    pattern: `${datePattern}(\\.\\.${datePattern})?`,
    max: 22,
  }),
  (written) => {
    const [from = "", to = from] = written.split("..");
    const broken = refuseDate(from) ?? refuseDate(to);
    if (broken !== null) {
      return wrong(broken);
    }
    return from <= to
      ? { value: { from, to } }
      : wrong(`must not end before it begins, as ${quote(written)} does`);
  },
);

/** "09:00-17:00". */
export const openingHours: ScalarShape<OpeningHours> = turned(
  text({ what: "hours like 09:00-17:00", pattern: "\\d\\d:\\d\\d-\\d\\d:\\d\\d", max: 11 }),
  (written) => {
    const [start, end] = written.split("-") as [string, string];
    const value = parseOpeningHours(start, end);
    return value === null
      ? wrong(
          `must begin before it ends, from 00:00 to 24:00, not ${quote(written)}; a night is two entries on two days`,
        )
      : { value };
  },
);

/** "09:00". */
export const timeOfDay = text({
  what: 'a time of day like "09:00", in quotes',
  pattern: "([01]\\d|2[0-3]):[0-5]\\d",
  max: 5,
});

const dayPattern = weekdays.join("|");

/** "mon" or "mon-fri": a key of hours. */
export const dayRange = text({
  what: "a day like mon, or days like mon-fri",
  pattern: `(${dayPattern})(-(${dayPattern}))?`,
  max: 7,
});

/** The days a range names; over the end of the week where it runs so. */
export function daysOf(range: string): Weekday[] {
  const [from, to = from] = range.split("-") as [Weekday, Weekday?];
  const [first, last] = [weekdays.indexOf(from), weekdays.indexOf(to)];
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => weekdays[(first + i) % 7]!);
}

/** A deadline as it is written: which clock runs may be left to the plan. */
export type SaidTarget =
  Exclude<ResponseTarget, { kind: "within" }> | { kind: "within"; ms: number; clock: Clock | null };

const targetWhat =
  'a deadline like "2h", "2h working" or "2h clock"; or "next_working_day", "at_once" or "none"';

export const responseTarget: ScalarShape<SaidTarget> = turned(
  text({
    what: targetWhat,
    pattern: "none|at_once|next_working_day|(\\d+d)?(\\d+h)?(\\d+m)?( (working|clock))?",
    max: 40,
  }),
  (written): { value: SaidTarget } | { wrong: string } => {
    if (written === "none" || written === "at_once") {
      return { value: { kind: written } };
    }
    if (written === "next_working_day") {
      return { value: { kind: "end_of_next_working_day" } };
    }
    const [length = "", clock = null] = written.split(" ") as [string, Clock?];
    if (length === "") {
      return wrong(`must be ${targetWhat}, not ${quote(written)}`);
    }
    return { value: { kind: "within", ms: parseDuration(length), clock } };
  },
);

/** Any of the words, or "none" for nothing. */
export function wordOrNone<const W extends string>(words: readonly W[]): ScalarShape<W | null> {
  return turned<W | "none", W | null>(word([...words, "none"]), (value) => ({
    value: value === "none" ? null : value,
  }));
}

/** An address that mail can be sent to. */
export const mailAddress = text({
  what: "a mail address",
  pattern: '[^\\s@<>,;"]+@[^\\s@<>,;"]+\\.[^\\s@<>,;"]+',
  max: 254,
});
