/**
 * Reads what the cycles of one label are judged on, once for however many contracts: what was agreed, measured, recorded and said. The
 * ground of every draft and every report.
 */
import { calendarsOf } from "../calendars/holidays.ts";
import { NotFound } from "../domain/errors.ts";
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import type { CalendarOf } from "../domain/sla/promise/clause-terms.ts";
import { type ContractCycle, contractCycle } from "../domain/sla/promise/contract-cycle.ts";
import type { RecordedVersion } from "../domain/sla/promise/contract-versions.ts";
import { coverageOver, jointCoverage } from "../domain/sla/promise/coverage.ts";
import type { CustomerDefinition } from "../domain/sla/promise/customer.ts";
import { settleMs } from "../domain/sla/close/cycle-state.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Interval } from "../domain/time/interval.ts";
import { readSettings } from "../live/board-words.ts";
import { loadMeasurements, type Measure } from "../live/measurements.ts";
import { readCalendars, readContracts, readCustomers } from "../store/agreements.ts";
import { type CoverableService, listContractIds, listCoverableServices } from "../store/covered-services.ts";
import {
  listExplanations,
  listLatestDecisions,
  type StoredDecision,
  type StoredExplanation,
} from "../store/cycle-words.ts";
import type { Database } from "../store/database.ts";
import { listRootsBetween, type StoredRoot } from "../store/evidence-roots.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";
import {
  type ApprovedCorrection,
  listApprovedCorrections,
  listCorrections,
  listExclusions,
  type StoredCorrection,
  type StoredExclusion,
} from "../store/proposals.ts";
import { type IssuedReport, listReports } from "../store/reports.ts";

/** The number of a contract that nobody has agreed on yet. */
export const notStored = 0;

/** A contract in its cycle of the label. */
export interface GroundContract extends ContractCycle<RecordedVersion> {
  /** `notStored` of a draft. */
  id: number;
  slug: string;
  contract: StandingContract;
  customer: CustomerDefinition;
  /** Covered services by part, and of all parts together; those that stood in that time, in the order of the page. */
  covered: CoverableService[][];
  services: CoverableService[];
  /** What was issued of the cycle, in order. */
  reports: IssuedReport[];
}

export interface Ground {
  label: string;
  settings: PlatformSettings;
  /** By slug; only those that hold in the cycle. */
  contracts: Map<string, GroundContract>;
  calendarOf: CalendarOf;
  measure: Measure;
  corrections: Map<string, ApprovedCorrection[]>;
  exclusions: StoredExclusion[];
  /** Corrections, approved or not. */
  proposed: StoredCorrection[];
  /** Those of the services that these contracts cover. */
  windows: MaintenanceWindow[];
  incidents: Incident[];
  explanations: StoredExplanation[];
  decisions: Map<string, StoredDecision>;
  /** By UTC day. */
  roots: StoredRoot[];
}

/** One contract, several, or null: all that are not archived. */
type Among = { contract: string } | { contracts: readonly string[] } | null;

/** Windows of the same calendar quarter use up a quota: no quarter begins longer ago. */
const quarterMs = 100 * 86_400_000;
const utcDayMs = 86_400_000;

/** The time over which a cycle is measured: also around it, so that outages over its edges are known whole. */
export function measuredOver({ start, end }: Interval): Interval {
  return { start: start - settleMs, end: end + settleMs };
}

/**
 * Reads the ground of these contracts, or of all that are not archived.
 *
 * @param drafts contracts that stand in for those that are agreed, or beside them: nothing of them is stored
 * @throws NotFound contract_not_found, cycle_not_found when one contract is asked for and does not hold then
 */
