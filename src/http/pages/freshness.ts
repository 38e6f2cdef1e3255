/**
 * How old the page's facts are, and the admission when they are older than they should be. For every page that shows a state.
 */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { formatDuration } from "../format.ts";
import { sayMarkup, timeMarkup, type Markup, type PageContext, spokenTimeMarkup } from "./markup.ts";

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
        since: spokenTimeMarkup(board.databaseAwaySince, context),
        at: spokenTimeMarkup(board.at, context),
      }),
    };
  }
  const stale = staleSince(board, now);
  return {
    checked,
    warning:
      stale === null
        ? { html: "" }
        : sayMarkup(language, "fresh.stale", { age: formatDuration(now - stale, language) }),
  };
}

/** The instant of the latest measurement when it is too old to speak of now; null while it is fresh, or there never was one. */
export function staleSince({ services }: StatusBoard, now: Instant): Instant | null {
  const latest = Math.max(...services.map(({ lastSampleAt }) => lastSampleAt ?? -Infinity));
  const shortest = Math.min(...services.flatMap(({ checks }) => checks.map(({ intervalMs }) => intervalMs)));
  return latest !== -Infinity && now - latest > Math.max(staleAfterMs, 3 * shortest) ? latest : null;
}
