/**
 * What if: a planned window, a correction, an exclusion or a draft of a contract, and what it would change in every customer's month before
 * anybody says yes. It is laid over the ground in memory and judged by the functions that judge everything; nothing is stored.
 */
import { holidayEdition } from "../calendars/holidays.ts";
import type { ReadingState } from "../domain/monitoring/timeline.ts";
import { type CycleState, cycleStateAt } from "../domain/sla/close/cycle-state.ts";
import { type CorrectionDraft, type ExclusionDraft, refuseDraft } from "../domain/sla/close/proposal.ts";
import type { Verdict } from "../domain/sla/measure/availability.ts";
import type { WindowVerdict } from "../domain/sla/measure/exclusion.ts";
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import { contractLabels } from "../domain/sla/promise/contract-cycle.ts";
import type { ContractDefinition } from "../domain/sla/promise/contract-versions.ts";
import { windowRulesOf, type WindowWarning, windowWarnings } from "../domain/sla/promise/window-check.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { settleRevisions } from "../domain/sla/settle/revision.ts";
import { planWindow } from "../domain/status/maintenance-plan.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import { cycleOf } from "../domain/time/billing-cycle.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { readContracts } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { type Ground, type GroundContract, readGround, readGrounds } from "./read-ground.ts";
import { type Reach, type TouchedCycle, touchedCycles } from "./touched-cycles.ts";

/** What somebody thinks of doing. */
export type Overlay =
  /**
   * Announced now; `isDown`: its services are taken to be down for its whole length. `further`: times of the same work, in order, after it;
   * `instead`: references of windows that it would take the place of.
   */
  | ({
      kind: "maintenance";
      services: string[];
      isDown: boolean;
      further?: readonly Interval[];
      instead?: readonly string[];
    } & Interval)
  | ({ kind: "correction" } & Pick<CorrectionDraft, "service" | "start" | "end" | "state">)
  | ({ kind: "exclusion"; excludes: ExclusionDraft["kind"] } & Reach &
      Pick<ExclusionDraft, "services"> &
      Interval)
  /** As if the last of its versions had held from the cycle of a label on. */
  | { kind: "contract"; wanted: ContractDefinition; since: string };

/** What a month comes to. */
export interface MonthFigures {
  verdict: Verdict;
  percent: string | null;
  /** Of the part of the cycle that has least left; null: nothing is promised, or nothing was measured. */
  budgetLeftMs: number | null;
  creditMinor: number | null;
  currency: string | null;
}

/** A month of a contract that is reached. */
export interface TouchedMonth {
  contract: string;
  title: string;
  customer: { slug: string; name: string };
  label: string;
  state: CycleState;
  /** Whether its cycle has begun. */
  hasBegun: boolean;
  /** Null: the contract does not hold then, as it is agreed. */
  before: MonthFigures | null;
  after: MonthFigures;
  /** Of a final cycle: what its restatement would pay, or take back; null: it is not final, or no credit is agreed. */
  adjustmentMinor: number | null;
  /**
   * Whether the contract excludes a planned window (null: it lies outside of its cycles), and which of its promises on windows that
   * breaks; null: none is planned.
   */
  window: { verdict: WindowVerdict | null; warnings: WindowWarning[] } | null;
}

const draftReference = "what-if";

/**
 * Every month it reaches, in order of contract and time. Time that lies ahead is judged as of the end of what is planned, and as if all
 * stayed until then as it is now.
 *
 * @param agreed of planned work: the contracts that cover its services, where they were read before
 * @throws InvalidInput invalid_maintenance, invalid_proposal, service_not_found
 * @throws NotFound contract_not_found
 */
export async function whatIf(
  db: Database,
  engine: Engine,
  overlay: Overlay,
  now: Instant,
  agreed?: ReadonlyMap<string, StandingContract>,
): Promise<TouchedMonth[]> {
  switch (overlay.kind) {
    case "maintenance":
      return ifMaintained(db, engine, overlay, now, agreed);
    case "correction": {
      const { service, start, end, state } = overlay;
      refuseDraft({ start, end, reason: draftReference, evidence: "" }, now);
      await requireServices(db, [service], () => "/service");
      const reach = { times: [{ start, end }], services: [service], contract: null };
      return ifLaid(db, engine, reach, now, now, (ground) =>
        withReading(ground, [service], { start, end }, state, now),
      );
    }
    case "exclusion": {
      const { excludes, start, end, services, contract } = overlay;
      const reach = { times: [{ start, end }], services, contract };
      refuseDraft({ start, end, reason: draftReference, evidence: "" }, now);
      if (services !== "*") {
        await requireServices(db, services, (i) => `/services/${i}`);
      }
      const approved = { step: "approved" as const, reason: "", author: "", recordedAt: now };
      const exclusion = {
        ...{ reference: draftReference, author: "", recordedAt: now, steps: [approved] },
        ...{ kind: excludes, contract, services, start, end, reason: "", evidence: "" },
      };
      const allows = ({ clauses }: TouchedCycle) => clauses.exclusions.includes(excludes);
      const lay = (ground: Ground) => ({ ...ground, exclusions: [...ground.exclusions, exclusion] });
      return ifLaid(db, engine, reach, now, now, lay, allows);
    }
    case "contract":
      return ifAgreed(db, engine, overlay, now);
  }
}

