/**
 * Closings of whole months that run in this server while whoever began them looks elsewhere. How far each is stands in the store, for
 * every server to tell; what was refused on the way is remembered here until the next closing of that month.
 */
import { type ClosingProgress, closeMonth } from "../actions/close-month.ts";
import type { ReportOffice } from "../actions/issue-report.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";

/** What became of a closing that was begun here. */
export interface ClosingOutcome {
  /** Contracts that were refused, and why. */
  refused: { contract: string; message: string }[];
  /** It broke off by a defect, which was logged. */
  broken: boolean;
}

export interface MonthClosings {
  /**
   * Begins to close every contract of the month that can be closed; answers once it is begun.
   *
   * @throws Conflict closing_under_way, month_open
   */
  begin(label: string, author: string): Promise<void>;
  /** What became of the latest one that was begun here; undefined: none was. */
  outcomeOf(label: string): ClosingOutcome | undefined;
  /** Resolves when none runs any more. */
  settled(): Promise<void>;
  /** Lets each finish the report it is at, and no further. */
  stop(): Promise<void>;
}

export interface MonthClosingDeps {
  db: Database;
  office: ReportOffice;
  now(): Instant;
  /** A closing broke off: told once. */
  failed(error: unknown, label: string): void;
}

/** Whoever begins a closing is shown how far it is first: what all contracts are judged on is much to read, and would stand in the way. */
const answeredWithinMs = 100;

export function openMonthClosings({ db, office, now, failed }: MonthClosingDeps): MonthClosings {
  const outcomes = new Map<string, ClosingOutcome>();
  const running = new Set<Promise<void>>();
  let stopping = false;

  async function finish(
    label: string,
    first: IteratorResult<ClosingProgress, void>,
    steps: AsyncGenerator<ClosingProgress, void>,
  ): Promise<void> {
    const outcome: ClosingOutcome = { refused: [], broken: false };
    outcomes.set(label, outcome);
    try {
      await new Promise((resolve) => setTimeout(resolve, answeredWithinMs));
      for (let next = first; !next.done && !stopping; next = await steps.next()) {
        if (next.value.step === "refused") {
          const { contract, message } = next.value;
          outcome.refused.push({ contract, message });
        }
        // Readers of pages are answered between one report and the next.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await steps.return();
    } catch (error) {
      outcome.broken = true;
      failed(error, label);
    }
  }

  return {
    async begin(label, author) {
      const steps = closeMonth(db, office, { label, author }, now);
      // The first step is waited for, so that a refusal is answered as one.
      const run = finish(label, await steps.next(), steps);
      running.add(run);
      void run.finally(() => running.delete(run));
    },
    outcomeOf: (label) => outcomes.get(label),
    async settled() {
      await Promise.all(running);
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}
