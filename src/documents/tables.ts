/**
 * Reports as tables, for one contract or many: summary, outages, minutes, coverage, exclusions, credits, support. CSV and spreadsheets print the same rows.
 */
import { printDecimal } from "../domain/sla/figures/exact.ts";
import { product } from "../domain/sla/figures/exact.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf } from "../domain/sla/report/report-part.ts";
import { type ExactJson, readExact, type Stretch } from "../domain/sla/report/report-values.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { localStamp, type ReportLanguage, type ReportWord } from "./report-language.ts";

export const tableNames = [
  "summary",
  "outages",
  "minutes",
  "coverage",
  "exclusions",
  "credits",
  "support",
] as const;
export type TableName = (typeof tableNames)[number];

/** A text; a number as an exact decimal; wall time, "2026-07-09 16:02:10"; or nothing. */
export type Cell = string | { number: string } | { stamp: string } | null;

export interface Table {
  name: TableName;
  title: string;
  columns: string[];
  rows: Cell[][];
}

type RowsOf = (report: Report, language: ReportLanguage) => Cell[][];

const first: ReportWord[] = ["customer", "contract", "cycle"];

const columns: Record<TableName, ReportWord[]> = {
  summary: [
    ...first,
    "start",
    "end",
    "version",
    "verdict",
    "percent",
    "target",
    "bounds.low",
    "bounds.high",
    "coverage.percent",
    "eligible.ms",
    "down.ms",
    "excluded.ms",
    "unknown.ms",
    "counted.ms",
    "allowed.ms",
    "left.ms",
    "credit",
    "currency",
  ],
  outages: [
    ...first,
    "service",
    "check",
    "start",
    "end",
    "start.utc",
    "end.utc",
    "lower.ms",
    "observed.ms",
    "upper.ms",
    "excluded.ms",
    "counted.ms",
  ],
  minutes: [...first, "version", "service", "minute", "minute.utc", "down.ms", "counted.ms"],
  coverage: [...first, "service", "location", "coverage.percent", "observed.ms", "asked.ms"],
  exclusions: [
    ...first,
    "version",
    "kind",
    "what",
    "start",
    "end",
    "announced",
    "clause",
    "excluded.ms",
    "approval",
  ],
  credits: [
    ...first,
    "revisions",
    "issuedOn",
    "reason",
    "people",
    "verdict",
    "percent",
    "fee",
    "band",
    "credit",
    "adjustment",
    "credited",
    "currency",
  ],
  support: [
    ...first,
    "request",
    "promise",
    "priority",
    "opened",
    "due",
    "ended",
    "outcome",
    "stood.ms",
    "due.utc",
    "ended.utc",
  ],
};

const rows: Record<TableName, RowsOf> = {
  summary: summaryRows,
  outages: outageRows,
  minutes: minuteRows,
  coverage: coverageRows,
  exclusions: exclusionRows,
  credits: creditRows,
  support: supportRows,
};

/** One table over these reports, in their order. */
export function tableOf(name: TableName, reports: readonly Report[], language: ReportLanguage): Table {
  return {
    ...emptyTable(name, language),
    rows: reports.flatMap((report) => rowsOf(name, report, language)),
  };
}

/** A table that has its columns, and no rows yet. */
export function emptyTable(name: TableName, language: ReportLanguage): Table {
  return {
    name,
    title: language.say(`sheet.${name}`),
    columns: columns[name].map((word) => language.say(word)),
    rows: [],
  };
}

/** What one report brings to a table. */
export function rowsOf(name: TableName, report: Report, language: ReportLanguage): Cell[][] {
  const begin = [report.customer.name, report.contract.title, report.cycle.label];
  return rows[name](report, language).map((row) => [...begin, ...row]);
}

