/**
 * Cycles that have no report yet, as they would be judged now, kept in memory because a year of many contracts asks for many of them at
 * once. What is kept holds as long as nobody has said or agreed anything else (store/marks.ts), and never longer than a short while, because
 * measuring goes on; each says when it was computed, and pages say it too.
 */
import { type CycleDraft, draftCycle, type Engine } from "../../actions/draft-cycle.ts";
import { readGround } from "../../actions/read-ground.ts";
import { Refusal } from "../../domain/errors.ts";
import { type CycleNeed, needsPerson } from "../../domain/sla/close/cycle-state.ts";
import type { Verdict } from "../../domain/sla/measure/availability.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";

/** A cycle as far as lists tell it. */
export interface KeptDraft {
  verdict: Verdict;
  percent: string | null;
  creditMinor: number | null;
  currency: string | null;
  /** What it waits for, in the order in which that is met. */
  needs: readonly CycleNeed[];
  /** Why it cannot be judged; null: it can. */
  refusal: string | null;
  draftedAt: Instant;
}

/** A cycle that has begun and has no report. */
export interface OpenCycle {
  contract: string;
  label: string;
  /** End of the cycle, clipped to the contract. */
  end: Instant;
}

export interface KeptDrafts {
  /** All of these, none older than is allowed: computes what is not at hand. By `keyOf`. */
  take(wanted: readonly OpenCycle[], mark: string, now: Instant): Promise<ReadonlyMap<string, KeptDraft>>;
  /** Those of these that are at hand, though something may have changed since; `missing`: so many are not, or are too old. */
  peek(
    wanted: readonly OpenCycle[],
    mark: string,
    now: Instant,
  ): { known: ReadonlyMap<string, KeptDraft>; missing: number };
  /** Computes what is missing of these in the background, unless that is being done. */
  lookSoon(wanted: readonly OpenCycle[], mark: string, now: Instant): void;
}

export interface KeptDraftsSource {
  db: Database;
  engine: Engine;
  now(): Instant;
  onError(error: unknown): void;
}

/** A running cycle moves on with every round; one that is over only when something comes late. */
const runningForMs = 60_000;
const overForMs = 600_000;
const keptAtMost = 50_000;
/** How many contracts share a ground in the background, so that requests get their turn in between. */
const atOnce = 100;

export function keyOf({ contract, label }: Pick<OpenCycle, "contract" | "label">): string {
  return `${label} ${contract}`;
}

export function keepDrafts(source: KeptDraftsSource): KeptDrafts {
  const kept = new Map<string, KeptDraft & { mark: string }>();
  let looking: Promise<void> | null = null;

  const isFresh = (cycle: OpenCycle, mark: string, now: Instant): boolean => {
    const draft = kept.get(keyOf(cycle));
    const isOver = cycle.end <= now;
    return (
      draft !== undefined &&
      draft.mark === mark &&
      isOver === cycle.end <= draft.draftedAt &&
      now - draft.draftedAt < (isOver ? overForMs : runningForMs)
    );
  };

  const compute = async (cycles: readonly OpenCycle[], mark: string): Promise<void> => {
    if (kept.size > keptAtMost) {
      kept.clear();
    }
    for (const [label, some] of Map.groupBy(cycles, (one) => one.label)) {
      const ground = await readGround(source.db, label, { contracts: some.map(({ contract }) => contract) });
      for (const [contract, of] of ground.contracts) {
        const now = source.now();
        const draft = await draftCycle(source.db, ground, of, source.engine, now)
          .then((one) => told(one, now))
          .catch((error: unknown) => untold(error, now));
        kept.set(keyOf({ contract, label }), { ...draft, mark });
      }
    }
  };

  const look = async (cycles: readonly OpenCycle[], mark: string): Promise<void> => {
    for (let i = 0; i < cycles.length; i += atOnce) {
      await compute(cycles.slice(i, i + atOnce), mark);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const pick = (wanted: readonly OpenCycle[]) =>
    new Map(
      wanted.flatMap((cycle) => {
        const draft = kept.get(keyOf(cycle));
        return draft === undefined ? [] : [[keyOf(cycle), draft] as const];
      }),
    );

  return {
    async take(wanted, mark, now) {
      const stale = wanted.filter((cycle) => !isFresh(cycle, mark, now));
      await compute(stale, mark);
      return pick(wanted);
    },
    peek(wanted, mark, now) {
      const stale = wanted.filter((cycle) => !isFresh(cycle, mark, now));
      return { known: pick(wanted), missing: stale.length };
    },
    lookSoon(wanted, mark, now) {
      const stale = wanted
        .filter((cycle) => !isFresh(cycle, mark, now))
        .sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
      looking ??= look(stale, mark)
        .catch(source.onError)
        .finally(() => {
          looking = null;
        });
    },
  };
}

function told({ report, needs }: CycleDraft, draftedAt: Instant): KeptDraft {
  const { verdict, percent, credit_minor: creditMinor, currency } = report.result;
  return { verdict, percent, creditMinor, currency, needs, refusal: null, draftedAt };
}

/** A contract whose terms cannot be judged must not hide the others; a defect is none of its doing. */
function untold(error: unknown, draftedAt: Instant): KeptDraft {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  const nothing = { verdict: "no_data" as const, percent: null, creditMinor: null, currency: null };
  return { ...nothing, needs: [], refusal: error.message, draftedAt };
}

/** Whether somebody has to do something about it before it can be final. */
export function waitsForPerson({ needs, refusal }: KeptDraft): boolean {
  return refusal !== null || needs.some(needsPerson);
}
