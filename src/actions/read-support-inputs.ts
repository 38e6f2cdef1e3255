/** What a report needs of support: the requests and incidents under a contract as they stood by then, and what was promised for each. */
import type { HoursClause } from "../domain/sla/promise/clauses.ts";
import { coveredServices } from "../domain/sla/promise/clauses.ts";
import { supportAt } from "../domain/sla/promise/support-promise.ts";
import { versionAt } from "../domain/sla/promise/contract-versions.ts";
import { storedCalendar } from "../domain/sla/report/report-inputs.ts";
import type { SupportInputs } from "../domain/sla/report/report-support.ts";
import { clockHistoryOfIncident } from "../domain/support/incident-clock.ts";
import { clockHistoryOf, requestAsOf } from "../domain/support/request.ts";
import type { ClockHistory } from "../domain/support/response-clock.ts";
import type { SupportTerms } from "../domain/support/support-plan.ts";
import type { Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listRequestsOfContract } from "../store/requests.ts";
import type { Ground, GroundContract } from "./read-ground.ts";

/** Closed days are written out for so long after the cycle: no promise is that long. */
const aheadMs = 400 * 86_400_000;

/** Null: the contract promises no support. @param until as of when */
export async function readSupportInputs(
  db: Database,
  ground: Ground,
  { slug, contract, period, services }: GroundContract,
  until: number,
): Promise<SupportInputs | null> {
  if (contract.versions.every(({ clauses }) => clauses.support === null)) {
    return null;
  }
  const requests = (await listRequestsOfContract(db, slug, { start: period.start, end: until })).flatMap(
    (request) => {
      const then = requestAsOf(request, until);
      return [{ about: "request" as const, reference: request.reference, history: clockHistoryOf(then) }];
    },
  );
  const found: {
    about: "request" | "incident";
    reference: string;
    history: ClockHistory;
    terms: SupportTerms<HoursClause>;
  }[] = [];
  for (const one of requests) {
    const terms = supportAt(contract, one.history.openedAt);
    if (terms !== null) {
      found.push({ ...one, terms });
    }
  }
  for (const incident of ground.incidents) {
    const { startedAt, resolvedAt, mergedInto, reference } = incident;
    const terms = supportAt(contract, startedAt);
    const covers = versionAt(contract.versions, startedAt)?.clauses.covers;
    const covered = new Set(covers && coveredServices(covers, services).map((service) => service.slug));
    const isTouched = incident.impacts.some(({ serviceSlug }) => covered.has(serviceSlug));
    const isThen = startedAt < until && (resolvedAt === null || resolvedAt >= period.start);
    if (terms !== null && isTouched && isThen && mergedInto === null) {
      const history = clockHistoryOfIncident(incident, terms, covered);
      found.push({ about: "incident", reference, history: historyUntil(history, until), terms });
    }
  }
  found.sort((a, b) => a.history.openedAt - b.history.openedAt || (a.reference < b.reference ? -1 : 1));
  return withTerms(found, ground, {
    start: Math.min(period.start, ...found.map(({ history }) => history.openedAt)),
    end: period.end + aheadMs,
  });
}

/** The promises, each written out once. */
function withTerms(
  found: readonly {
    about: "request" | "incident";
    reference: string;
    history: ClockHistory;
    terms: SupportTerms<HoursClause>;
  }[],
  { calendarOf }: Ground,
  within: Interval,
): SupportInputs {
  const all = [...new Set(found.map(({ terms }) => terms))];
  return {
    promised: all.map((terms) => ({
      terms,
      hours: Object.fromEntries(
        terms.plans.map(({ slug, hours }) => [slug, hours && storedCalendar(calendarOf(hours), within)]),
      ),
    })),
    subjects: found.map(({ terms, ...one }) => ({ ...one, promised: all.indexOf(terms) })),
  };
}

/** Without what happened after an instant. */
function historyUntil(history: ClockHistory, until: number): ClockHistory {
  const before = (at: number | null) => (at !== null && at < until ? at : null);
  return {
    openedAt: history.openedAt,
    priorities: history.priorities.filter(({ at }, i) => i === 0 || at < until),
    pauses: history.pauses
      .filter(({ start }) => start < until)
      .map(({ start, end }) => ({ start, end: before(end) })),
    answeredAt: before(history.answeredAt),
    resolvedAt: before(history.resolvedAt),
  };
}
