/**
 * Looks at planned work before anybody publishes it: which promises on windows each of its times would break, and what it would do to every
 * customer's month. Nothing is stored.
 */
import type { BrokenRule } from "../domain/sla/promise/window-judgement.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import type { Engine } from "./draft-cycle.ts";
import { readCoveringContracts, windowJudge } from "./judge-window.ts";
import { type TouchedMonth, whatIf } from "./what-if.ts";

/** Work that somebody thinks of. */
export interface ThoughtOfWork {
  serviceSlugs: string[];
  /** At least one, in order. */
  times: Interval[];
  /** Its services are taken to be down for its whole length. */
  isDown: boolean;
  /** References of windows that it would take the place of. */
  instead: readonly string[];
}

export interface MaintenanceCheck {
  windows: (Interval & { broken: BrokenRule[] })[];
  months: TouchedMonth[];
}

/** @throws InvalidInput invalid_maintenance, unknown_service */
export async function checkMaintenance(
  db: Database,
  engine: Engine,
  { serviceSlugs, times, isDown, instead }: ThoughtOfWork,
  now: Instant,
): Promise<MaintenanceCheck> {
  const [first, ...further] = times;
  const agreed = await readCoveringContracts(db, serviceSlugs);
  const overlay = {
    kind: "maintenance" as const,
    services: serviceSlugs,
    isDown,
    further,
    instead,
    ...first!,
  };
  const months = await whatIf(db, engine, overlay, now, agreed);
  const judge = await windowJudge(db, { from: first!.start, serviceSlugs, leaving: instead, agreed });
  const windows = times.map((time) => ({ ...time, broken: judge({ ...time, serviceSlugs }, now) }));
  return { windows, months };
}
