/**
 * A month of a service in words: percentage, downtime with bounds, what is left of the budget, the verdict. Every figure comes from
 * domain/sla; here it only gets its unit and its sentence.
 */
import type { Commitment } from "../../domain/sla/measure/commitment.ts";
import { ceil } from "../../domain/sla/figures/exact.ts";
import {
  monthlyUptime,
  type MonthUptime,
  type WatchedService,
} from "../../domain/sla/measure/monthly-uptime.ts";
import { type BillingCycle, cycleContaining, previousCycle } from "../../domain/time/billing-cycle.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { formatDuration, formatInstant, formatNumber, formatPercent } from "../format.ts";
import type { PageContext } from "./markup.ts";

/** A month of one service, ready to be read. */
export interface MonthFigure {
  /** "2026-11". */
  label: string;
  /** "November 2026", or its days where the cycle does not start on the first. */
  name: string;
  /** "99.992", truncated; null when nothing was measured. */
  percent: string | null;
  /** "between 99.857 % and 99.996 %" where unmeasured time leaves it open; else empty. */
  bounds: string;
  /** The same for the edges of outages. */
  edges: string;
  /** "98.214 %", the measured share of the time; empty when all of it was. */
  coverage: string;
  /** "4 min 12 s"; "none". */
  downtime: string;
  /** "8 s of 4 min 19 s left" as its parts; null without a target or without data. */
  budget: { left: string; allowed: string; spent: string; isOver: boolean; usedShare: number } | null;
  verdict: MonthUptime["verdict"];
  verdictWord: string;
  /** Why the verdict has to be read with care; empty when it stands. */
  doubt: string;
}

/** A month as one cell of a table. */
export type MonthCell = Pick<MonthFigure, "label" | "percent" | "verdict"> & {
  /** Whether time that was not measured could change the figure. */
  isOpen: boolean;
};

/** All months of a service, the running one last. */
export function monthFigures(
  service: WatchedService,
  commitment: Commitment,
  context: PageContext,
): MonthFigure[] {
  return monthsOf(service, commitment, context.now).map((month) => toFigure(month, commitment, context));
}

/** What is over of each service as it was measured: measured anew, it is another one. */
const over = new WeakMap<
  WatchedService,
  { commitment: Commitment; months: MonthUptime[]; running: BillingCycle }
>();

/** All months, the running one last; those that are over are computed once. */
function monthsOf(service: WatchedService, commitment: Commitment, now: Instant): MonthUptime[] {
  const kept = over.get(service);
  if (kept?.commitment === commitment && now >= kept.running.start && now < kept.running.end) {
    return [...kept.months, ...monthlyUptime(service, commitment, now, new Map(), kept.running)];
  }
  const months = monthlyUptime(service, commitment, now);
  if (service.archivedAt === null) {
    const running = cycleContaining(now, commitment);
    over.set(service, { commitment, months: months.slice(0, -1), running });
  }
  return months;
}

/** The same for a page of many services: the running month in full, each month as a cell. */
export function monthCells(
  service: WatchedService,
  commitment: Commitment,
  context: PageContext,
): { month: MonthFigure; months: MonthCell[] } {
  const months = monthsOf(service, commitment, context.now);
  return {
    month: toFigure(months.at(-1)!, commitment, context),
    months: months.map(({ label, percent, verdict, bounds }) => ({
      label,
      percent: percent === null ? null : formatNumber(pagePercent(percent), context.language),
      verdict,
      isOpen: percent !== null && between(bounds, context) !== "",
    })),
  };
}

/** The labels of the last `count` cycles up to the running one, oldest first. */
export function lastCycles(
  commitment: Commitment,
  count: number,
  context: PageContext,
): { label: string; short: string; name: string }[] {
  const cycles = [cycleContaining(context.now, commitment)];
  while (cycles.length < count) {
    cycles.push(previousCycle(cycles.at(-1)!, commitment));
  }
  return cycles.reverse().map((cycle) => ({
    label: cycle.label,
    short: formatInstant(cycle.start, "shortMonth", commitment.timeZone, context.language),
    name: cycleName(cycle, commitment, context),
  }));
}

/** Decimals of a percentage on pages, and in the arithmetic and in reports. */
export const pageDecimals = 3;
export const reportDecimals = 6;

/** A percentage of the arithmetic as the page prints it: cut. */
export function pagePercent(percent: string): string {
  return percent.slice(0, pageDecimals - reportDecimals);
}

function toFigure(month: MonthUptime, commitment: Commitment, context: PageContext): MonthFigure {
  const { language } = context;
  const { say } = language;
  const hasData = month.percent !== null;
  const downMs = ceil(month.rawDownMs);
  return {
    label: month.label,
    name: cycleName(month.period, commitment, context),
    percent: month.percent === null ? null : formatNumber(pagePercent(month.percent), language),
    bounds: hasData ? between(month.bounds, context) : "",
    edges: hasData ? between(month.edges, context) : "",
    coverage:
      ceil(month.unknownMs) > 0 && month.coveragePercent !== null
        ? formatPercent(pagePercent(month.coveragePercent), language)
        : "",
    downtime: downMs > 0 ? formatDuration(downMs, language) : say("month.noDowntime"),
    budget:
      month.budget === null || !hasData
        ? null
        : {
            left: formatDuration(month.budget.leftMs, language),
            allowed: formatDuration(month.budget.allowedMs, language),
            spent: formatDuration(month.budget.spentMs, language),
            isOver: month.budget.leftMs < 0,
            usedShare: Math.min(100, Math.floor(Number(month.budget.burnPercent ?? "100"))),
          },
    verdict: month.verdict,
    verdictWord: say(`verdict.${month.verdict}`),
    doubt: month.edgesDecide
      ? say("month.edgesDecide")
      : hasData && month.sensitiveToUnknown
        ? say("month.sensitive")
        : "",
  };
}

/** Both ends of a pair of bounds, where they differ in the digits that are shown. */
function between({ low, high }: MonthUptime["bounds"], { language }: PageContext): string {
  if (low === null || high === null || pagePercent(low) === pagePercent(high)) {
    return "";
  }
  return language.say("month.between", {
    low: formatPercent(pagePercent(low), language),
    high: formatPercent(pagePercent(high), language),
  });
}

/** A cycle in words: its month, or its first and last day where it does not begin on the first. */
export function cycleName(
  period: { start: number; end: number },
  commitment: Commitment,
  { language }: PageContext,
): string {
  const { timeZone } = commitment;
  return commitment.anchorDay === 1
    ? formatInstant(period.start, "month", timeZone, language)
    : `${formatInstant(period.start, "day", timeZone, language)} – ${formatInstant(period.end - 1, "date", timeZone, language)}`;
}
