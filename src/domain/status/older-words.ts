/**
 * What people said longer ago than a board remembers: its addresses stand in mails, reports and feeds, and are kept for good. Which words are
 * missing for an address is asked here; who has them lays them beside the board, and everything that tells of a board tells of them.
 */
import type { Instant, Interval } from "../time/interval.ts";
import type { Incident } from "./incident.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import type { PageSight } from "./page.ts";
import type { StatusBoard } from "./status-board.ts";

/** One incident or window by its reference, or all that touch a stretch of time. */
export type OlderAsked =
  | { kind: "incident"; reference: string }
  | { kind: "window"; reference: string }
  | { kind: "stretch"; stretch: Interval };

export interface OlderWords {
  incidents: Incident[];
  windows: MaintenanceWindow[];
  /** When the first of all incidents and windows that there ever were began; null: it was not asked for, or there are none. */
  firstAt: Instant | null;
}

/** Those that a page may show: who makes up the reference of what is for others finds nothing. */
export function wordsInSight({ incidents, windows, firstAt }: OlderWords, sight: PageSight): OlderWords {
  return {
    incidents: incidents.flatMap((incident) => sight.incident(incident) ?? []),
    windows: windows.flatMap((window) => sight.window(window) ?? []),
    firstAt,
  };
}

export const noOlderWords: OlderWords = { incidents: [], windows: [], firstAt: null };

/** The board with these words in their places; what it tells itself is newer and stays. */
export function withOlderWords<Board extends StatusBoard>(
  board: Board,
  { incidents, windows, firstAt }: OlderWords,
): Board {
  const known = new Set([...board.incidents, ...board.windows].map(({ reference }) => reference));
  const isNew = ({ reference }: { reference: string }) => !known.has(reference);
  return {
    ...board,
    incidents: [...board.incidents, ...incidents.filter(isNew)].sort((a, b) => b.startedAt - a.startedAt),
    windows: [...windows.filter(isNew), ...board.windows].sort((a, b) => a.plannedStart - b.plannedStart),
    ...(firstAt === null ? {} : { saidSince: firstAt }),
  };
}
