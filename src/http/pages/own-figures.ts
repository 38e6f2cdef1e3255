/**
 * A customer's own figures on the page of an audience: this month against their own contracts, what is left, and the months that are
 * closed, as the portal says them. Read once for all readers of a customer in a language, kept for a moment, and told on while the
 * database is away, with their age. Between the portal's words and the page.
 */
import type { Instant } from "../../domain/time/interval.ts";
import type { Language, PortalWordKey } from "../language.ts";
import type { MonthRow, RunningMonth } from "../portal/month-words.ts";

/** What the page prints of them: the portal's own rows, with addresses in the portal. */
export interface OwnFigures {
  /** The portal's words in the language of the page. */
  say: Language<PortalWordKey>["say"];
  customer: string;
  portal: string;
  running: RunningMonth[];
  cycles: MonthRow[];
  years: { title: string; address: string; months: Map<string, MonthRow> }[];
  reports: (MonthRow & { contract: string })[];
}

export interface KeptOwnFigures {
  figures: OwnFigures;
  readAt: Instant;
}

export interface OwnFiguresSource {
  /** @param code of the language that is read */
  ownFigures(code: string, now: Instant): Promise<OwnFigures>;
  onError(error: unknown): void;
}

export interface OwnFiguresKeeper {
  /** What is at hand; reads anew in the background when that is old. Null: nothing yet. */
  peek(code: string, now: Instant): KeptOwnFigures | null;
  /** Ends when the first reading has, or after a short while; null when something is at hand. */
  first(code: string, now: Instant): Promise<void> | null;
}

const freshForMs = 10_000;
const patienceMs = 2_000;

export function keepOwnFigures(source: OwnFiguresSource): OwnFiguresKeeper {
  const kept = new Map<string, KeptOwnFigures>();
  const reading = new Map<string, Promise<void>>();
  const triedAt = new Map<string, Instant>();

  const read = (code: string, now: Instant): Promise<void> => {
    let running = reading.get(code);
    if (running === undefined) {
      triedAt.set(code, now);
      running = source
        .ownFigures(code, now)
        .then((figures) => void kept.set(code, { figures, readAt: now }))
        // What was at hand stays, under the instant at which it was read.
        .catch(source.onError)
        .finally(() => reading.delete(code));
      reading.set(code, running);
    }
    return running;
  };
  const isFresh = (code: string, now: Instant) => now - (triedAt.get(code) ?? -Infinity) < freshForMs;

  return {
    peek(code, now) {
      if (!isFresh(code, now)) {
        void read(code, now);
      }
      return kept.get(code) ?? null;
    },
    first(code, now) {
      if (kept.has(code) || (isFresh(code, now) && !reading.has(code))) {
        return null;
      }
      const patience = new Promise<void>((resolve) => {
        setTimeout(resolve, patienceMs).unref();
      });
      return Promise.race([read(code, now), patience]);
    },
  };
}
