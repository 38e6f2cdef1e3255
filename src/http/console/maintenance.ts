/** /console/maintenance: what goes on, what is to come, what comes again, and what is over, page by page. */
import type { Hono } from "hono";
import { isSeriesOver, nextWindows } from "../../domain/status/maintenance-series.ts";
import { advanceWindow, type MaintenanceWindow } from "../../domain/status/maintenance-window.ts";
import { listSeries } from "../../store/maintenance-series.ts";
import { listWindowsOver, listWindowsSince } from "../../store/maintenance-windows.ts";
import { listJudgements } from "../../store/window-judgements.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { partAt, recurrenceWords, whenMarkup, windowRow } from "./maintenance-words.ts";
import { consoleContext, type ConsoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const pastAtOnce = 25;

/** Adds the list. */
export function addMaintenance(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/maintenance", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const { now, base, language } = context;
    const isOver = (window: MaintenanceWindow) =>
      ["completed", "cancelled"].includes(advanceWindow(window, now).state);
    const recent = await listWindowsSince(deps.db, now);
    const standing = recent.filter((window) => !isOver(window));
    const wanted = Number(c.req.query("page") ?? 1);
    const page = Number.isInteger(wanted) && wanted >= 1 ? wanted : 1;
    const past = await listWindowsOver(deps.db, { offset: (page - 1) * pastAtOnce, limit: pastAtOnce });
    // What the clock has just ended, before the store says so.
    const ending =
      page > 1 ? [] : recent.filter((window) => isOver(window) && !isStoredOver(window)).toReversed();
    const over = [...ending, ...past.windows];
    const shown = [...standing, ...over];
    const judgements = await listJudgements(
      deps.db,
      shown.map(({ reference }) => reference),
    );
    const titles = new Map(deps.board().services.map(({ slug, title }) => [slug, title]));
    const row = (window: MaintenanceWindow) =>
      windowRow(window, titles, judgements.get(window.reference)?.at(-1), context);
    const rows = standing.map(row);
    const model = {
      sections: [
        {
          id: "active",
          title: language.say("console.maintenance.active"),
          rows: rows.filter((one) => one.isUnderWay),
        },
        {
          id: "upcoming",
          title: language.say("console.maintenance.upcoming"),
          rows: rows.filter((one) => !one.isUnderWay),
        },
      ],
      past: over.map(row),
      paging: {
        ...{ page, pages: Math.ceil(past.total / pastAtOnce) },
        address: (to: number) => `${base}/maintenance?page=${to}#past`,
      },
      series: (await listSeries(deps.db)).map((series) => seriesRow(series, context)),
      mayPlan: context.scopes.has("write:maintenance"),
    };
    const head = { title: language.say("console.maintenance.title"), path: "/maintenance" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/maintenance", model: shell, status: 200 });
  });
}

function isStoredOver({ state }: MaintenanceWindow): boolean {
  return state === "completed" || state === "cancelled";
}

function seriesRow(series: Awaited<ReturnType<typeof listSeries>>[number], context: ConsoleContext) {
  const { now, base, language } = context;
  const part = partAt(series, now);
  const next = nextWindows(series, now)[0];
  return {
    ...{ reference: series.reference, title: part.title },
    address: `${base}/maintenance/series/${series.reference}`,
    recurrence: recurrenceWords(part.recurrence, context),
    isOver: isSeriesOver(series, now),
    next: next === undefined ? null : whenMarkup(next, context),
    nextWord: language.say("console.series.next"),
  };
}
