/**
 * The page of one service: its state, its ninety days, its months, outages with their bounds, response times, checks and incidents.
 */
import { outageInterval } from "../../domain/monitoring/outage.ts";
import { worstState } from "../../domain/status/service.ts";
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import { localDayOf, localDaysBefore } from "../../domain/time/local-day.ts";
import { formatDuration, formatPercent } from "../format.ts";
import { behindOf, commitmentOf, conditionsOf, openIncidents, saidOf } from "./conditions.ts";
import { freshness, staleSince, type Freshness } from "./freshness.ts";
import { headline, type Headline } from "./headline.ts";
import { shortTimeMarkup, type Markup, type PageContext } from "./markup.ts";
import { monthFigures, type MonthFigure } from "./month-figure.ts";
import { type ResponseView, responseView } from "./response-view.ts";
import { serviceRow, type ServiceRow } from "./service-row.ts";
import { daysShown, type Span, type SpanLink, spanLinks } from "./spans.ts";
import { incidentStory, maintenanceStory, type IncidentStory, type MaintenanceStory } from "./story.ts";

export interface OutageLine {
  check: string;
  start: Markup;
  length: string;
  bounds: string;
  /** How far the clocks that saw it were off, when that widened the bounds; else empty. */
  clocks: string;
}

/** Time that was judged anew. */
export interface CorrectionLine {
  reference: string;
  start: Markup;
  length: string;
  /** What it counts as. */
  stateWord: string;
  reason: string;
}

export interface CheckLine {
  title: string;
  kind: string;
  every: string;
  stateWord: string;
  state: string;
  trouble: string;
  informsOnly: boolean;
}

export interface ServicePage {
  headline: Headline;
  description: string;
  freshness: Freshness;
  row: ServiceRow;
  /** All of them, newest first. */
  months: MonthFigure[];
  target: string;
  open: IncidentStory[];
  planned: MaintenanceStory[];
  incidents: IncidentStory[];
  outages: OutageLine[];
  /** Those in force, newest time first. */
  corrections: CorrectionLine[];
  checks: CheckLine[];
  responses: ResponseView;
  /** "2026-11-22", the day of the last bar. */
  today: string;
  /** Days that the strip shows, and the choice there is. */
  span: Span;
  spans: SpanLink[];
  /** Outages of so many days are listed. */
  outageDays: number;
}

const outagesShown = 50;

/** `slug` is on the board. */
export function servicePage(
  board: StatusBoard,
  slug: string,
  times: readonly ResponseTime[],
  context: PageContext,
  span: Span = null,
): ServicePage {
  const { language, now } = context;
  const service = board.services.find((one) => one.slug === slug)!;
  const commitment = commitmentOf(board);
  const condition = conditionsOf(board, now).get(slug)!;
  const days = localDaysBefore(now, span ?? daysShown, context.timeZone);
  const outageDays = Math.max(days.length, daysShown);
  const outagesFrom = localDaysBefore(now, outageDays, context.timeZone)[0]!.start;
  const services = new Map(board.services.map((one) => [one.slug, one]));
  const isAffected = ({ impacts }: StatusBoard["incidents"][number]): boolean =>
    impacts.some(({ serviceSlug }) => serviceSlug === slug);
  return {
    headline: headline(
      [{ service, condition }],
      staleSince({ ...board, services: [service] }, now),
      context,
      false,
    ),
    description: service.description,
    freshness: freshness({ ...board, services: [service] }, context),
    row: serviceRow(
      service,
      condition,
      saidOf(board, days[0]!.start)(slug),
      behindOf(board, context)(slug),
      days,
      commitment,
      context,
    ),
    months: monthFigures(service, commitment, context).reverse(),
    target: commitment.target === null ? "" : formatPercent(commitment.target.percent, language),
    open: openIncidents(board)
      .filter(isAffected)
      .map((incident) => incidentStory(incident, services, context)),
    planned: board.windows
      .filter((window) => window.serviceSlugs.includes(slug))
      .filter(({ state }) => state !== "completed" && state !== "cancelled")
      .map((window) => maintenanceStory(window, services, context)),
    incidents: board.incidents
      .filter((incident) => incident.state === "resolved" && isAffected(incident))
      .map((incident) => incidentStory(incident, services, context)),
    outages: service.outages
      .filter(({ end }) => end === null || end > outagesFrom)
      .slice(-outagesShown)
      .reverse()
      .map((outage) => {
        const observed = { start: service.observedFrom ?? outage.start, end: now };
        const length = (figure: "lower" | "observed" | "upper"): string => {
          const { start, end } = outageInterval(outage, figure, observed);
          return formatDuration(end - start, language);
        };
        return {
          check: outage.checkSlug,
          start: shortTimeMarkup(outage.start, context),
          length:
            outage.end === null
              ? `${length("observed")}, ${language.say("service.outageOpen")}`
              : length("observed"),
          bounds: `${length("lower")} – ${length("upper")}`,
          clocks:
            outage.uncertaintyMs === undefined
              ? ""
              : language.say("service.clocks", { time: formatDuration(outage.uncertaintyMs, language) }),
        };
      }),
    corrections: (service.corrections ?? [])
      .toSorted((a, b) => b.start - a.start)
      .slice(0, outagesShown)
      .map(({ id, start, end, state, reason }) => ({
        reference: id,
        start: shortTimeMarkup(start, context),
        length: formatDuration(end - start, language),
        stateWord: language.say(`reading.${state}`),
        reason,
      })),
    checks: service.checks.map((check) => ({
      title: check.slug,
      kind: check.kind,
      every: language.say("service.every", { time: formatDuration(check.intervalMs, language) }),
      stateWord: language.say(`reading.${check.reading}`),
      state: worstState([readingMarks[check.reading]]),
      trouble: check.trouble ?? "",
      informsOnly: !check.counts,
    })),
    responses: responseView(times, context),
    today: localDayOf(now, context.timeZone).date,
    ...{ span, spans: spanLinks(`/services/${slug}`, span, context), outageDays },
  };
}

const readingMarks = {
  up: "operational",
  degraded: "degraded_performance",
  down: "major_outage",
  unknown: "unknown",
} as const;
