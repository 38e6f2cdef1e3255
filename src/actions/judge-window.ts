/**
 * Judges planned work by every promise on windows of every contract that it touches, before it is published: the reading of what the rules
 * need, once for however many windows (domain/sla/promise/window-judgement.ts).
 */
import { calendarsOf } from "../calendars/holidays.ts";
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import { versionAt } from "../domain/sla/promise/contract-versions.ts";
import { coverageOver, jointCoverage } from "../domain/sla/promise/coverage.ts";
import { windowRulesOf } from "../domain/sla/promise/window-check.ts";
import {
  brokenRules,
  type BrokenRule,
  type JudgedWork,
  type RulingContract,
} from "../domain/sla/promise/window-judgement.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readCalendars, readContracts } from "../store/agreements.ts";
import { listCoverableServices, listCoveringContracts } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";

/** Says what work would break that is announced at an instant; what it is asked about stands beside what it is asked about next. */
export type WindowJudge = (work: JudgedWork, announcedAt: Instant) => BrokenRule[];

/** A calendar quarter is shorter: no window of one begins longer ago. */
const quarterMs = 100 * 86_400_000;

/** What a judge is asked about. */
export interface JudgedReach {
  /** No work begins before. */
  from: Instant;
  /** Services that any of it touches. */
  serviceSlugs: readonly string[];
  /** References of windows that are planned anew: they are not compared with themselves. */
  leaving?: readonly string[];
  /** Contracts that cover the services, where they were read before. */
  agreed?: ReadonlyMap<string, StandingContract>;
}

/** The contracts that cover some of these services; what a check of work reads once for all that it looks at. */
export async function readCoveringContracts(
  db: Database,
  serviceSlugs: readonly string[],
): Promise<Map<string, StandingContract>> {
  return readContracts(db, { slugs: await listCoveringContracts(db, serviceSlugs) });
}

/** A judge of such work: it reads what it takes, and nothing of contracts that it cannot touch. */
export async function windowJudge(
  db: Database,
  { from, serviceSlugs, leaving = [], agreed }: JudgedReach,
): Promise<WindowJudge> {
  const calendars = [...(await readCalendars(db))].map(([slug, { wanted }]) => [slug, wanted] as const);
  const calendarOf = calendarsOf(new Map(calendars));
  const contracts = agreed ?? (await readCoveringContracts(db, serviceSlugs));
  const coverages = [...contracts.values()].flatMap(({ versions }) =>
    versions.map(({ clauses }) => clauses.covers),
  );
  const services = await listCoverableServices(db, jointCoverage(coverages));
  const coveredBy = coverageOver(services);
  const slugs = services.map(({ slug }) => slug);
  const beside = (await listWindowsSince(db, from - quarterMs, slugs))
    .filter(({ reference, state }) => state !== "cancelled" && !leaving.includes(reference))
    .map(workOf);
  const rulingAt = (start: Instant): RulingContract[] =>
    [...contracts].flatMap(([slug, { versions, particulars, archived }]) => {
      const version = versionAt(versions, start);
      const rules = version && windowRulesOf(version.clauses, calendarOf);
      const isOver = particulars.endsAt !== null && particulars.endsAt <= start;
      return !rules || archived || isOver
        ? []
        : [
            {
              slug,
              rules,
              covered: new Set(coveredBy(version.clauses.covers).map((one) => one.slug)),
            },
          ];
    });
  return (work, announcedAt) => {
    const broken = brokenRules(work, announcedAt, beside, rulingAt(work.start));
    beside.push(work);
    return broken;
  };
}

/** A window as the rules look at it. */
export function workOf({ plannedStart, plannedEnd, serviceSlugs }: MaintenanceWindow): JudgedWork {
  return { start: plannedStart, end: plannedEnd, serviceSlugs };
}
