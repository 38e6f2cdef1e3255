/**
 * A report: one cycle of one contract, told so that whoever holds it can recompute it. Every figure comes from the functions of this
 * folder; the report is a pure function of its inputs (report-inputs.ts), and its canonical JSON is what gets sealed. Instants are written
 * as ISO 8601 in UTC, durations in whole ms (or "n/d" where a clause divides), money in minor units.
 */
import { printLocalTime } from "../../time/local-time.ts";
import { isoDay, isoInstant } from "../../time/written-instant.ts";
import type { Verdict } from "../measure/availability.ts";
import { canonicalJson, type Json } from "../figures/canonical-json.ts";
import { joinParts } from "../settle/contract.ts";
import type { CustomerLanguage } from "../promise/customer.ts";
import type { IssueInputs, ReportInputs } from "./report-inputs.ts";
import { judgePart, type PartReport } from "./report-part.ts";
import { type SupportReport, tellSupport } from "./report-support.ts";
import { type ServiceReport, tellServices } from "./report-services.ts";
import { snakeKeys, type Stretch } from "./report-values.ts";
import { settleRevisions } from "../settle/revision.ts";

export const reportFormat = "fournines-report";
export const reportVersion = 1;

/** A revision, as it is told in the report itself and in those after it. */
export interface RevisionReport {
  revision: number;
  /** Null: the first. */
  supersedes: number | null;
  issued_at: string;
  reason: string;
  author: string;
  approver: string | null;
  /** Of the canonical JSON of an earlier one; null: this one, whose digest is told outside of it. */
  sha256: string | null;
  percent: string | null;
  verdict: string;
  credit_minor: number | null;
  /** What is paid, or taken back, for it after those before (sla-semantics 12). */
  adjustment_minor: number;
  /** What stands credited after it. */
  net_credited_minor: number;
}

export interface Report {
  format: typeof reportFormat;
  format_version: typeof reportVersion;
  /** SHA-256 of the canonical JSON of the inputs. */
  inputs_sha256: string;
  platform: { name: string; url: string | null };
  customer: { slug: string; name: string };
  language: CustomerLanguage;
  contract: {
    slug: string;
    title: string;
    policy: string | null;
    ends_at: string | null;
    escalation_contact: Json;
    sources: Json;
  };
  cycle: Stretch & {
    /** "2026-07", the local month in which it starts. */
    label: string;
    time_zone: string;
    /** Wall time of both bounds there, "2026-07-01 00:00". */
    local_start: string;
    local_end: string;
    length_ms: number;
  };
  /** Null: the cycle is over; otherwise a draft up to here. */
  as_of: string | null;
  /** What the whole cycle comes to. */
  result: {
    verdict: Verdict;
    percent: string | null;
    sensitive_to_unknown: boolean;
    edges_decide: boolean;
    /** Null: no credit is computed. */
    credit_minor: number | null;
    currency: string | null;
  };
  /** One as a rule; several where new terms took effect inside the cycle. */
  parts: PartReport[];
  services: ServiceReport[];
  windows: Json[];
  exclusions: Json[];
  corrections: Json[];
  incidents: Json[];
  decisions: Json[];
  /** Promised answers and solutions that were settled in the cycle; absent: no support is promised, or it was not told yet. */
  support?: SupportReport;
  evidence: {
    /** The time over which evidence gives the same measurements. */
    measured_over: Stretch;
    roots: { day: string; root: string; timestamped: boolean }[];
  };
  /** All revisions in order, this one last; a draft has only those before it. */
  revisions: RevisionReport[];
  /** From 1; 0: a draft. */
  revision: number;
  engine: { version: string; time_zones: string; holidays: string };
}

/**
 * The report of a cycle. Pure: the same inputs make the same report, byte for byte, in any order of keys.
 *
 * @param inputsSha256 digest of the inputs' canonical JSON, hex
 * @throws InvalidInput where the inputs contradict themselves (sla-semantics 6, 7, 8)
 */
