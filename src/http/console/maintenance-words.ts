/** Planned work in words of the console: when, which services, how it comes again, and what it breaks of what contracts promise. */
import type { BrokenRule, WindowJudgement } from "../../domain/sla/promise/window-judgement.ts";
import type { MaintenanceSeries } from "../../domain/status/maintenance-series.ts";
import {
  advanceWindow,
  isUnderWay,
  latestByPeople,
  type MaintenanceWindow,
  overrunMs,
} from "../../domain/status/maintenance-window.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { parseLocalTime } from "../../domain/time/local-time.ts";
import type { Recurrence } from "../../domain/time/recurrence.ts";
import { placeInMonth, rhythmOfRule } from "../../domain/time/rhythm.ts";
import { listContractTitles } from "../../store/covered-services.ts";
import type { Database } from "../../store/database.ts";
import { formatDuration, formatInstant } from "../format.ts";
import { joinNames, sayMarkup, timeMarkup, type Markup } from "../pages/markup.ts";
import type { AuthorNames } from "./author-names.ts";
import { warningWords } from "./effect-table.ts";
import type { ConsoleContext } from "./room.ts";

/** "12 November 22:00 – 22:40 (40 min)": the second date is left out when it is the first. */
export function whenMarkup({ start, end }: Interval, context: ConsoleContext): Markup {
  const { language, timeZone } = context;
  const day = (at: number) => formatInstant(at, "date", timeZone, language);
  const isThisYear = day(start).slice(-4) === day(context.now).slice(-4);
  return sayMarkup(language, "story.lasted", {
    start: timeMarkup(start, isThisYear ? "moment" : "dated", context),
    end: timeMarkup(end, day(start) === day(end) ? "time" : "moment", context),
    time: formatDuration(end - start, language),
  });
}

/** A window as a row of a list. */
export function windowRow(
  stored: MaintenanceWindow,
  titles: ReadonlyMap<string, string>,
  judgement: WindowJudgement | undefined,
  context: ConsoleContext,
) {
  const { language, now, base } = context;
  const { say } = language;
  const window = advanceWindow(stored, now);
  const overrun = overrunMs(window, now);
  const broken = judgement?.broken.length ?? 0;
  return {
    ...{ reference: window.reference, title: window.title, state: window.state },
    address: `${base}/maintenance/${window.reference}`,
    stateWord: say(`maintenance.${window.state}`),
    isUnderWay: isUnderWay(window, now),
    when: whenMarkup(
      {
        start: window.actualStart ?? window.plannedStart,
        end: window.actualEnd ?? window.plannedEnd,
      },
      context,
    ),
    overrun: overrun > 0 ? say("maintenance.overrun", { time: formatDuration(overrun, language) }) : "",
    services: servicesWords(window.serviceSlugs, titles, context),
    series: window.series?.reference ?? null,
    broken: broken === 0 ? "" : say("console.maintenance.breaks", { n: broken }),
    needsReason: broken > 0 && judgement!.reason === null && window.state === "scheduled",
  };
}

/** What services are called, "Beacon and Lamp"; one that has gone by its slug. */
export function servicesWords(
  slugs: readonly string[],
  titles: ReadonlyMap<string, string>,
  { language }: ConsoleContext,
): string {
  return joinNames(
    slugs.map((slug) => titles.get(slug) ?? slug),
    language,
  );
}

/** Who changed a window since a form of it was opened, and with which words: nobody overwrites that without having read it. */
export function lateWords(
  window: MaintenanceWindow,
  names: AuthorNames,
  { language, timeZone }: ConsoleContext,
): string {
  const { author, at, message } = latestByPeople(window);
  return language.say("console.maintenance.stale", {
    ...{ author: names.of(author), latest: message },
    at: formatInstant(at, "full", timeZone, language),
  });
}

/** Every broken promise in a line, with whose it is. */
export function brokenLines(
  broken: readonly BrokenRule[],
  contracts: ReadonlyMap<string, string>,
  context: ConsoleContext,
) {
  return broken.map((rule) => ({
    contract: contracts.get(rule.contract) ?? rule.contract,
    address: `${context.base}/contracts/${encodeURIComponent(rule.contract)}`,
    words: warningWords(rule, context),
  }));
}

/** What contracts are called, by slug. */
export async function contractTitles(db: Database): Promise<Map<string, string>> {
  return new Map((await listContractTitles(db)).map(({ slug, title }) => [slug, title]));
}

const rhythmWords = {
  daily: "console.rhythm.daily",
  weekly: "console.rhythm.weekly",
  fortnightly: "console.rhythm.fortnightly",
  monthly_date: "console.rhythm.monthlyDate",
  monthly_weekday: "console.rhythm.monthlyWeekday",
  quarterly_weekday: "console.rhythm.quarterlyWeekday",
  yearly: "console.rhythm.yearly",
} as const;

const nthWords = {
  1: "console.nth.1",
  2: "console.nth.2",
  3: "console.nth.3",
  4: "console.nth.4",
  [-1]: "console.nth.last",
} as const;

/** "Each first Sunday of a month at 22:00, for 30 min"; a rule that is no usual one as it is written. */
export function recurrenceWords(recurrence: Recurrence, { language }: ConsoleContext): string {
  const { say } = language;
  const { rule, start, timeZone, lengthMs } = recurrence;
  const known = rhythmOfRule(rule, start);
  const at = { time: start.slice(11), length: formatDuration(lengthMs, language) };
  if (known === null) {
    return say("console.rhythm.own", { rule, ...at });
  }
  const first = parseLocalTime(start, timeZone);
  const { nth, day } = placeInMonth(start);
  const words = say(rhythmWords[known.rhythm], {
    ...at,
    weekday: formatInstant(first, "weekday", timeZone, language),
    nth: say(nthWords[nth as keyof typeof nthWords]),
    day: String(day),
    date: formatInstant(first, "day", timeZone, language),
  });
  return known.until === null
    ? words
    : say("console.rhythm.until", {
        rhythm: words,
        date: formatInstant(parseLocalTime(`${known.until}T12:00`, timeZone), "date", timeZone, language),
      });
}

/** The plan of a series that holds at an instant, or the first that will. */
export function partAt({ parts }: MaintenanceSeries, now: number): MaintenanceSeries["parts"][number] {
  return parts.findLast(({ from }) => from <= now) ?? parts[0]!;
}
