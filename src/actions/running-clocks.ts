/**
 * Every clock of a response target that runs, stands still or was missed and still waits, most urgent first: of requests under their
 * contract, of open incidents under the contracts they touch. What ops see today, and what alerts of promises about to be missed rest on.
 * Of one incident also those that came to their end, kept or broken.
 */
import { coveredServices } from "../domain/sla/promise/clauses.ts";
import { versionAt } from "../domain/sla/promise/contract-versions.ts";
import type { ContractSupport } from "../domain/sla/promise/support-promise.ts";
import { prioritiesOf } from "../domain/sla/promise/support-promise.ts";
import type { Incident } from "../domain/status/incident.ts";
import { clockHistoryOfIncident } from "../domain/support/incident-clock.ts";
import { clockHistoryOf, type SupportRequest } from "../domain/support/request.ts";
import {
  type ClockHistory,
  type ClockKind,
  clockKinds,
  type ClockReading,
  readClock,
  urgencyOf,
} from "../domain/support/response-clock.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listCoverableServices, listCoveringContracts } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listOpenRequests } from "../store/requests.ts";
import { readSupportAgreed, type SupportAgreed } from "./support-agreed.ts";

/** A clock with a figure or a word to it, whether it still runs or not. */
export interface PromisedClock {
  about: "request" | "incident";
  reference: string;
  /** Subject of the request, or title of the incident. */
  title: string;
  kind: ClockKind;
  /** Slug; null: of an incident, which is everybody's. */
  customer: string | null;
  /** Slugs of the contracts that promise it: of an incident all those that have it due at the same time. */
  contracts: string[];
  priority: string | null;
  /** As the contract calls it; null: there is no priority. */
  priorityTitle: string | null;
  openedAt: Instant;
  reading: PromisedReading;
}

type PromisedReading = Exclude<ClockReading, { state: "none" | "ended" }>;

/** A clock that needs somebody, or will. */
export interface RunningClock extends PromisedClock {
  reading: Exclude<PromisedReading, { state: "met" }>;
}

/**
 * All of them: what was missed first, then by due time; what stands still last.
 *
 * @param agreedOtherwise what is agreed, where they are to be read as if it were; null: as it is
 */
export async function runningClocks(
  db: Database,
  now: Instant,
  agreedOtherwise: SupportAgreed | null = null,
): Promise<RunningClock[]> {
  const requests = await listOpenRequests(db);
  const incidents = (await listIncidentsSince(db, now)).filter(
    ({ resolvedAt, mergedInto }) => resolvedAt === null && mergedInto === null,
  );
  if (requests.length === 0 && incidents.length === 0) {
    return [];
  }
  const agreed = agreedOtherwise ?? (await readAgreedOn(db, requests, incidents));
  const clocks = [
    ...requests.flatMap((request) => requestClocks(request, agreed, now)),
    ...(incidents.length === 0 ? [] : await incidentClocks(db, incidents, agreed, now)),
  ];
  return clocks.filter(waits).sort(byUrgency);
}

/** All clocks of one incident, those that came to their end with them, the strictest first; none where it became part of another one. */
export async function clocksOfIncident(
  db: Database,
  incident: Incident,
  now: Instant,
): Promise<PromisedClock[]> {
  return incident.mergedInto === null
    ? (await incidentClocks(db, [incident], await readAgreedOn(db, [], [incident]), now)).sort(byUrgency)
    : [];
}

/** What is agreed on these requests and on what these incidents touch, and nothing else. */
async function readAgreedOn(
  db: Database,
  requests: readonly SupportRequest[],
  incidents: readonly Incident[],
): Promise<SupportAgreed> {
  const named = requests.flatMap(({ contract }) => contract ?? []);
  const covering = await listCoveringContracts(db, touchedBy(incidents));
  return readSupportAgreed(db, { slugs: [...new Set([...named, ...covering])] });
}