export function buildReport(inputs: ReportInputs, inputsSha256: string): Report {
  const { cycle, contract, issue, engine, asOf } = inputs;
  const timeZone = inputs.parts[0]!.clauses.timeZone;
  const parts = inputs.parts.map((part) => judgePart(part, inputs));
  const whole = joinParts(parts.map(({ judged }) => judged));
  const told = parts.map(({ report }) => report);
  const result: Report["result"] = {
    verdict: whole.verdict,
    percent: whole.percent,
    sensitive_to_unknown: told.some((part) => part.sensitive_to_unknown),
    edges_decide: told.some((part) => part.edges_decide),
    credit_minor: whole.issuedMinor,
    currency: told.find((part) => part.credit !== null)?.credit?.currency ?? null,
  };
  return {
    format: reportFormat,
    format_version: reportVersion,
    inputs_sha256: inputsSha256,
    platform: inputs.platform,
    customer: inputs.customer,
    language: inputs.language,
    contract: {
      slug: contract.slug,
      title: contract.title,
      policy: contract.policy,
      ends_at: isoInstant(contract.endsAt),
      escalation_contact: snakeKeys(contract.escalationContact),
      sources: snakeKeys(contract.sources),
    },
    cycle: {
      label: cycle.label,
      start: isoInstant(cycle.start),
      end: isoInstant(cycle.end),
      time_zone: timeZone,
      local_start: printLocalTime(cycle.start, timeZone),
      local_end: printLocalTime(cycle.end, timeZone),
      length_ms: cycle.end - cycle.start,
    },
    as_of: isoInstant(asOf),
    result,
    parts: told,
    services: tellServices(parts, inputs),
    windows: inputs.windows.map(dated),
    exclusions: inputs.exclusions.map(dated),
    corrections: inputs.corrections.map(dated),
    incidents: inputs.incidents.map(dated),
    decisions: inputs.decisions.map(dated),
    ...(inputs.support === undefined
      ? {}
      : { support: tellSupport(inputs.support, { start: cycle.start, end: asOf ?? cycle.end }) }),
    evidence: {
      measured_over: {
        start: isoInstant(inputs.measuredOver.start),
        end: isoInstant(inputs.measuredOver.end),
      },
      roots: inputs.roots.map(({ day, root, timestamped }) => ({
        day: isoDay(day),
        root,
        timestamped,
      })),
    },
    revisions: revisionsOf(inputs, result),
    revision: issue.revision,
    engine: { version: engine.version, time_zones: engine.timeZones, holidays: engine.holidays },
  };
}

/** The canonical JSON of a report: what its digest and its signature are over. */
export function reportJson(report: Report): string {
  return canonicalJson(report);
}

const instants = ["start", "end", "announcedAt", "recordedAt", "approvedAt", "startedAt", "resolvedAt", "at"];

/** What people recorded, with its instants as ISO. */
function dated(recorded: object): Json {
  return snakeKeys(
    Object.fromEntries(
      Object.entries(recorded).map(([key, value]) => [
        key,
        instants.includes(key) && typeof value === "number" ? isoInstant(value) : (value as unknown),
      ]),
    ),
  );
}

function revisionsOf({ issue, earlier, parts }: ReportInputs, result: Report["result"]): RevisionReport[] {
  const own = { ...issue, sha256: null, percent: result.percent, verdict: result.verdict };
  const all: (IssueInputs & {
    sha256: string | null;
    percent: string | null;
    verdict: string;
    creditMinor: number | null;
  })[] = issue.revision === 0 ? [...earlier] : [...earlier, { ...own, creditMinor: result.credit_minor }];
  const allowsClawback = parts.at(-1)!.clauses.credit?.clawback ?? false;
  const credits = all.map(({ creditMinor }) => creditMinor);
  const settled = settleRevisions(credits, allowsClawback ? "full" : "none");
  return all.map((revision, i) => ({
    revision: revision.revision,
    supersedes: i === 0 ? null : all[i - 1]!.revision,
    issued_at: isoInstant(revision.issuedAt),
    reason: revision.reason,
    author: revision.author,
    approver: revision.approver,
    sha256: revision.sha256,
    percent: revision.percent,
    verdict: revision.verdict,
    credit_minor: revision.creditMinor,
    adjustment_minor: settled[i]!.adjustmentMinor,
    net_credited_minor: settled[i]!.netCreditedMinor,
  }));
}
