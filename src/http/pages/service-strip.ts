/**
 * The last days of a service on a page: their bars, and the words of those on which something was. What is over is told once: until the service
 * is measured anew, something is said of it, or the day ends, a page that is printed again finds it as it was. From the measured timeline to
 * the line of a service.
 */
import type { Incident } from "../../domain/status/incident.ts";
import type { MaintenanceWindow } from "../../domain/status/maintenance-window.ts";
import { eventfulDays, type ServiceDay } from "../../domain/status/service-day.ts";
import type { MeasuredService } from "../../domain/status/service.ts";
import type { LocalDay } from "../../domain/time/local-day.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { barKind, barShapes, dayWords, type DayWords, type Shape } from "./bars.ts";
import type { PageContext } from "./markup.ts";

/** What people said about a service. */
export interface Said {
  incidents: readonly Incident[];
  windows: readonly MaintenanceWindow[];
}

export interface ServiceStrip {
  shapes: Shape[];
  /** The strip in one sentence, for who does not see it. */
  summary: string;
  /** Days on which something is to be told, newest first; days before the first observation are left out. */
  days: DayWords[];
}

interface KeptStrip {
  strip: ServiceStrip;
  said: Said;
  from: Instant;
  to: Instant;
  context: PageContext;
}

/** By service as it was measured: measured anew, it is another one. */
const kept = new WeakMap<MeasuredService, KeptStrip>();

/** The strip of these days, which end with today. */
export function serviceStrip(
  service: MeasuredService,
  said: Said,
  days: readonly LocalDay[],
  context: PageContext,
): ServiceStrip {
  const known = kept.get(service);
  if (known !== undefined && isOf(known, said, days, context)) {
    return known.strip;
  }
  const eventful = eventfulDays(service, days, said.incidents, said.windows, context.now);
  const strip = stripOf(eventful, days, context);
  if (eventful.at(-1)?.index !== days.length - 1 && isOver(said, context.now)) {
    kept.set(service, { strip, said, from: days[0]!.start, to: days.at(-1)!.end, context });
  }
  return strip;
}

function stripOf(
  eventful: readonly ServiceDay[],
  days: readonly LocalDay[],
  context: PageContext,
): ServiceStrip {
  const told = eventful.filter(
    (day) => day.unobservedMs < day.elapsedMs || day.incidents.length > 0 || day.windows.length > 0,
  );
  return {
    shapes: barShapes(eventful, days.length),
    summary: summaryOf(eventful, days.length, context),
    days: told.map((day) => dayWords(day, days[day.index]!, context)).reverse(),
  };
}

/** Whether time alone can add nothing to what was said. */
function isOver({ incidents, windows }: Said, now: Instant): boolean {
  return (
    incidents.every(({ resolvedAt }) => resolvedAt !== null && resolvedAt <= now) &&
    windows.every(({ actualEnd, plannedEnd }) => (actualEnd ?? plannedEnd) <= now)
  );
}

function isOf(known: KeptStrip, said: Said, days: readonly LocalDay[], context: PageContext): boolean {
  return (
    known.from === days[0]!.start &&
    known.to === days.at(-1)!.end &&
    known.context.language === context.language &&
    known.context.base === context.base &&
    known.context.timeZone === context.timeZone &&
    areSame(known.said.incidents, said.incidents) &&
    areSame(known.said.windows, said.windows)
  );
}

function areSame(before: readonly object[], after: readonly object[]): boolean {
  return before.length === after.length && before.every((one, i) => one === after[i]);
}

/** "90 days: 2 with downtime, 1 degraded, 3 not fully measured." */
function summaryOf(eventful: readonly ServiceDay[], count: number, { language }: PageContext): string {
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
