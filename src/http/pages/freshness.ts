/**
 * How old the page's facts are, and the admission when they are older than they should be. For every page that shows a state.
 */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { formatDuration } from "../format.ts";
import { sayMarkup, shortTimeMarkup, timeMarkup, type Markup, type PageContext } from "./markup.ts";

/** How fresh the page is. */
export interface Freshness {
  /** "Last checked 14:02"; empty before the first sample. */
  checked: Markup;
  /** That the database is away, or samples are missing, and since when; empty when all is fresh. */
  warning: Markup;
}

/** Samples older than this, while the page is being served, are worth a warning. */
const staleAfterMs = 120_000;

/** How fresh the board is at the instant of the page. */
export function freshness(board: StatusBoard, context: PageContext): Freshness {
  const { language, now } = context;
  const latest = Math.max(...board.services.map(({ lastSampleAt }) => lastSampleAt ?? -Infinity));
  const checked =
    latest === -Infinity
      ? { html: "" }
      : sayMarkup(language, "fresh.checked", { at: timeMarkup(latest, "clock", context) });
  if (board.databaseAwaySince !== null) {
    return {
      checked,
      warning: sayMarkup(language, "fresh.databaseAway", {
        since: shortTimeMarkup(board.databaseAwaySince, context),
        at: shortTimeMarkup(board.at, context),
      }),
    };
  }
  const shortest = Math.min(
    ...board.services.flatMap(({ checks }) => checks.map(({ intervalMs }) => intervalMs)),
  );
  const age = now - latest;
  const isStale = latest !== -Infinity && age > Math.max(staleAfterMs, 3 * shortest);
  return {
    checked,
    warning: isStale
      ? sayMarkup(language, "fresh.stale", { age: formatDuration(age, language) })
      : { html: "" },
  };
}
