/**
 * Pages of what was said longer ago than the board remembers: their words are asked of whoever keeps them, once, and kept for a while. Only
 * addresses that could be such pages ask, few at a time, so that whoever makes addresses up costs a handful of small questions.
 */
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { type OlderAsked, type OlderWords, withOlderWords } from "../../domain/status/older-words.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { commitmentOf } from "./conditions.ts";

export interface OlderWordsSource {
  /** What this audience may see of them. */
  olderWords(asked: OlderAsked): Promise<OlderWords>;
  onError(error: unknown): void;
}

export interface KeptOlderWords {
  /** Ends when the words of a path are at hand; null: they are, or it is none of old words. */
  first(path: string, board: StatusBoard, now: Instant): Promise<void> | null;
  /** The board with the words of a path beside its own, and when they were read; as it is where there are none. */
  beside<Board extends StatusBoard>(path: string, board: Board): { board: Board; readAt: Instant | null };
  /** Whether the words of a path could not be had just now: whether there are any is not known. */
  isMissing(path: string): boolean;
}

/** So long words are told as they were read: they are corrected hardly ever. */
const freshForMs = 60_000;
/** So soon it is tried again where nobody answered. */
const triedAgainMs = 5_000;
const pathsKept = 500;
const readsAtOnce = 4;
const readsWaiting = 100;

interface Kept {
  /** Null: they could not be had. */
  words: OlderWords | null;
  readAt: Instant;
}

export function keepOlderWords(source: OlderWordsSource): KeptOlderWords {
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = async (): Promise<void> => {
    if (running >= readsAtOnce) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
  };
  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      running--;
    } else {
      next();
    }
  };

  /** What was at hand goes on being told where nothing came; of too many paths the oldest is forgotten. */
  const keep = (path: string, words: OlderWords | null, readAt: Instant): void => {
    const stood = kept.get(path)?.words ?? null;
    kept.delete(path);
    kept.set(path, { words: words ?? stood, readAt });
    if (kept.size > pathsKept) {
      kept.delete(kept.keys().next().value!);
    }
  };

  const read = async (path: string, asked: OlderAsked, now: Instant): Promise<void> => {
    await turn();
    let words: OlderWords | null = null;
    try {
      words = await source.olderWords(asked);
    } catch (error) {
      source.onError(error);
    }
    done();
    keep(path, words, now);
  };

  return {
    first(path, board, now) {
      const known = kept.get(path);
      const freshFor = known?.words === null ? triedAgainMs : freshForMs;
      if (known !== undefined && now - known.readAt < freshFor) {
        return null;
      }
      const asked = olderAsked(path, board);
      if (asked === null) {
        return null;
      }
      let coming = reading.get(path);
      if (coming === undefined) {
        if (waiting.length >= readsWaiting) {
          keep(path, null, now);
          return null;
        }
        coming = read(path, asked, now).finally(() => reading.delete(path));
        reading.set(path, coming);
      }
      return coming;
    },
    beside(path, board) {
      const known = kept.get(path);
      return known?.words == null
        ? { board, readAt: null }
        : { board: withOlderWords(board, known.words), readAt: known.readAt };
    },
    isMissing: (path) => kept.get(path)?.words === null,
  };
}

/** What a path needs beside the board; null: nothing. */
function olderAsked(path: string, board: StatusBoard): OlderAsked | null {
  const [, kind, name = ""] =
    /^\/(incidents|maintenance|history)\/([A-Z]{3}-\d{4}-\d{4,9}|\d{4}-(?:0[1-9]|1[0-2]))(?:\.ics)?$/.exec(
      path,
    ) ?? [];
  switch (kind) {
    case "incidents":
      return board.incidents.some(
        ({ reference, parts }) => reference === name || parts.some((part) => part.reference === name),
      )
        ? null
        : { kind: "incident", reference: name };
    case "maintenance":
      return board.windows.some(({ reference }) => reference === name)
        ? null
        : { kind: "window", reference: name };
    case "history": {
      if (!/^\d{4}-\d{2}$/.test(name)) {
        return null;
      }
      const { start, end } = cycleOf(name, commitmentOf(board));
      // The first month that is told whole leads on to those before it.
      return board.wordsSince !== undefined && start <= board.wordsSince
        ? { kind: "stretch", stretch: { start, end } }
        : null;
    }
    default:
      return null;
  }
}