function summaryRows({ parts, cycle }: Report, language: ReportLanguage): Cell[][] {
  return parts.map((part) => [
    stamp(part.period.start, cycle.time_zone),
    stamp(part.period.end, cycle.time_zone),
    whole(part.version),
    language.say(`verdict.${part.verdict}`),
    decimal(part.percent),
    decimal(clausesOf(part).targetPercent),
    decimal(part.bounds.low),
    decimal(part.bounds.high),
    decimal(part.coverage_percent),
    whole(part.eligible_ms),
    exact(part.raw_down_ms),
    exact(part.excluded_down_ms),
    exact(part.unknown_ms),
    exact(part.counted_down_ms),
    part.budget && whole(part.budget.allowed_ms),
    part.budget && whole(part.budget.left_ms),
    part.credit && money(part.credit.issued_minor, part.credit.currency),
    part.credit?.currency ?? null,
  ]);
}

function outageRows({ services, cycle }: Report): Cell[][] {
  return services.flatMap(({ title, outages }) =>
    outages.map((outage) => [
      title,
      outage.check,
      stamp(outage.start, cycle.time_zone),
      stamp(outage.end, cycle.time_zone),
      outage.start,
      outage.end,
      whole(outage.lower_ms),
      whole(outage.observed_ms),
      whole(outage.upper_ms),
      whole(outage.excluded_ms),
      exact(outage.counted_ms),
    ]),
  );
}

const minuteMs = 60_000;

function minuteRows({ parts, services, cycle }: Report): Cell[][] {
  const titleOf = (slug: string | null) => services.find((one) => one.slug === slug)?.title ?? slug;
  return parts.flatMap((part) =>
    part.downtime.flatMap(({ service, share, down, counted }) => {
      const [downIn, countedIn] = [byMinute(down), byMinute(counted)];
      const minutes = [...new Set([...downIn.keys(), ...countedIn.keys()])].sort((a, b) => a - b);
      return minutes.map((at): Cell[] => [
        whole(part.version),
        titleOf(service),
        stamp(isoInstant(at), cycle.time_zone),
        isoInstant(at),
        whole(downIn.get(at) ?? 0),
        weighed(share, countedIn.get(at) ?? 0),
      ]);
    }),
  );
}

/** Ms of every minute of the epoch that the stretches touch. */
function byMinute(stretches: readonly Stretch[]): Map<number, number> {
  const minutes = new Map<number, number>();
  for (const { start, end } of stretches) {
    const [from, until] = [Date.parse(start), Date.parse(end)];
    for (let at = Math.floor(from / minuteMs) * minuteMs; at < until; at += minuteMs) {
      const ms = Math.min(until, at + minuteMs) - Math.max(from, at);
      minutes.set(at, (minutes.get(at) ?? 0) + ms);
    }
  }
  return minutes;
}

/** In how much of the time in which it was asked each location spoke, service by service. */
function coverageRows({ services }: Report): Cell[][] {
  return services.flatMap(({ title, locations }) =>
    locations.map((one) => [
      title,
      one.location,
      decimal(one.coverage_percent),
      whole(one.observed_ms),
      whole(one.of_ms),
    ]),
  );
}

/** A window or an exclusion as it stands in a report. */
interface Recorded {
  id: string;
  title?: string;
  kind?: string;
  reason?: string;
  start: string;
  end: string;
  announced_at?: string | null;
  author?: string;
  proposer?: string;
  approver?: string;
}

/** A window or approved exclusion under one version: what became of it. */
export interface ToldExclusion {
  version: number;
  kind: string;
  what: string;
  start: string;
  end: string;
  announced: string | null;
  isWindow: boolean;
  verdict: string;
  /** Null: it is not told apart from others. */
  excludedMs: number | null;
  people: string;
}

