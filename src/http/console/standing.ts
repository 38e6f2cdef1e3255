/**
 * What contracts stand and what was issued of a year, kept in memory as long as the store's marks say that it is still so: a page over
 * a thousand contracts asks the database for nothing else.
 */
import type { StandingContract } from "../../domain/sla/promise/agreement-plan.ts";
import { contractCycle } from "../../domain/sla/promise/contract-cycle.ts";
import { cycleContaining } from "../../domain/time/billing-cycle.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { proposalState } from "../../domain/sla/close/proposal.ts";
import { readContracts, readCustomers } from "../../store/agreements.ts";
import type { Database } from "../../store/database.ts";
import { type Marks, readMarks } from "../../store/marks.ts";
import { listRevisionProposals } from "../../store/proposals.ts";
import { type LatestReport, listLatestReports } from "../../store/reports.ts";

/** A contract with the name of its customer. */
export interface StandingRow {
  slug: string;
  title: string;
  customer: { slug: string; name: string; recipients: readonly string[] };
  contract: StandingContract;
}

/** A cycle of a contract, clipped to it. */
export interface StandingCycle extends Interval {
  label: string;
}

export interface Standing {
  marks: Marks;
  /** In order of customer and title. */
  rows: StandingRow[];
  /** Everybody a contract stands with, by name. */
  customers: { slug: string; name: string }[];
  /** The latest reports of the year, by contract and label ("acme-gold 2026-06"). */
  reports: ReadonlyMap<string, LatestReport>;
  /** Reports that are proposed to be restated, by the same. */
  restated: ReadonlySet<string>;
  /** Cycles of the year in which the contract holds, in order. */
  cyclesOf(row: StandingRow): StandingCycle[];
}

export type ReadStanding = (year: number) => Promise<Standing>;

const yearsKept = 4;

export function keepStanding(db: Database): ReadStanding {
  const agreed = keptUnder(() => readAgreed(db));
  const restated = keptUnder(() => readRestated(db));
  const years = new Map<number, (mark: string) => Promise<Map<string, LatestReport>>>();
  return async (year) => {
    const marks = await readMarks(db);
    if (!years.has(year) && years.size >= yearsKept) {
      years.clear();
    }
    const reportsOf = years.get(year) ?? keptUnder(() => readReports(db, year));
    years.set(year, reportsOf);
    const { rows, customers, cycles } = await agreed(marks.agreed);
    return {
      ...{ marks, rows, customers },
      reports: await reportsOf(`${marks.issued} ${marks.agreed}`),
      restated: await restated(marks.said),
      cyclesOf(row) {
        const key = `${year} ${row.slug}`;
        const known = cycles.get(key) ?? cyclesIn(year, row.contract);
        cycles.set(key, known);
        return known;
      },
    };
  };
}

/** Reads again when the mark is another one; who asks meanwhile waits for the same reading. */
export function keptUnder<T>(read: () => Promise<T>): (mark: string) => Promise<T> {
  let mark: string | null = null;
  let value: Promise<T>;
  return (now) => {
    if (mark !== now) {
      mark = now;
      value = read();
      value.catch(() => {
        mark = null;
      });
    }
    return value;
  };
}

async function readAgreed(db: Database) {
  const names = await readCustomers(db);
  const rows = [...(await readContracts(db))]
    .map(([slug, contract]): StandingRow => {
      const { title, customer } = contract.particulars;
      const { name, recipients } = names.get(customer)!.wanted;
      return { slug, title, customer: { slug: customer, name, recipients }, contract };
    })
    .sort((a, b) => compare(a.customer.name, b.customer.name) || compare(a.title, b.title));
  const customers = [...new Map(rows.map(({ customer }) => [customer.slug, customer])).values()];
  return { rows, customers, cycles: new Map<string, StandingCycle[]>() };
}

async function readReports(db: Database, year: number): Promise<Map<string, LatestReport>> {
  const reports = await listLatestReports(db, labelOf(year, 1), labelOf(year, 12));
  return new Map(reports.map((report) => [`${report.contract} ${report.label}`, report]));
}

async function readRestated(db: Database): Promise<Set<string>> {
  const waiting = (await listRevisionProposals(db)).filter((one) => proposalState(one) === "proposed");
  return new Set(waiting.map(({ contract, label }) => `${contract} ${label}`));
}

function cyclesIn(year: number, { versions, particulars }: StandingContract): StandingCycle[] {
  return labelsOf(year).flatMap((label) => {
    const held = contractCycle(label, { versions, endsAt: particulars.endsAt });
    return held === null ? [] : [{ label, ...held.period }];
  });
}

/** The twelve labels of a year. */
export function labelsOf(year: number): string[] {
  return Array.from({ length: 12 }, (_, i) => labelOf(year, i + 1));
}

function labelOf(year: number, month: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
}

/** The calendar year of an instant. */
export function yearOf(at: Instant, timeZone: string): number {
  return Number(cycleContaining(at, { timeZone, anchorDay: 1 }).label.slice(0, 4));
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: string, b: string): number {
  return collator.compare(a, b);
}
