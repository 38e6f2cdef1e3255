/** The months of a customer's contracts: the one that runs, as far as it is known, and those that were reported. */
import { draftCycle } from "../../actions/draft-cycle.ts";
import { readGround } from "../../actions/read-ground.ts";
import { NotFound } from "../../domain/errors.ts";
import { contractLabels } from "../../domain/sla/promise/contract-cycle.ts";
import type { PartReport } from "../../domain/sla/report/report-part.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { cycleContaining } from "../../domain/time/billing-cycle.ts";
import { type IssuedReport, listReports } from "../../store/reports.ts";
import { formatDuration } from "../format.ts";
import type { MonthRow, RunningMonth } from "./month-words.ts";
import type { contractsInForce, OwnContract } from "./own.ts";
import type { PortalContext, PortalDeps } from "./room.ts";
import { portalAddress } from "./shell.ts";

/** What reports are drafted from and found in. */
export type ReportSource = Pick<PortalDeps, "db" | "office">;

/** The running months of contracts in force, as drafts of their reports; of those that have just begun nothing. */
export async function runningReports(
  contracts: ReturnType<typeof contractsInForce>,
  deps: ReportSource,
  now: number,
): Promise<Map<string, Report>> {
  const byLabel = Map.groupBy(contracts, ({ version }) => cycleContaining(now, version.clauses).label);
  const reports = new Map<string, Report>();
  for (const [label, some] of byLabel) {
    const ground = await readGround(deps.db, label, { contracts: some.map(({ slug }) => slug) });
    for (const [slug, of] of ground.contracts) {
      if (of.period.start < now) {
        const { report } = await draftCycle(deps.db, ground, of, deps.office.engine, now);
        reports.set(slug, report);
      }
    }
  }
  return reports;
}

/** A draft in words. */
export function toRunningMonth({ slug, contract }: OwnContract, report: Report, context: PortalContext) {
  const { language, words, now } = context;
  const { say } = language;
  const part = runningPart(report, now);
  const { budget, best_case_percent: best, bounds, coverage_percent: coverage } = part;
  const { percent, verdict } = report.result;
  const short = (decimal: string | null) => words.shortPercent(decimal);
  const target = targetOf(part);
  const month: RunningMonth = {
    contract: contract.particulars.title,
    address: portalAddress(slug),
    monthAddress: portalAddress(slug, report.cycle.label),
    name: monthName(report.cycle.label, context),
    target:
      target === null ? words.say("target.none") : words.say("promised", { percent: words.percent(target) }),
    percent: short(percent),
    budget:
      budget === null || percent === null
        ? null
        : {
            left: formatDuration(Math.abs(budget.left_ms), language),
            allowed: formatDuration(budget.allowed_ms, language),
            isOver: budget.left_ms < 0,
            usedShare: Math.min(100, Math.floor(Number(budget.burn_percent ?? "100"))),
          },
    best: best === null ? "" : say("portal.month.best", { percent: short(best) }),
    verdict,
    verdictWord: words.say(`verdict.${verdict}`),
    doubts: [
      ...(coverage === null || coverage === "100.000000"
        ? []
        : [say("portal.month.measured", { share: short(coverage) })]),
      ...(bounds.low === null || short(bounds.low) === short(bounds.high)
        ? []
        : [say("portal.month.between", { low: short(bounds.low), high: short(bounds.high) })]),
      ...(percent !== null && part.sensitive_to_unknown ? [words.say("sensitive")] : []),
      ...(part.edges_decide ? [words.say("edgesDecide")] : []),
    ],
  };
  return month;
}

/** The part of a cycle that holds at an instant: as a rule there is one. */
function runningPart({ parts }: Report, now: number): PartReport {
  return parts.findLast(({ period }) => Date.parse(period.start) <= now) ?? parts[0]!;
}

function targetOf({ clauses }: PartReport): string | null {
  return (clauses as { target_percent: string | null }).target_percent;
}

/** Every month of a contract up to now, newest first. */
export async function monthRows(
  { slug, contract }: OwnContract,
  running: Report | undefined,
  context: PortalContext,
  deps: Pick<ReportSource, "db">,
): Promise<MonthRow[]> {
  const { versions, particulars } = contract;
  const { now } = context;
  const until = Math.min(now + 1, particulars.endsAt ?? now + 1);
  const start = versions[0]!.effectiveAt;
  const labels =
    start < until ? contractLabels({ versions, endsAt: particulars.endsAt }, { start, end: until }) : [];
  const issued = new Map((await listReports(deps.db, { contract: slug })).map((one) => [one.label, one]));
  return [...new Set([...labels, ...issued.keys()])]
    .sort()
    .reverse()
    .map((label) => {
      const report = issued.get(label);
      const draft = running?.cycle.label === label ? running : undefined;
      return toMonthRow(label, slug, report, draft, context);
    });
}

function toMonthRow(
  label: string,
  slug: string,
  issued: IssuedReport | undefined,
  draft: Report | undefined,
  context: PortalContext,
): MonthRow {
  const { language, words } = context;
  const noon = `${label}-15T12:00:00.000Z`;
  const formatter = new Intl.DateTimeFormat(language.tag, { month: "short", timeZone: "UTC" });
  const nothing = words.say("nothing");
  const row = {
    label,
    name: monthName(label, context),
    short: formatter.format(Date.parse(noon)),
    address: issued === undefined && draft === undefined ? null : portalAddress(slug, label),
  };
  if (issued !== undefined) {
    const { percent, verdict, creditMinor, currency } = issued;
    const hasCredit = creditMinor !== null && currency !== null;
    return {
      ...row,
      percent: words.shortPercent(percent),
      verdict,
      verdictWord: words.name("verdict", verdict),
      credit: hasCredit ? words.money(creditMinor, currency) : nothing,
    };
  }
  return {
    ...row,
    percent: draft === undefined ? nothing : words.shortPercent(draft.result.percent),
    verdict: "open",
    verdictWord: language.say(draft === undefined ? "portal.month.closing" : "portal.month.running"),
    credit: nothing,
  };
}

/** "June 2026", from a cycle's label. */
export function monthName(label: string, { words }: PortalContext): string {
  return words.month(`${label}-15T12:00:00.000Z`, "UTC");
}

/**
 * The draft of a contract's cycle, where that is the one that runs; null: it is not.
 */
export async function runningReport(
  { slug }: OwnContract,
  label: string,
  deps: PortalDeps,
): Promise<Report | null> {
  try {
    const now = deps.now();
    const ground = await readGround(deps.db, label, { contract: slug });
    const of = ground.contracts.get(slug)!;
    const isRunning = of.period.start < now && now < of.period.end && of.reports.length === 0;
    return isRunning ? (await draftCycle(deps.db, ground, of, deps.office.engine, now)).report : null;
  } catch (error) {
    if (error instanceof NotFound) {
      return null;
    }
    throw error;
  }
}
