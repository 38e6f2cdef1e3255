/**
 * A year at a glance: contracts × months. A cell tells verdict, percentage, credit and what still needs a person; what was issued comes from
 * the reports, what was not from drafts, and then the page says as of when.
 */
import type { CycleNeed } from "../../domain/sla/close/cycle-state.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { formatInstant } from "../format.ts";
import { keyOf, type KeptDraft, type OpenCycle, waitsForPerson } from "./kept-drafts.ts";
import { reportWords, verdictWord } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";
import { labelsOf, type Standing, type StandingCycle, type StandingRow } from "./standing.ts";

/** A cell of the grid. */
export interface YearCell {
  label: string;
  /** "June", for those who read a list. */
  month: string;
  /** "none": the contract does not hold then, or the cycle has not begun. */
  state: "none" | "running" | "closing" | "final";
  address: string;
  verdict: string;
  verdictWord: string;
  percent: string;
  /** "": none. */
  credit: string;
  /** What a person has to do; empty: nothing. */
  needs: string[];
  /** What else is to be known: that it runs, that it settles; "": nothing. */
  note: string;
}

export interface YearRow {
  title: string;
  address: string;
  cells: YearCell[];
}

export interface YearGrid {
  months: { name: string; short: string }[];
  groups: { name: string; address: string; rows: YearRow[] }[];
}

/** How a cycle stands, as far as it is known. */
export type CellFigures = Pick<KeptDraft, "percent" | "creditMinor" | "currency"> & { verdict: string };

/** Cycles of a row that have begun and have no report. */
export function openCyclesOf(row: StandingRow, standing: Standing, now: Instant): OpenCycle[] {
  return standing
    .cyclesOf(row)
    .filter(({ label, start }) => start < now && !standing.reports.has(`${row.slug} ${label}`))
    .map(({ label, end }) => ({ contract: row.slug, label, end }));
}

/** Drafts hang on everything that is agreed, said and issued. */
export function markOf({ marks: { agreed, said, issued } }: Standing): string {
  return `${agreed} ${said} ${issued}`;
}

/** Whether any month of the row waits for a person. */
export function rowWaits(
  row: StandingRow,
  standing: Standing,
  drafts: ReadonlyMap<string, KeptDraft>,
): boolean {
  return standing.cyclesOf(row).some(({ label }) => {
    const draft = drafts.get(keyOf({ contract: row.slug, label }));
    return standing.restated.has(`${row.slug} ${label}`) || (draft !== undefined && waitsForPerson(draft));
  });
}

/** The grid of these rows, which are in order of customer. */
export function yearGrid(
  year: number,
  rows: readonly StandingRow[],
  standing: Standing,
  drafts: ReadonlyMap<string, KeptDraft>,
  context: ConsoleContext,
): YearGrid {
  const months = labelsOf(year).map((label) => {
    const at = Date.parse(`${label}-15T00:00:00Z`);
    const name = formatInstant(at, "month", "UTC", context.language);
    return { label, name, short: formatInstant(at, "shortMonth", "UTC", context.language) };
  });
  const rowOf = (row: StandingRow): YearRow => {
    const address = `${context.base}/contracts/${encodeURIComponent(row.slug)}`;
    const cycles = new Map(standing.cyclesOf(row).map((cycle) => [cycle.label, cycle]));
    const cells = months.map(({ label, name }) => ({
      ...cellOf(row.slug, cycles.get(label), standing, drafts, context),
      label,
      month: name,
      address: `${address}/${label}`,
    }));
    return { title: row.title, address, cells };
  };
  return {
    months,
    groups: [...Map.groupBy(rows, ({ customer }) => customer.slug)].map(([slug, some]) => ({
      name: some[0]!.customer.name,
      address: `${context.base}/customers/${encodeURIComponent(slug)}`,
      rows: some.map(rowOf),
    })),
  };
}

type CellWords = Omit<YearCell, "label" | "month" | "address">;

