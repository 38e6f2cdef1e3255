/**
 * One line of the timetable: a service, its state in a word, its last ninety days, its month and what is left of its budget.
 */
import type { Commitment } from "../../domain/sla/measure/commitment.ts";
import type { Incident } from "../../domain/status/incident.ts";
import type { MaintenanceWindow } from "../../domain/status/maintenance-window.ts";
import { eventfulDays } from "../../domain/status/service-day.ts";
import type { MeasuredService, ServiceCondition, ShownState } from "../../domain/status/service.ts";
import { localDayOf, type LocalDay } from "../../domain/time/local-day.ts";
import { barKind, barShapes, dayWords, observedWords, type DayWords, type Shape } from "./bars.ts";
import { sayMarkup, shortTimeMarkup, type Markup, type PageContext } from "./markup.ts";
import { monthCells, type MonthCell, type MonthFigure } from "./month-figure.ts";

export interface ServiceRow {
  slug: string;
  title: string;
  address: string;
  state: ShownState;
  stateWord: string;
  /** "since 14:02"; empty when all is well. */
  since: Markup;
  /** "behind it: Gateway", with links, while another service's trouble explains this one's; else empty. */
  behind: Markup;
  shapes: Shape[];
  /** The strip in one sentence, for who does not see it. */
  summary: string;
  /** Days on which something is to be told, newest first; days before the first observation are left out. */
  days: DayWords[];
  /** The day of the first observation, "2026-10-12", when that lies within the strip; "9999" before there was any; else empty. */
  from: string;
  /** "Observed since 3 November" when that lies within the strip; else empty. */
  observed: Markup;
  /** The running month. */
  month: MonthFigure;
  /** All months, oldest first. */
  months: MonthCell[];
}

/** What people said about a service. */
export interface Said {
  incidents: readonly Incident[];
  windows: readonly MaintenanceWindow[];
}

/** The line of a service for these days, which end with today. */
export function serviceRow(
  service: MeasuredService,
  condition: ServiceCondition,
  said: Said,
  behind: Markup,
  days: readonly LocalDay[],
  commitment: Commitment,
  context: PageContext,
): ServiceRow {
  const { language, base, now } = context;
  const eventful = eventfulDays(service, days, said.incidents, said.windows, now);
  const told = eventful.filter(
    (day) => day.unobservedMs < day.elapsedMs || day.incidents.length > 0 || day.windows.length > 0,
  );
  const isRecent = service.observedFrom === null || service.observedFrom > days[0]!.start;
  const isCalm = condition.state === "operational";
  return {
    slug: service.slug,
    title: service.title,
    address: `${base}/services/${service.slug}`,
    state: condition.state,
    stateWord: language.say(
      service.observedFrom === null && condition.state === "unknown"
        ? "state.notYet"
        : `state.${condition.state}`,
    ),
    since:
      isCalm || condition.since === null
        ? { html: "" }
        : sayMarkup(language, "story.sinceShort", { since: shortTimeMarkup(condition.since, context) }),
    behind,
    shapes: barShapes(eventful, days.length),
    summary: stripSummary(eventful, days.length, context),
    days: told.map((day) => dayWords(day, days[day.index]!, context)).reverse(),
    from: !isRecent
      ? ""
      : service.observedFrom === null
        ? "9999"
        : localDayOf(service.observedFrom, context.timeZone).date,
    observed: isRecent ? observedWords(service.observedFrom, context) : { html: "" },
    ...monthCells(service, commitment, context),
  };
}

/** "90 days: 2 with downtime, 1 degraded, 3 not fully measured." */
function stripSummary(
  eventful: ReturnType<typeof eventfulDays>,
  count: number,
  { language }: PageContext,
): string {
  let down = 0;
  let degraded = 0;
  let unmeasured = 0;
  for (const day of eventful) {
    const kind = barKind(day);
    down += kind === "down" || kind === "dented" ? 1 : 0;
    degraded += kind === "degraded" ? 1 : 0;
    unmeasured += kind === "before" || kind === "hollow" || kind === "part" ? 1 : 0;
  }
  return language.say("strip.summary", { n: count, down, degraded, unmeasured });
}
