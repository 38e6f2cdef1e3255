/**
 * Looks at every contract's cycle of a month: which need a person and what for, which wait for time, which can be closed, which are final.
 * What closing a month begins with, and what a week of operations counts.
 */
import { Refusal } from "../domain/errors.ts";
import { type CycleNeed, needsPerson } from "../domain/sla/close/cycle-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { type Ground, type GroundContract, lastRevision } from "./read-ground.ts";

/** How a cycle stands on its way to being final, those that need a person first. `refused`: its terms cannot be judged. */
export const cycleStandings = ["person", "refused", "time", "ready", "final"] as const;
export type CycleStanding = (typeof cycleStandings)[number];

/** A contract's cycle as it was looked at. */
export interface SurveyedCycle {
  contract: string;
  standing: CycleStanding;
  /** In the order in which they are met; none of a final cycle. */
  needs: readonly CycleNeed[];
  refusal: { code: string; message: string } | null;
}

/** Every cycle of a ground that was read, one by one, in order of contract. A refusal is told; a defect is thrown. */
export async function* surveyCycles(
  db: Database,
  ground: Ground,
  engine: Engine,
  now: () => Instant,
): AsyncGenerator<SurveyedCycle> {
  for (const of of ground.contracts.values()) {
    yield lastRevision(of) > 0
      ? { contract: of.slug, standing: "final", needs: [], refusal: null }
      : await open(db, ground, of, engine, now());
  }
}

async function open(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<SurveyedCycle> {
  const contract = of.slug;
  if (now <= of.period.start) {
    const needs: CycleNeed[] = [{ need: "cycle_end", at: of.period.end }];
    return { contract, standing: "time", needs, refusal: null };
  }
  try {
    const { needs } = await draftCycle(db, ground, of, engine, now);
    return { contract, standing: openStanding(needs), needs, refusal: null };
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    const { code, message } = error;
    return { contract, standing: "refused", needs: [], refusal: { code, message } };
  }
}

/** How a cycle stands that can be judged and is not final. */
export function openStanding(needs: readonly CycleNeed[]): CycleStanding {
  return needs.some(needsPerson) ? "person" : needs.length > 0 ? "time" : "ready";
}