async function ifMaintained(
  db: Database,
  engine: Engine,
  { start, end, services, isDown, further = [], instead = [] }: Extract<Overlay, { kind: "maintenance" }>,
  now: Instant,
  agreed: ReadonlyMap<string, StandingContract> | undefined,
): Promise<TouchedMonth[]> {
  const plan = { title: draftReference, message: draftReference, serviceSlugs: services };
  const times = [{ start, end }, ...further];
  const windows = times.map((time, i) => {
    const reference = i === 0 ? draftReference : `${draftReference} ${i + 1}`;
    const planned = { ...plan, plannedStart: time.start, plannedEnd: time.end };
    return planWindow(planned, { reference, author: "" }, now);
  });
  await requireServices(db, services, (i) => `/services/${i}`);
  const last = times.at(-1)!.end;
  const reach = { times, services, contract: null };
  const lay = (ground: Ground) => {
    const beside = ground.windows.filter(({ reference }) => !instead.includes(reference));
    const inReach = windows.filter(({ plannedStart }) => plannedStart < latestEnd(ground));
    const announced = { ...ground, windows: [...beside, ...inReach] };
    return isDown
      ? times.reduce((laid, time) => withReading(laid, services, time, "down", now), announced)
      : announced;
  };
  return ifLaid(db, engine, { ...reach, agreed }, now, Math.max(now, last), lay);
}

/** Until when a ground tells of windows: the end of its latest cycle. */
function latestEnd({ contracts }: Ground): Instant {
  return Math.max(0, ...[...contracts.values()].map(({ cycle }) => cycle.end));
}

/** The ground as if the services had been read like this. */
function withReading(
  ground: Ground,
  services: readonly string[],
  { start, end }: Interval,
  state: ReadingState,
  now: Instant,
): Ground {
  const corrections = new Map(ground.corrections);
  for (const service of services) {
    const said = { id: draftReference, service, start, end, state, reason: "", author: "", approver: "" };
    corrections.set(service, [...(corrections.get(service) ?? []), { ...said, recordedAt: now }]);
  }
  return { ...ground, corrections };
}

/** Both figures of every cycle that is reached, judged as of an instant: as the ground is, and with something laid over it. */
async function ifLaid(
  db: Database,
  engine: Engine,
  {
    times,
    agreed,
    ...reach
  }: Reach & {
    times: readonly Interval[];
    agreed?: ReadonlyMap<string, StandingContract> | undefined;
  },
  now: Instant,
  asOf: Instant,
  lay: (ground: Ground) => Ground,
  reaches: (cycle: TouchedCycle) => boolean = () => true,
): Promise<TouchedMonth[]> {
  const cycles = (await touchedCycles(db, times, reach, agreed)).filter(reaches);
  const months: TouchedMonth[] = [];
  const wanted = [...Map.groupBy(cycles, (cycle) => cycle.label)].map(([label, touched]) => ({
    ...{ label, among: { contracts: touched.map(({ contract }) => contract) } },
  }));
  for (const ground of wanted.length === 0 ? [] : await readGrounds(db, wanted, undefined, agreed)) {
    const { label } = ground;
    const laid = lay(ground);
    for (const of of ground.contracts.values()) {
      const before = (await draftCycle(db, ground, of, engine, asOf)).report;
      const after = (await draftCycle(db, laid, of, engine, asOf)).report;
      months.push(touchedMonth(of, label, before, after, laid, now));
    }
  }
  return months.sort((a, b) => compare(a.contract, b.contract) || compare(a.label, b.label));
}

