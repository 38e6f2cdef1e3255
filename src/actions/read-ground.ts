/**
 * Reads what the cycles of a label are judged on, once for however many contracts and labels: what was agreed, measured, recorded and said. The
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
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Interval } from "../domain/time/interval.ts";
import { readSettings } from "../live/board-words.ts";
import { readCalendars, readContracts, readCustomers } from "../store/agreements.ts";
import { type CoverableService, listContractIds, listCoverableServices } from "../store/covered-services.ts";
import { listLatestDecisions, type StoredDecision } from "../store/cycle-words.ts";
import type { Database } from "../store/database.ts";
import { type IssuedReport, listReports } from "../store/reports.ts";
import { factsWithin, type GroundFacts, readGroundFacts } from "./ground-facts.ts";

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

export interface Ground extends GroundFacts {
  label: string;
  settings: PlatformSettings;
  /** By slug; only those that hold in the cycle. */
  contracts: Map<string, GroundContract>;
  calendarOf: CalendarOf;
  decisions: Map<string, StoredDecision>;
}

/** One contract, several, or null: all that are not archived. */
type Among = { contract: string } | { contracts: readonly string[] } | null;

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
  return (await readGrounds(db, [{ label, among }], drafts))[0]!;
}

/**
 * The same for several labels, each with contracts of its own: what they have in common is read once.
 *
 * @param known all of the contracts, where they were read before
 */
export async function readGrounds(
  db: Database,
  wanted: readonly { label: string; among: Among }[],
  drafts: ReadonlyMap<string, StandingContract> = new Map(),
  known?: ReadonlyMap<string, StandingContract>,
): Promise<Ground[]> {
  const named = wanted.map(({ among }) => slugsAmong(among));
  const slugs = named.includes(null) ? null : [...new Set(named.flatMap((some) => some ?? []))];
  const stored = known ?? (await readContracts(db, slugs === null ? {} : { slugs }));
  const agreed = new Map([...stored, ...drafts]);
  const labels = wanted.map(({ label }) => label);
  const found = await readGroundContracts(db, wanted, slugs, agreed);
  const decisions = await listLatestDecisions(db, labels);
  const settings = await readSettings(db);
  const calendars = [...(await readCalendars(db))].map(([slug, { wanted: one }]) => [slug, one] as const);
  const calendarOf = calendarsOf(new Map(calendars));
  const facts = await readGroundFacts(db, spanOf(found), coveredIn(found));
  return wanted.map(({ label }, i) => {
    const contracts = found[i]!;
    return {
      ...{ label, settings, contracts, calendarOf, decisions: decisions.get(label) ?? new Map() },
      ...factsWithin(facts, spanOf([contracts]), coveredIn([contracts])),
    };
  });
}

type FoundContracts = ReadonlyMap<string, GroundContract>;

/** From the beginning of the first cycle to the end of the last; nothing where there is none. */
function spanOf(found: readonly FoundContracts[]): Interval {
  const cycles = found.flatMap((contracts) => [...contracts.values()].map(({ cycle }) => cycle));
  return cycles.length === 0
    ? { start: 0, end: 0 }
    : {
        start: cycles.reduce((first, { start }) => Math.min(first, start), Number.MAX_SAFE_INTEGER),
        end: cycles.reduce((last, { end }) => Math.max(last, end), 0),
      };
}

function coveredIn(found: readonly FoundContracts[]): string[] {
  const all = found.flatMap((contracts) => [...contracts.values()].flatMap(({ services }) => services));
  return [...new Set(all.map(({ slug }) => slug))];
}

/** The contracts that are asked for; null: all. */
function slugsAmong(among: Among): readonly string[] | null {
  return among === null ? null : "contract" in among ? [among.contract] : among.contracts;
}

/** By label, in their order. */
async function readGroundContracts(
  db: Database,
  wanted: readonly { label: string; among: Among }[],
  slugs: readonly string[] | null,
  all: ReadonlyMap<string, StandingContract>,
): Promise<Map<string, GroundContract>[]> {
  const names = [...all.values()].map(({ particulars }) => particulars.customer);
  const customers = await readCustomers(db, [...new Set(names)]);
  const ids = await listContractIds(db);
  const labels = wanted.map(({ label }) => label);
  const issued = await listReports(db, {
    ...{ labels },
    ...(slugs?.length === 1 ? { contract: slugs[0]! } : {}),
  });
  const reports = Map.groupBy(issued, ({ contract, label }) => `${contract} ${label}`);
  const held = wanted.map(({ label, among }) => cyclesOf(label, slugsAmong(among), all));
  const coverages = held.flatMap((cycles) =>
    [...cycles.values()].flatMap(({ parts }) => parts.map(({ version }) => version.clauses.covers)),
  );
  const coveredBy = coverageOver(await listCoverableServices(db, jointCoverage(coverages)));
  return wanted.map(({ label, among }, i) => {
    const found = new Map<string, GroundContract>();
    for (const [slug, cycle] of held[i]!) {
      const contract = all.get(slug)!;
      const { period } = cycle;
      const isStanding = ({ createdAt, archivedAt }: CoverableService) =>
        createdAt < period.end && (archivedAt === null || archivedAt > period.start);
      const covers = cycle.parts.map(({ version }) => version.clauses.covers);
      found.set(slug, {
        ...cycle,
        id: ids.get(slug) ?? notStored,
        slug,
        contract,
        customer: customers.get(contract.particulars.customer)!.wanted,
        covered: covers.map((one) => coveredBy(one).filter(isStanding)),
        services: coveredBy(jointCoverage(covers)).filter(isStanding),
        reports: reports.get(`${slug} ${label}`) ?? [],
      });
    }
    if (among !== null && "contract" in among && found.size === 0) {
      throw new NotFound("cycle_not_found", `Contract "${among.contract}" has no cycle ${label}.`);
    }
    return found;
  });
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

/** The one contract that a ground was read for. */
export function onlyContract({ contracts }: Ground): GroundContract {
  return contracts.values().next().value!;
}

/** The latest revision; 0: none was issued. */
export function lastRevision({ reports }: GroundContract): number {
  return reports.at(-1)?.revision ?? 0;
}