/** Windows and approved exclusions of a report, version by version. */
export function toldExclusions(report: Report, language: ReportLanguage): ToldExclusion[] {
  const windows = new Map((report.windows as unknown as Recorded[]).map((one) => [one.id, one]));
  const exclusions = new Map((report.exclusions as unknown as Recorded[]).map((one) => [one.id, one]));
  return report.parts.flatMap((part) => {
    const within = ({ end, start }: Recorded) =>
      Date.parse(end) > Date.parse(part.period.start) && Date.parse(start) < Date.parse(part.period.end);
    const judged = part.windows.flatMap(({ id, verdict, excluded }): ToldExclusion[] => {
      const window = windows.get(id);
      return window === undefined || !within(window)
        ? []
        : [
            {
              version: part.version,
              kind: language.say("kind.maintenance"),
              what: window.title ?? "",
              start: window.start,
              end: window.end,
              announced: window.announced_at ?? null,
              isWindow: true,
              verdict: language.say(`window.${verdict}`),
              excludedMs: lengthOf(excluded),
              people: window.author ?? "",
            },
          ];
    });
    const approved = part.exclusions.flatMap(({ id, allowed }): ToldExclusion[] => {
      const exclusion = exclusions.get(id);
      return exclusion === undefined || !within(exclusion)
        ? []
        : [
            {
              version: part.version,
              kind: language.name("kind", exclusion.kind ?? ""),
              what: exclusion.reason ?? "",
              start: exclusion.start,
              end: exclusion.end,
              announced: null,
              isWindow: false,
              verdict: language.say(allowed ? "exclusion.allowed" : "exclusion.refused"),
              excludedMs: allowed ? lengthOf([exclusion]) : 0,
              people: language.say("approvedBy", {
                author: exclusion.proposer ?? "",
                approver: exclusion.approver ?? "",
              }),
            },
          ];
    });
    return [...judged, ...approved];
  });
}

function exclusionRows(report: Report, language: ReportLanguage): Cell[][] {
  const zone = report.cycle.time_zone;
  return toldExclusions(report, language).map((told) => [
    whole(told.version),
    told.kind,
    told.what,
    stamp(told.start, zone),
    stamp(told.end, zone),
    told.isWindow && told.announced === null ? language.say("announced.never") : stamp(told.announced, zone),
    told.verdict,
    told.excludedMs === null ? null : whole(told.excludedMs),
    told.people,
  ]);
}

function creditRows(report: Report, language: ReportLanguage): Cell[][] {
  const { revisions, result, parts, cycle } = report;
  const currency = result.currency ?? clausesOf(parts.at(-1)!).fee?.currency ?? null;
  const amount = (minor: number | null) =>
    minor === null || currency === null ? null : money(minor, currency);
  return revisions.map((revision) => {
    const isThis = revision.revision === report.revision;
    const credits = parts.flatMap(({ credit }) => credit ?? []);
    const fee = credits.reduce((all, { fee_basis_minor }) => all + fee_basis_minor, 0);
    return [
      whole(revision.revision),
      stamp(revision.issued_at, cycle.time_zone),
      revision.reason === "" ? language.say("revisions.first") : revision.reason,
      [revision.author, revision.approver].filter((one) => one !== null).join(", "),
      language.name("verdict", revision.verdict),
      decimal(revision.percent),
      isThis && credits.length > 0 ? amount(fee) : null,
      isThis && credits.length === 1 ? decimal(credits[0]!.band_percent) : null,
      amount(revision.credit_minor),
      amount(revision.adjustment_minor),
      amount(revision.net_credited_minor),
      currency,
    ];
  });
}

function supportRows({ support, cycle }: Report, language: ReportLanguage): Cell[][] {
  const zone = cycle.time_zone;
  return (support?.promises ?? []).map((one) => [
    one.reference,
    language.say(`promise.${one.promise}`),
    one.priority,
    stamp(one.opened_at, zone),
    stamp(one.due_at, zone),
    stamp(one.ended_at, zone),
    language.say(`outcome.${one.outcome}`),
    whole(one.stood_still_ms),
    one.due_at,
    one.ended_at,
  ]);
}

function lengthOf(stretches: readonly { start: string; end: string }[]): number {
  return stretches.reduce((all, { start, end }) => all + Date.parse(end) - Date.parse(start), 0);
}

function stamp(instant: string | null, timeZone: string): Cell {
  return instant === null ? null : { stamp: localStamp(instant, timeZone) };
}

function whole(value: number): Cell {
  return { number: String(value) };
}

function decimal(value: string | null): Cell {
  return value === null ? null : { number: value };
}

function money(minor: number, currency: string): Cell {
  return { number: printAmount(minor, currency) };
}

function exact(value: ExactJson): Cell {
  return typeof value === "number" ? whole(value) : { number: printDecimal(readExact(value), 3) };
}

function weighed(share: ExactJson, ms: number): Cell {
  return share === 1 ? whole(ms) : { number: printDecimal(product(readExact(share), ms), 3) };
}
