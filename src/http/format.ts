/**
 * Numbers and durations as people read them, in a language. Durations are cut to whole seconds and percentages come truncated from the
 * arithmetic already; nothing here rounds anything away. The last step before a template.
 */
import type { Instant } from "../domain/time/interval.ts";
import type { Language } from "./language.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** No line break between a number and its unit. */
const joiner = "\u00a0";

/**
 * "4 min 12 s", "2 h 5 min", "3 d 4 h": the two largest units, cut off, never rounded up. Seconds stay until an hour; under one second
 * it says so, because 0 s would deny what was seen. Negative durations read as their length.
 */
export function formatDuration(ms: number, language: Language): string {
  const length = Math.abs(ms);
  if (length > 0 && length < second) {
    return `<${joiner}1${joiner}${language.say("unit.s")}`;
  }
  const [large, small, largeUnit, smallUnit] =
    length < hour
      ? ([minute, second, "unit.min", "unit.s"] as const)
      : length < day
        ? ([hour, minute, "unit.h", "unit.min"] as const)
        : ([day, hour, "unit.d", "unit.h"] as const);
  const larges = Math.floor(length / large);
  const smalls = Math.floor((length % large) / small);
  const parts = [
    ...(larges > 0 ? [`${larges}${joiner}${language.say(largeUnit)}`] : []),
    ...(smalls > 0 || larges === 0 ? [`${smalls}${joiner}${language.say(smallUnit)}`] : []),
  ];
  return parts.join(joiner);
}

/** A response time: "231 ms", "1.20 s" from one second on. */
export function formatResponseTime(ms: number, language: Language): string {
  return ms < second
    ? `${Math.floor(ms)}${joiner}ms`
    : `${formatNumber((Math.floor(ms / 10) / 100).toFixed(2), language)}${joiner}${language.say("unit.s")}`;
}

/** A decimal string with the language's decimal mark: "99.992" → "99,992". Digits are never changed. */
export function formatNumber(decimal: string, language: Language): string {
  return decimal.replace(".", language.decimalMark);
}

/** A size for a reader: "3.4 MB", "12 kB"; never 0 of what is something. */
export function formatBytes(bytes: number, language: Language): string {
  const isSmall = bytes < 1_000_000;
  return new Intl.NumberFormat(language.tag, {
    ...{ style: "unit", unit: isSmall ? "kilobyte" : "megabyte" },
    maximumFractionDigits: isSmall ? 0 : 1,
  }).format(isSmall ? Math.ceil(bytes / 1_000) : bytes / 1_000_000);
}

/** A percentage with its sign: "99.992 %". */
export function formatPercent(decimal: string, language: Language): string {
  return `${formatNumber(decimal, language)}${joiner}%`;
}

/**
 * How an instant is written: the time of day, the same with seconds, day and time, the same with the year, a date, a date with its year, a month and
 * its year, a month in short. */
export const instantStyles = [
  "time",
  "clock",
  "moment",
  "full",
  "day",
  "date",
  "month",
  "shortMonth",
  "weekday",
  "shortWeekday",
  "weekdayDate",
  "dated",
] as const;
export type InstantStyle = (typeof instantStyles)[number];

const styleOptions: Record<InstantStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: "2-digit", minute: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  moment: { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
  full: {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  },
  day: { day: "numeric", month: "long" },
  date: { day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
  shortMonth: { month: "short" },
  weekday: { weekday: "long" },
  shortWeekday: { weekday: "short" },
  dated: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  weekdayDate: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

/** Formatters are dear to make; there are few languages, zones and styles. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** An instant in words of the language, in a zone. */
export function formatInstant(
  at: Instant,
  style: InstantStyle,
  timeZone: string,
  language: Language,
): string {
  const key = `${language.tag} ${timeZone} ${style}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(language.tag, { ...styleOptions[style], timeZone, hourCycle: "h23" });
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}