function cellOf(
  contract: string,
  cycle: StandingCycle | undefined,
  standing: Standing,
  drafts: ReadonlyMap<string, KeptDraft>,
  context: ConsoleContext,
): CellWords {
  const { say } = context.language;
  const nothing = { verdict: "", verdictWord: "", percent: "", credit: "", needs: [], note: "" };
  if (cycle === undefined || cycle.start >= context.now) {
    return { ...nothing, state: "none" };
  }
  const key = `${contract} ${cycle.label}`;
  const report = standing.reports.get(key);
  if (report !== undefined) {
    return {
      ...figuresIn(report, context),
      state: "final",
      needs: standing.restated.has(key) ? [say("console.need.restate")] : [],
      note: report.revision > 1 ? say("console.revisionShort", { n: String(report.revision) }) : "",
    };
  }
  const draft = drafts.get(keyOf({ contract, label: cycle.label }));
  const isRunning = cycle.end > context.now;
  const state = isRunning ? "running" : "closing";
  if (draft === undefined) {
    return { ...nothing, state, note: say("console.year.unknown") };
  }
  return {
    ...(draft.refusal === null ? figuresIn(draft, context) : nothing),
    state,
    needs: needsIn(draft, context),
    note: noteOf(draft, isRunning, context),
  };
}

function figuresIn({ verdict, percent, creditMinor, currency }: CellFigures, context: ConsoleContext) {
  const words = reportWords(context);
  return {
    verdict,
    verdictWord: verdictWord(verdict, context),
    percent: words.shortPercent(percent),
    credit:
      creditMinor === null || creditMinor === 0 || currency === null
        ? ""
        : words.money(creditMinor, currency),
  };
}

/** What a person has to do before it is final, in words. */
export function needsIn({ needs, refusal }: KeptDraft, { language }: ConsoleContext): string[] {
  const count = (kind: CycleNeed["need"]) => needs.filter(({ need }) => need === kind).length;
  const [toExplain, toApprove] = [count("explanation"), count("proposal")];
  return [
    ...(refusal === null ? [] : [language.say("console.need.terms")]),
    ...(toExplain === 0 ? [] : [language.say("console.need.explain", { n: toExplain })]),
    ...(toApprove === 0 ? [] : [language.say("console.need.approve", { n: toApprove })]),
    ...(count("decision") === 0 ? [] : [language.say("console.need.decide")]),
  ];
}

function noteOf(draft: KeptDraft, isRunning: boolean, { language, now, timeZone }: ConsoleContext): string {
  if (isRunning) {
    return language.say("console.year.running");
  }
  const settling = draft.needs.find((one) => one.need === "settle_time");
  if (settling !== undefined && settling.at > now) {
    const day = formatInstant(settling.at, "day", timeZone, language);
    return language.say("console.year.settles", { day });
  }
  return waitsForPerson(draft) ? "" : language.say("console.year.ready");
}

/** Credit by the latest reports of these rows, one line a currency, one sum a month; then of the whole year. */
export function yearCredits(
  year: number,
  rows: readonly StandingRow[],
  standing: Standing,
  context: ConsoleContext,
): { currency: string; sums: string[]; total: string }[] {
  const words = reportWords(context);
  const labels = labelsOf(year);
  const sums = new Map<string, number[]>();
  for (const { slug } of rows) {
    labels.forEach((label, i) => {
      const report = standing.reports.get(`${slug} ${label}`);
      if (report?.currency != null && report.creditMinor !== null && report.creditMinor !== 0) {
        const ofCurrency = sums.get(report.currency) ?? labels.map(() => 0);
        ofCurrency[i]! += report.creditMinor;
        sums.set(report.currency, ofCurrency);
      }
    });
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, months]) => ({
      currency,
      sums: months.map((minor) => (minor === 0 ? "" : words.money(minor, currency))),
      total: words.money(
        months.reduce((all, minor) => all + minor, 0),
        currency,
      ),
    }));
}