async function ifAgreed(
  db: Database,
  engine: Engine,
  { wanted, since }: Extract<Overlay, { kind: "contract" }>,
  now: Instant,
): Promise<TouchedMonth[]> {
  const { slug, particulars } = wanted;
  const { clauses } = wanted.versions.at(-1)!;
  const effectiveAt = cycleOf(since, clauses).start;
  const recorded = { recordedAt: now, author: "", holidayEdition };
  const version = { effectiveAt, midCycle: false, reason: "", clauses, ...recorded };
  const endsAt = particulars.endsAt !== null && particulars.endsAt > effectiveAt ? particulars.endsAt : null;
  const draft = {
    ...{ particulars: { ...particulars, endsAt }, versions: [version] },
    ...{ managedBy: "people" as const, archived: false },
  };
  const standing = (await readContracts(db, { slugs: [slug] })).get(slug);
  const labels = contractLabels({ versions: [version], endsAt }, { start: effectiveAt, end: now });
  const months: TouchedMonth[] = [];
  for (const label of labels) {
    const held = standing && (await readGround(db, label, { contracts: [slug] }));
    const agreed = held?.contracts.get(slug);
    const ground = await readGround(db, label, { contracts: [slug] }, new Map([[slug, draft]]));
    const of = ground.contracts.get(slug)!;
    const isBegun = agreed !== undefined && now > agreed.period.start;
    const before = isBegun ? (await draftCycle(db, held!, agreed, engine, now)).report : null;
    const after = (await draftCycle(db, ground, of, engine, now)).report;
    months.push(touchedMonth(of, label, before, after, ground, now));
  }
  return months;
}

function touchedMonth(
  of: GroundContract,
  label: string,
  before: Report | null,
  after: Report,
  ground: Ground,
  now: Instant,
): TouchedMonth {
  const { slug, contract, customer, reports } = of;
  const last = reports.at(-1);
  const { clauses } = of.parts.at(-1)!.version;
  const credits = [...reports.map(({ creditMinor }) => creditMinor), after.result.credit_minor];
  const settled = settleRevisions(credits, clauses.credit?.clawback === true ? "full" : "none").at(-1)!;
  return {
    contract: slug,
    title: contract.particulars.title,
    customer: { slug: customer.slug, name: customer.name },
    label,
    state: cycleStateAt(of.period, last?.revision ?? 0, now),
    hasBegun: of.period.start <= now,
    before: before && figuresOf(before),
    after: figuresOf(after),
    adjustmentMinor: last === undefined || clauses.credit === null ? null : settled.adjustmentMinor,
    window: windowOf(of, after, ground, now),
  };
}

function figuresOf({ result, parts }: Report): MonthFigures {
  const left = parts.flatMap(({ budget }) => (budget === null ? [] : [budget.left_ms]));
  const { verdict, percent, credit_minor: creditMinor, currency } = result;
  return {
    ...{ verdict, percent, creditMinor, currency },
    budgetLeftMs: left.length === 0 ? null : Math.min(...left),
  };
}

/** What becomes of the windows that are planned in the cycle, each under the part of the contract in which it begins. */
function windowOf(
  of: GroundContract,
  after: Report,
  { windows, calendarOf }: Ground,
  now: Instant,
): TouchedMonth["window"] {
  const isPlanned = ({ reference }: MaintenanceWindow) => reference.startsWith(draftReference);
  const planned = windows.filter(
    (window) => isPlanned(window) && window.plannedStart < of.cycle.end && window.plannedEnd > of.cycle.start,
  );
  if (planned.length === 0) {
    return null;
  }
  const judged = after.parts
    .flatMap((part) => part.windows)
    .filter(({ id }) => id.startsWith(draftReference));
  const covered = of.services.map(({ slug }) => slug);
  const touching = windows.filter(({ serviceSlugs }) => serviceSlugs.some((slug) => covered.includes(slug)));
  return {
    verdict: judged[0]?.verdict ?? null,
    warnings: planned.flatMap((window) => {
      const { plannedStart } = window;
      const { version } = of.parts.findLast(({ startsAt }) => startsAt <= plannedStart) ?? of.parts[0]!;
      const rules = windowRulesOf(version.clauses, calendarOf);
      // Of the same work only what comes before it uses up what is promised.
      const others = touching.filter((other) => !isPlanned(other) || other.plannedStart < plannedStart);
      return rules === null ? [] : windowWarnings(intervalOf(window), now, others.map(intervalOf), rules);
    }),
  };
}

function intervalOf({ plannedStart, plannedEnd }: MaintenanceWindow): Interval {
  return { start: plannedStart, end: plannedEnd };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