function touchedBy(incidents: readonly Incident[]): string[] {
  return [...new Set(incidents.flatMap(({ impacts }) => impacts.map(({ serviceSlug }) => serviceSlug)))];
}

/** The clocks of one request that have not come to their end. */
export function requestClocks(request: SupportRequest, agreed: SupportAgreed, now: Instant): RunningClock[] {
  const terms = agreed.termsOf(request.contract, request.openedAt);
  return terms === null
    ? []
    : promisedClocks(terms, clockHistoryOf(request), agreed, now)
        .map((clock): PromisedClock => ({
          ...clock,
          ...{ about: "request", reference: request.reference, title: request.subject },
          ...{ customer: request.customer, contracts: [request.contract!], openedAt: request.openedAt },
        }))
        .filter(waits);
}

/** Of every contract in force that covers a service it touches; same times told once. */
async function incidentClocks(
  db: Database,
  incidents: readonly Incident[],
  agreed: SupportAgreed,
  now: Instant,
): Promise<PromisedClock[]> {
  const services = await listCoverableServices(db, { services: touchedBy(incidents), groups: [] });
  return incidents.flatMap((incident) => {
    const touched = new Set(incident.impacts.map(({ serviceSlug }) => serviceSlug));
    const affected = services.filter(({ slug }) => touched.has(slug));
    const byTimes = new Map<string, PromisedClock>();
    for (const [slug, contract] of agreed.contracts) {
      const terms = agreed.termsOf(slug, incident.startedAt);
      const covers = versionAt(contract.versions, incident.startedAt)?.clauses.covers;
      const covered = new Set(covers && coveredServices(covers, affected).map((service) => service.slug));
      if (terms === null || covered.size === 0) {
        continue;
      }
      const history = clockHistoryOfIncident(incident, terms, covered);
      for (const clock of promisedClocks(terms, history, agreed, now)) {
        const key = JSON.stringify([clock.kind, clock.priorityTitle, clock.reading]);
        const same = byTimes.get(key);
        if (same === undefined) {
          byTimes.set(key, {
            ...clock,
            ...{ about: "incident", reference: incident.reference, title: incident.title },
            ...{ customer: null, contracts: [slug], openedAt: history.openedAt },
          });
        } else {
          same.contracts.push(slug);
        }
      }
    }
    return [...byTimes.values()];
  });
}

type Clock = Pick<PromisedClock, "kind" | "priority" | "priorityTitle" | "reading">;

function promisedClocks(
  terms: ContractSupport,
  history: ClockHistory,
  { calendarOf }: SupportAgreed,
  now: Instant,
): Clock[] {
  const priority = history.priorities.at(-1)!.priority;
  const priorityTitle = prioritiesOf(terms).find(({ slug }) => slug === priority)?.title ?? priority;
  return clockKinds.flatMap((kind) => {
    const reading = readClock(kind, terms, history, calendarOf, now);
    return reading.state === "none" || reading.state === "ended"
      ? []
      : [{ kind, priority, priorityTitle, reading }];
  });
}

/** Whether it has not come to its end. */
function waits(clock: PromisedClock): clock is RunningClock {
  const { reading } = clock;
  return reading.state !== "met" && (reading.state !== "missed" || reading.endedAt === null);
}

/** What waits and was missed, then what runs by its due time, then what stands still; last what is over. */
function byUrgency(a: PromisedClock, b: PromisedClock): number {
  return orderOf(a) - orderOf(b) || placeOf(a.reading) - placeOf(b.reading);
}

function orderOf(clock: PromisedClock): number {
  const states: PromisedReading["state"][] = ["missed", "running", "paused"];
  return waits(clock) ? states.indexOf(clock.reading.state) : states.length;
}

function placeOf(reading: PromisedReading): Instant {
  return reading.state === "running" || reading.state === "paused" ? urgencyOf(reading) : reading.dueAt;
}
