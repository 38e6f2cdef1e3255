/**
 * Lets the windows of a series follow its plan: those that are to come are moved to what it says now or called off, and what is next and
 * not announced yet is announced. What people moved or called off alone stays as they left it.
 */
import type { BrokenRule } from "../domain/sla/promise/window-judgement.ts";
import { replanWindow } from "../domain/status/maintenance-plan.ts";
import {
  type MaintenanceSeries,
  nextWindows,
  type SeriesWindow,
  windowsIn,
} from "../domain/status/maintenance-series.ts";
import { advanceWindow, cancelWindow, type MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listServiceIds } from "../store/affected-services.ts";
import type { Database } from "../store/database.ts";
import { listWindowsOfSeries } from "../store/maintenance-windows.ts";
import { addJudgement } from "../store/window-judgements.ts";
import { changeWindow } from "./change-window.ts";
import { windowJudge } from "./judge-window.ts";
import { publishWindow } from "./plan-maintenance.ts";

export interface Following {
  /** As the series stood; null: it is new. */
  before: MaintenanceSeries | null;
  /** Windows that it had at this instant or later follow the plan anew; null: none does, only what is next is announced. */
  from: Instant | null;
  /** What is told of windows that change, or do not take place. */
  message: string;
  author: string;
  /** The reason to keep beside what is broken by all of them together; refuses by throwing. */
  explain(broken: readonly BrokenRule[]): string | null;
}

const pastMs = 2 * 86_400_000;

/** The windows that were announced, in order. */
export async function followSeries(
  tx: Database,
  series: MaintenanceSeries,
  { before, from, message, author, explain }: Following,
  now: Instant,
): Promise<MaintenanceWindow[]> {
  const { reference } = series;
  const standing = (await listWindowsOfSeries(tx, reference)).filter((window) => window.series !== null);
  const wasAt = before === null ? new Map<string, Instant>() : plannedTimes(before, now);
  const following = standing.filter(
    (window) =>
      from !== null &&
      advanceWindow(window, now).state === "scheduled" &&
      (wasAt.get(window.series!.occurrence) ?? window.plannedStart) >= from,
  );
  const isMoved = (window: MaintenanceWindow) => wasAt.get(window.series!.occurrence) !== window.plannedStart;
  const pairs = pair(nextWindows(series, now), standing, following);
  const free = pairs.filter(
    ({ wanted, window }) => window !== undefined || !overlapsAny(wanted, standing, following),
  );
  const left = following.filter((window) => !free.some((one) => one.window === window));

  const replanned = free.flatMap(({ window }) =>
    window === undefined || isMoved(window) ? [] : window.reference,
  );
  const judge = await windowJudge(tx, {
    from: now,
    serviceSlugs: [...new Set(free.flatMap(({ wanted }) => wanted.plan.serviceSlugs))],
    leaving: [...replanned, ...left.map((window) => window.reference)],
  });
  const judged = free
    .filter(({ window }) => window === undefined || !isMoved(window))
    .map(({ wanted, window }) => {
      const announcedAt = window !== undefined && isSame(window, wanted) ? window.announcedAt : now;
      const work = { ...wanted, serviceSlugs: wanted.plan.serviceSlugs };
      return { wanted, window, broken: judge(work, announcedAt) };
    });
  const reason = explain(judged.flatMap(({ broken }) => broken));
  const reasonOf = (broken: readonly BrokenRule[]) => (broken.length === 0 ? null : reason);

  for (const window of left) {
    await changeWindow(tx, window.reference, author, now, (one) => ({
      ...cancelWindow(one, message, author, now),
      series: null,
    }));
  }
  for (const { wanted, window } of free) {
    if (window !== undefined && isMoved(window)) {
      await changeWindow(tx, window.reference, author, now, (one) => placed(one, reference, wanted));
    }
  }
  const announced: MaintenanceWindow[] = [];
  for (const { wanted, window, broken } of judged) {
    if (window === undefined) {
      const serviceSlugs = await standingServices(tx, wanted.plan.serviceSlugs);
      if (serviceSlugs.length > 0) {
        const { title, message: words } = wanted.plan;
        const plan = {
          title,
          message: words,
          serviceSlugs,
          plannedStart: wanted.start,
          plannedEnd: wanted.end,
        };
        const place = { author, series: { reference, occurrence: wanted.local } };
        const judgement = { broken, reason: reasonOf(broken) };
        announced.push(await publishWindow(tx, plan, place, now, () => judgement));
      }
    } else if (!isSame(window, wanted)) {
      await changeWindow(tx, window.reference, author, now, (one) =>
        placed(replanWindow(one, replanTo(wanted, message), author, now), reference, wanted),
      );
      const judgement = { broken, reason: reasonOf(broken), author, recordedAt: now };
      await addJudgement(tx, window.reference, judgement);
    }
  }
  return announced;
}

function plannedTimes(series: MaintenanceSeries, now: Instant): Map<string, Instant> {
  const soon = windowsIn(series, { start: now - pastMs, end: now });
  return new Map([...soon, ...nextWindows(series, now)].map(({ local, start }) => [local, start]));
}

/** What is wanted, each with the window that has that day already; a day that was called off alone is not wanted again. */
function pair(
  wanted: readonly SeriesWindow[],
  standing: readonly MaintenanceWindow[],
  following: readonly MaintenanceWindow[],
): { wanted: SeriesWindow; window: MaintenanceWindow | undefined }[] {
  const dayOf = (local: string) => local.slice(0, 10);
  return wanted.flatMap((one) => {
    const known = standing.find(({ series }) => dayOf(series!.occurrence) === dayOf(one.local));
    const window = known === undefined ? undefined : following.find((other) => other === known);
    return known === undefined || window !== undefined ? [{ wanted: one, window }] : [];
  });
}

/** Whether one that stays as it is lies in the way: it was moved there. */
function overlapsAny(
  { start, end }: SeriesWindow,
  standing: readonly MaintenanceWindow[],
  following: readonly MaintenanceWindow[],
): boolean {
  return standing.some(
    (window) =>
      window.state !== "cancelled" &&
      !following.includes(window) &&
      window.plannedStart < end &&
      window.plannedEnd > start,
  );
}

function isSame(window: MaintenanceWindow, { start, end, plan, local }: SeriesWindow): boolean {
  return (
    window.plannedStart === start &&
    window.plannedEnd === end &&
    window.series!.occurrence === local &&
    window.title === plan.title &&
    JSON.stringify(window.serviceSlugs.toSorted()) === JSON.stringify(plan.serviceSlugs.toSorted())
  );
}

function replanTo({ start, end, plan: { title, serviceSlugs } }: SeriesWindow, message: string) {
  return { title, message, serviceSlugs, plannedStart: start, plannedEnd: end };
}

function placed(window: MaintenanceWindow, reference: string, { local }: SeriesWindow): MaintenanceWindow {
  return window.series?.occurrence === local
    ? window
    : { ...window, series: { reference, occurrence: local } };
}

/** Of these services those that are not archived by now. */
async function standingServices(tx: Database, slugs: readonly string[]): Promise<string[]> {
  const known = await listServiceIds(tx, slugs, { standing: true });
  return slugs.filter((slug) => known.has(slug));
}
