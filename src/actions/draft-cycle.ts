/**
 * From the ground to one contract's cycle: everything its report is computed from, the report as a draft, and what still keeps the cycle
 * from being final.
 */
import { holidayEdition } from "../calendars/holidays.ts";
import { NotFound } from "../domain/errors.ts";
import { corrected } from "../domain/monitoring/correction.ts";
import { canonicalJson } from "../domain/sla/figures/canonical-json.ts";
import {
  cycleNeeds,
  type CycleNeed,
  type CycleState,
  cycleStateAt,
  type DecidedFigures,
  type Difference,
  differencesIn,
} from "../domain/sla/close/cycle-state.ts";
import { proposalState } from "../domain/sla/close/proposal.ts";
import { buildReport, type Report } from "../domain/sla/report/report.ts";
import {
  type DecisionInputs,
  type EarlierRevision,
  type PartInputs,
  type ReportInputs,
  storedHours,
} from "../domain/sla/report/report-inputs.ts";
import { settleRevisions } from "../domain/sla/settle/revision.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { type IssuedReport, listReports } from "../store/reports.ts";
import { measuredOver } from "./ground-facts.ts";
import { type Ground, type GroundContract, lastRevision } from "./read-ground.ts";
import { readSupportInputs } from "./read-support-inputs.ts";
import { digestOfText } from "./report-seal.ts";

/** What computes and seals, told with every report. */
export interface Engine {
  /** Of the product. */
  version: string;
  /** Of the time zone database. */
  timeZones: string;
  /** Public address of the platform; null: it has none. */
  url: string | null;
}

/** A cycle of a contract as it stands. */
export interface CycleDraft {
  state: CycleState;
  revision: number;
  inputs: ReportInputs;
  /** As a draft: revision 0. */
  report: Report;
  /** SHA-256 over what was agreed, measured and laid over it, hex: the same as long as nothing has changed. */
  readonly factsDigest: string;
  figures: DecidedFigures;
  differences: Difference[];
  needs: CycleNeed[];
}

/**
 * The cycle as of `now`.
 *
 * @throws NotFound cycle_not_begun
 */
