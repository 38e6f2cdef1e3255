/**
 * One line of the timetable: a service, its state in a word, its last ninety days, its month and what is left of its budget.
 */
import type { Commitment } from "../../domain/sla/measure/commitment.ts";
import type { MeasuredService, ServiceCondition, ShownState } from "../../domain/status/service.ts";
import { localDayOf, type LocalDay } from "../../domain/time/local-day.ts";
import { observedWords, stripWidth } from "./bars.ts";
import { sayMarkup, type Markup, type PageContext, spokenTimeMarkup } from "./markup.ts";
import { monthCells, type MonthCell, type MonthFigure } from "./month-figure.ts";
import { type Said, serviceStrip, type ServiceStrip } from "./service-strip.ts";

export interface ServiceRow extends ServiceStrip {
  /** How many days the strip shows, and its width in units of the drawing. */
  count: number;
  width: number;
  slug: string;
  title: string;
  address: string;
  state: ShownState;
  /** Whether there ever was a measurement, or people say something of it. */
  isMeasured: boolean;
  stateWord: string;
  /** "since 14:02"; empty when all is well. */
  since: Markup;
  /** "behind it: Gateway", with links, while another service's trouble explains this one's; else empty. */
  behind: Markup;
  /** The day of the first observation, "2026-10-12", when that lies within the strip; "9999" before there was any; else empty. */
  from: string;
  /** "Observed since 3 November" when that lies within the strip; else empty. */
  observed: Markup;
  /** The running month. */
  month: MonthFigure;
  /** All months, oldest first. */
  months: MonthCell[];
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
  const { language, base } = context;
  const isRecent = service.observedFrom === null || service.observedFrom > days[0]!.start;
  const isMeasured = service.observedFrom !== null || condition.state !== "unknown";
  const isCalm = condition.state === "operational";
  return {
    slug: service.slug,
    title: service.title,
    address: `${base}/services/${service.slug}`,
    state: condition.state,
    isMeasured,
    stateWord: language.say(isMeasured ? `state.${condition.state}` : "state.notYet"),
    since:
      isCalm || condition.since === null
        ? { html: "" }
        : sayMarkup(language, "story.sinceShort", { since: spokenTimeMarkup(condition.since, context) }),
    behind,
    ...{ count: days.length, width: stripWidth(days.length) },
    ...serviceStrip(service, said, days, context),
    from: !isRecent
      ? ""
      : service.observedFrom === null
        ? "9999"
        : localDayOf(service.observedFrom, context.timeZone).date,
    observed: isRecent ? observedWords(service.observedFrom, context) : { html: "" },
    ...monthCells(service, commitment, context),
  };
}
