/**
 * Looks at every contract's cycle of a month: which need a person and what for, which wait for time, which can be closed and what would be
 * issued, which are final. What closing a month begins with, and what people look at before.
 */
import { Refusal } from "../domain/errors.ts";
import { type CycleNeed, needsPerson } from "../domain/sla/close/cycle-state.ts";
import type { Verdict } from "../domain/sla/measure/availability.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { type Ground, type GroundContract, lastRevision, readGround } from "./read-ground.ts";

/** How a cycle stands on its way to being final. `refused`: its terms cannot be judged. */
export const cycleStandings = ["person", "time", "ready", "final", "refused"] as const;
export type CycleStanding = (typeof cycleStandings)[number];

/** A contract's cycle as it was looked at. */
export interface SurveyedCycle {
  contract: string;
  title: string;
  customer: { slug: string; name: string };
  period: Interval;
  standing: CycleStanding;
  /** In the order in which they are met; none of a final cycle. */
  needs: CycleNeed[];
  /** The last one issued; 0: none. */
  revision: number;
  /** As issued, or as it would be; null where its terms cannot be judged, or nothing is owed or measured. */
  verdict: Verdict | null;
  percent: string | null;
  creditMinor: number | null;
  currency: string | null;
  /** Whom its report goes to. */
  recipients: string[];
  refusal: { code: string; message: string } | null;
}

/** Every cycle of the label, in order of contract. */
export async function surveyMonth(
  db: Database,
  engine: Engine,
  label: string,
  now: Instant,
): Promise<SurveyedCycle[]> {
  const ground = await readGround(db, label, null);
  return Array.fromAsync(surveyCycles(db, ground, engine, () => now));
}

/** The same one by one, over a ground that was read. A refusal is told; a defect is thrown. */
export async function* surveyCycles(
  db: Database,
  ground: Ground,
  engine: Engine,
  now: () => Instant,
): AsyncGenerator<SurveyedCycle> {
  for (const of of ground.contracts.values()) {
    yield lastRevision(of) > 0 ? issued(of) : await open(db, ground, of, engine, now());
  }
}

function issued(of: GroundContract): SurveyedCycle {
  const { revision, verdict, percent, creditMinor, currency } = of.reports.at(-1)!;
  return {
    ...{ ...told(of), standing: "final", needs: [], revision, refusal: null },
    ...{ verdict: verdict as Verdict, percent, creditMinor, currency },
  };
}

async function open(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<SurveyedCycle> {
  const none = { revision: 0, verdict: null, percent: null, creditMinor: null, currency: null };
  if (now <= of.period.start) {
    const needs: CycleNeed[] = [{ need: "cycle_end", at: of.period.end }];
    return { ...told(of), ...none, standing: "time", needs, refusal: null };
  }
  try {
    const { needs, report } = await draftCycle(db, ground, of, engine, now);
    const { verdict, percent, credit_minor: creditMinor, currency } = report.result;
    const standing = needs.some(needsPerson) ? "person" : needs.length > 0 ? "time" : "ready";
    return {
      ...told(of),
      revision: 0,
      standing,
      needs,
      verdict,
      percent,
      creditMinor,
      currency,
      refusal: null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    const { code, message } = error;
    return { ...told(of), ...none, standing: "refused", needs: [], refusal: { code, message } };
  }
}

function told({ slug, contract, customer, period }: GroundContract) {
  const { title, recipients } = contract.particulars;
  return {
    ...{ contract: slug, title, period },
    customer: { slug: customer.slug, name: customer.name },
    recipients: recipients.length > 0 ? recipients : customer.recipients,
  };
}