export async function draftCycle(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<CycleDraft> {
  if (now <= of.period.start) {
    throw new NotFound("cycle_not_begun", `The cycle ${of.cycle.label} of ${of.slug} has not begun.`);
  }
  const inputs = await inputsOf(db, ground, of, engine, now);
  const report = reportOf(inputs);
  const figures = decidedFigures(report);
  const differences = differencesOf(ground, of, inputs);
  const needs = cycleNeeds(
    {
      ...figures,
      period: of.period,
      sensitiveToUnknown: report.result.sensitive_to_unknown,
      differences,
      explanations: ground.explanations,
      pending: pendingOf(ground, of),
      decision: ground.decisions.get(of.slug) ?? null,
    },
    now,
  );
  const revision = lastRevision(of);
  return {
    state: cycleStateAt(of.period, revision, now),
    revision,
    inputs,
    report,
    // Only where it is asked for: whoever looks over a whole month does not.
    get factsDigest() {
      return factsDigest(inputs);
    },
    figures,
    differences,
    needs,
  };
}

/** The report that the inputs make. */
export function reportOf(inputs: ReportInputs): Report {
  return buildReport(inputs, digestOfText(canonicalJson(inputs)).toString("hex"));
}

/** Silences of locations are left out: they tell how well it was watched, and change no figure that was agreed on. */
function factsDigest({ parts, services: all, corrections, windows, exclusions }: ReportInputs): string {
  const services = all.map(({ silences: _, ...service }) => service);
  return digestOfText(canonicalJson({ parts, services, corrections, windows, exclusions })).toString("hex");
}

/** The figures that a decision on unknown time is made with: of the part that hangs on it. */
function decidedFigures({ result, parts }: Report): DecidedFigures {
  const part = parts.find(({ sensitive_to_unknown }) => sensitive_to_unknown) ?? parts[0]!;
  return { verdict: result.verdict, percent: result.percent, bounds: part.bounds };
}

async function inputsOf(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<ReportInputs> {
  const { settings, calendarOf, corrections, exclusions, incidents, windows } = ground;
  const { contract, customer, cycle, period, reports } = of;
  const { particulars } = contract;
  const { start, end } = measuredOver(period);
  const over = { start, end: Math.min(end, now) };
  const slugs = new Set(of.services.map(({ slug }) => slug));
  const touches = (services: "*" | readonly string[]) =>
    services === "*" || services.some((slug) => slugs.has(slug));
  const parts: PartInputs[] = [];
  for (const [i, { version, startsAt, endsAt }] of of.parts.entries()) {
    parts.push({
      version: contract.versions.indexOf(version) + 1,
      startsAt,
      endsAt,
      reason: version.reason,
      clauses: version.clauses,
      services: of.covered[i]!.map(({ slug }) => slug),
      ...storedHours(version.clauses, calendarOf, over),
      priorCreditsMinor: await priorCredits(db, of, version.clauses),
    });
  }
  const support = await readSupportInputs(db, ground, of, Math.min(cycle.end, now));
  return {
    platform: { name: settings.name, url: engine.url },
    customer: { slug: customer.slug, name: customer.name },
    language: particulars.language ?? customer.language,
    contract: {
      slug: of.slug,
      title: particulars.title,
      policy: particulars.policy,
      endsAt: particulars.endsAt,
      escalationContact: particulars.escalationContact,
      sources: particulars.sources,
    },
    cycle,
    parts,
    services: of.services.map(({ slug, title, archivedAt }) => ({
      ...ground.measure(slug, over, archivedAt),
      title,
      locations: [],
    })),
    measuredOver: over,
    corrections: of.services.flatMap(({ slug }) =>
      (corrections.get(slug) ?? []).filter(({ start, end }) => start < over.end && end > over.start),
    ),
    windows: windows
      .filter(({ plannedStart, serviceSlugs }) => plannedStart < cycle.end && touches(serviceSlugs))
      .map((window) => ({
        id: window.reference,
        title: window.title,
        start: window.plannedStart,
        end: window.plannedEnd,
        services: window.serviceSlugs,
        announcedAt: window.announcedAt,
        author: window.author,
      })),
    exclusions: exclusions
      .filter(({ contract: slug }) => slug === null || slug === of.slug)
      .filter((exclusion) => proposalState(exclusion) === "approved" && touches(exclusion.services))
      .filter(({ start, end }) => start < over.end && end > over.start)
      .map(({ reference, kind, start, end, services, reason, evidence, author, steps }) => {
        const { author: approver, recordedAt } = steps.find(({ step }) => step === "approved")!;
        const proposer = author;
        return {
          ...{ id: reference, kind, start, end, services, reason, evidence },
          ...{ proposer, approver, approvedAt: recordedAt },
        };
      }),
    incidents: incidents
      .filter(({ startedAt, resolvedAt }) => startedAt < period.end && (resolvedAt ?? now) > period.start)
      .filter(({ impacts }) => impacts.some(({ serviceSlug }) => slugs.has(serviceSlug)))
      .map(({ reference, title, startedAt, resolvedAt, impacts }) => ({
        ...{ id: reference, title, startedAt, resolvedAt },
        services: [...new Set(impacts.map(({ serviceSlug }) => serviceSlug))].filter((slug) =>
          slugs.has(slug),
        ),
      })),
    decisions: decisionsOf(ground, of),
    ...(support === null ? {} : { support }),
    roots: ground.roots
      .filter(({ day }) => day < cycle.end && day + 86_400_000 > cycle.start)
      .map(({ day, root, timestampToken }) => ({ day, root, timestamped: timestampToken !== null })),
    asOf: now < period.end ? now : null,
    issue: { revision: 0, issuedAt: now, reason: "", author: "", approver: null },
    earlier: reports.map(toEarlier),
    engine: { version: engine.version, timeZones: engine.timeZones, holidays: holidayEdition },
  };
}

function toEarlier(report: IssuedReport): EarlierRevision {
  const { revision, issuedAt, reason, author, approver, sha256, percent, verdict, creditMinor } = report;
  return { revision, issuedAt, reason, author, approver, sha256, percent, verdict, creditMinor };
}

/** What stands credited in the rolling term before this cycle. */
async function priorCredits(
  db: Database,
  { slug, cycle }: GroundContract,
  { credit }: PartInputs["clauses"],
): Promise<number> {
  if (credit?.rollingCap == null) {
    return 0;
  }
  const first = monthsBefore(cycle.label, credit.rollingCap.months - 1);
  const issued = (await listReports(db, { contract: slug })).filter(
    ({ label }) => label >= first && label < cycle.label,
  );
  const clawback = credit.clawback ? "full" : "none";
  return [...Map.groupBy(issued, ({ label }) => label).values()].reduce((total, revisions) => {
    const settled = settleRevisions(
      revisions.map(({ creditMinor }) => creditMinor),
      clawback,
    );
    return total + settled.at(-1)!.netCreditedMinor;
  }, 0);
}

function monthsBefore(label: string, months: number): string {
  const [year, month] = label.split("-").map(Number);
  const count = year! * 12 + month! - 1 - months;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
}

function differencesOf(ground: Ground, of: GroundContract, inputs: ReportInputs): Difference[] {
  const over = inputs.measuredOver;
  const timelines = inputs.services.map(({ slug, segments }) => ({
    slug,
    timeline: corrected(
      segments.map((segment) => ({ ...segment, end: segment.end ?? over.end })),
      inputs.corrections.filter(({ service }) => service === slug),
      over.end,
    ),
  }));
  return differencesIn(timelines, ground.incidents, ground.windows, of.period);
}

/** Proposals that touch the cycle and wait for a second person. */
function pendingOf(ground: Ground, of: GroundContract): string[] {
  const slugs = of.services.map(({ slug }) => slug);
  const waits = (proposal: Interval & Parameters<typeof proposalState>[0]) =>
    proposalState(proposal) === "proposed" &&
    proposal.start < of.period.end &&
    proposal.end > of.period.start;
  return [
    ...ground.proposed.filter((one) => waits(one) && slugs.includes(one.service)),
    ...ground.exclusions.filter(
      (one) =>
        waits(one) &&
        (one.contract === null || one.contract === of.slug) &&
        of.parts.some(({ version }) => version.clauses.exclusions.includes(one.kind)) &&
        (one.services === "*" || one.services.some((slug) => slugs.includes(slug))),
    ),
  ].map(({ reference }) => reference);
}

/** What people said of this cycle, for the report. */
function decisionsOf(ground: Ground, of: GroundContract): DecisionInputs[] {
  const slugs = of.services.map(({ slug }) => slug);
  const explained = ground.explanations
    .filter(
      ({ service, start, end }) => slugs.includes(service) && start < of.period.end && end > of.period.start,
    )
    .map(({ id, kind, service, incident, reason, author, recordedAt }): DecisionInputs => ({
      ...{ id, kind, reason, author, at: recordedAt },
      about: incident ?? service,
    }));
  const decision = ground.decisions.get(of.slug);
  return decision === undefined
    ? explained
    : [
        ...explained,
        {
          ...{ id: decision.id, kind: "unknown_time", about: "", reason: decision.reason },
          ...{ author: decision.author, at: decision.recordedAt },
        },
      ];
}