export async function readGround(
  db: Database,
  label: string,
  among: Among,
  drafts: ReadonlyMap<string, StandingContract> = new Map(),
): Promise<Ground> {
  const slugs = slugsAmong(among);
  const agreed = new Map([...(await readContracts(db, slugs === null ? {} : { slugs })), ...drafts]);
  const contracts = await readGroundContracts(db, label, among, agreed);
  const some = [...contracts.values()];
  const start = some.reduce((first, { cycle }) => Math.min(first, cycle.start), Number.MAX_SAFE_INTEGER);
  const end = some.reduce((last, { cycle }) => Math.max(last, cycle.end), 0);
  const span = some.length === 0 ? { start: 0, end: 0 } : { start, end };
  const around = measuredOver(span);
  const covered = [...new Set(some.flatMap((one) => one.services.map(({ slug }) => slug)))];
  const calendars = [...(await readCalendars(db))].map(([slug, { wanted }]) => [slug, wanted] as const);
  return {
    label,
    settings: await readSettings(db),
    contracts,
    calendarOf: calendarsOf(new Map(calendars)),
    measure: await loadMeasurements(db, around.start, covered),
    corrections: await listApprovedCorrections(db, around.start),
    exclusions: await listExclusions(db, { touching: around }),
    proposed: await listCorrections(db, { touching: around }),
    windows: await listWindowsBefore(db, span, covered),
    incidents: (await listIncidentsSince(db, span.start, covered)).filter(
      ({ startedAt }) => startedAt < span.end,
    ),
    explanations: await listExplanations(db, around),
    decisions: await listLatestDecisions(db, label),
    roots: await listRootsBetween(db, Math.floor(span.start / utcDayMs) * utcDayMs, span.end - 1),
  };
}

/** The contracts that are asked for; null: all. */
function slugsAmong(among: Among): readonly string[] | null {
  return among === null ? null : "contract" in among ? [among.contract] : among.contracts;
}

async function readGroundContracts(
  db: Database,
  label: string,
  among: Among,
  all: ReadonlyMap<string, StandingContract>,
): Promise<Map<string, GroundContract>> {
  const names = [...all.values()].map(({ particulars }) => particulars.customer);
  const customers = await readCustomers(db, [...new Set(names)]);
  const ids = await listContractIds(db);
  const only = slugsAmong(among);
  const reports = Map.groupBy(
    await listReports(db, { label, ...(only?.length === 1 ? { contract: only[0]! } : {}) }),
    ({ contract }) => contract,
  );
  const cycles = cyclesOf(label, only, all);
  const coverages = [...cycles.values()].flatMap(({ parts }) =>
    parts.map(({ version }) => version.clauses.covers),
  );
  const coveredBy = coverageOver(await listCoverableServices(db, jointCoverage(coverages)));
  const found = new Map<string, GroundContract>();
  for (const [slug, held] of cycles) {
    const contract = all.get(slug)!;
    const { particulars } = contract;
    const { period } = held;
    const isStanding = ({ createdAt, archivedAt }: CoverableService) =>
      createdAt < period.end && (archivedAt === null || archivedAt > period.start);
    const covers = held.parts.map(({ version }) => version.clauses.covers);
    found.set(slug, {
      ...held,
      id: ids.get(slug) ?? notStored,
      slug,
      contract,
      customer: customers.get(particulars.customer)!.wanted,
      covered: covers.map((one) => coveredBy(one).filter(isStanding)),
      services: coveredBy(jointCoverage(covers)).filter(isStanding),
      reports: reports.get(slug) ?? [],
    });
  }
  if (among !== null && "contract" in among && found.size === 0) {
    throw new NotFound("cycle_not_found", `Contract "${among.contract}" has no cycle ${label}.`);
  }
  return found;
}

/** The cycles of the label, by contract: of these, or of all that are not archived. */
export function cyclesOf(
  label: string,
  only: readonly string[] | null,
  all: ReadonlyMap<string, StandingContract>,
): Map<string, ContractCycle<RecordedVersion>> {
  const cycles = new Map<string, ContractCycle<RecordedVersion>>();
  for (const slug of only ?? all.keys()) {
    const contract = all.get(slug);
    if (contract === undefined) {
      throw new NotFound("contract_not_found", `There is no contract "${slug}".`);
    }
    const { versions, particulars, archived } = contract;
    const held = contractCycle(label, { versions, endsAt: particulars.endsAt });
    if (held !== null && (only !== null || !archived)) {
      cycles.set(slug, held);
    }
  }
  return cycles;
}

async function listWindowsBefore(
  db: Database,
  span: Interval,
  covered: readonly string[],
): Promise<MaintenanceWindow[]> {
  const windows = await listWindowsSince(db, span.start - quarterMs, covered);
  return windows.filter(({ state, plannedStart }) => state !== "cancelled" && plannedStart < span.end);
}

/** The one contract that a ground was read for. */
export function onlyContract({ contracts }: Ground): GroundContract {
  return contracts.values().next().value!;
}

/** The latest revision; 0: none was issued. */
export function lastRevision({ reports }: GroundContract): number {
  return reports.at(-1)?.revision ?? 0;
}
