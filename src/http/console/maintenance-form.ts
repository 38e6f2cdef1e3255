/**
 * The form in which maintenance is planned, once or again and again: what was typed as a plan of the domain, faults at the fields where
 * they were typed, and what the template needs to show it.
 */
import { InvalidInput } from "../../domain/errors.ts";
import { type MaintenancePlan, planWindow } from "../../domain/status/maintenance-plan.ts";
import { beginSeries, nextWindows, type SeriesPlan } from "../../domain/status/maintenance-series.ts";
import { isLocalDate } from "../../domain/time/business-calendar.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import { rhythmOfRule, rhythms, ruleOfRhythm } from "../../domain/time/rhythm.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Form, Typed } from "./form.ts";
import { serviceChoice } from "./service-choice.ts";
import type { ConsoleContext } from "./room.ts";
import { readTimes, timeField } from "./time-field.ts";

export const planFields = [
  "title",
  "message",
  "services",
  "start",
  "end",
  "repeat",
  "rule",
  "until",
  "reason",
];
/** What is sent along from the form to the page that checks it. */
export const carriedFields = [...planFields.slice(0, -1), "start_meant", "end_meant", "harm"];

/** Work that comes once, or again and again. */
export type TypedPlan = {
  /** Every window that would be announced at once. */
  times: Interval[];
  serviceSlugs: string[];
  /** Its services are taken to be down for its whole length. */
  isDown: boolean;
} & ({ kind: "once"; plan: MaintenancePlan } | { kind: "series"; plan: SeriesPlan });

const anonymous = { reference: "", author: "" };

/**
 * @throws InvalidInput with a fault at each field that has one
 */
export function readPlan(typed: Typed, context: ConsoleContext): TypedPlan {
  const { start, end } = readTimes(typed, ["start", "end"], context);
  const words = { title: typed.one("title"), message: typed.one("message") };
  const shared = { serviceSlugs: typed.all("services"), isDown: typed.one("harm") !== "none" };
  try {
    if (typed.one("repeat") === "" && typed.one("rule").trim() === "") {
      const plan = { ...words, serviceSlugs: shared.serviceSlugs, plannedStart: start, plannedEnd: end };
      planWindow(plan, anonymous, context.now);
      return { kind: "once", plan, times: [{ start, end }], ...shared };
    }
    const plan = {
      ...words,
      serviceSlugs: shared.serviceSlugs,
      recurrence: readRecurrence(typed, { start, end }, context),
    };
    const series = beginSeries(plan, { ...anonymous, reason: null }, context.now);
    const times = nextWindows(series, context.now).map((window) => ({
      start: window.start,
      end: window.end,
    }));
    return { kind: "series", plan, times, ...shared };
  } catch (error) {
    throw atFields(error);
  }
}

function readRecurrence(typed: Typed, { start, end }: Interval, { timeZone }: ConsoleContext) {
  const local = fieldTime(start, timeZone).slice(0, 16);
  const rhythm = rhythms.find((one) => one === typed.one("repeat"));
  const until = typed.one("until");
  if (rhythm !== undefined && until !== "" && !isLocalDate(until)) {
    const detail = "A date is written like 2027-03-31.";
    throw new InvalidInput("invalid_series", detail, [{ pointer: "/until", detail }]);
  }
  const rule = rhythm === undefined ? typed.one("rule").trim() : ruleOfRhythm(rhythm, local, until || null);
  return { rule, start: local, timeZone, lengthMs: Math.max(0, end - start) };
}

const fieldOf: Readonly<Record<string, string>> = {
  "/planned_start": "/start",
  "/planned_end": "/end",
  "/recurrence/start": "/start",
  "/recurrence/length_ms": "/end",
  "/recurrence/rule": "/rule",
};

/** A refusal with its faults at the fields of the form. */
export function atFields(error: unknown): unknown {
  return error instanceof InvalidInput
    ? new InvalidInput(
        error.code,
        error.message,
        error.fields.map(({ pointer, detail }) => ({ pointer: fieldOf[pointer] ?? pointer, detail })),
      )
    : error;
}

/**
 * The version that a form says it was made from.
 *
 * @throws InvalidInput version_missing
 */
export function seenIn(typed: Typed): number {
  const seen = Number(typed.one("version"));
  if (typed.one("version") === "" || !Number.isInteger(seen)) {
    throw new InvalidInput("version_missing", "The form is not whole. Open the page again.");
  }
  return seen;
}

/** Whether a form that comes back was made from another version than the one that stands. */
export function isLate(typed: Typed, version: number): boolean {
  return typed.one("version") !== "" && Number(typed.one("version")) !== version;
}

/** What the fields of the plan need. */
export function planModel(form: Form, deps: ConsoleDeps, context: ConsoleContext) {
  const { say } = context.language;
  const { typed } = form;
  return {
    form,
    choice: serviceChoice(typed, "services", deps.board(), context),
    start: timeField(typed, "start", context),
    end: timeField(typed, "end", context),
    isHarmless: typed.one("harm") === "none",
    repeats: [
      { value: "", words: say("console.repeat.once") },
      ...rhythms.map((rhythm) => ({ value: rhythm, words: say(repeatWords[rhythm]) })),
      { value: "own", words: say("console.repeat.own") },
    ],
  };
}

const repeatWords = {
  daily: "console.repeat.daily",
  weekly: "console.repeat.weekly",
  fortnightly: "console.repeat.fortnightly",
  monthly_date: "console.repeat.monthlyDate",
  monthly_weekday: "console.repeat.monthlyWeekday",
  quarterly_weekday: "console.repeat.quarterlyWeekday",
  yearly: "console.repeat.yearly",
} as const;

/** A series' plan as the form would have it typed, beginning with its next window. */
export function typedSeries(
  plan: SeriesPlan,
  next: Interval,
  timeZone: string,
): Record<string, string | string[]> {
  const { rule, start } = plan.recurrence;
  const known = rhythmOfRule(rule, start);
  return {
    ...{ title: plan.title, message: plan.message, services: plan.serviceSlugs },
    start: fieldTime(next.start, timeZone),
    end: fieldTime(next.end, timeZone),
    repeat: known?.rhythm ?? "own",
    rule: known === null ? rule : "",
    until: known?.until ?? "",
  };
}
