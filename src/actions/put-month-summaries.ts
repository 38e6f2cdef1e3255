/**
 * Puts down what account managers are told of a month: once when it was closed, or has settled and nobody closed it; and once more when
 * every contract of it is final. What it says is kept as it stood then.
 */
import { Refusal } from "../domain/errors.ts";
import type {
  ClosedContract,
  MonthSummary,
  OpenContract,
  OpenReason,
} from "../domain/mailing/month-summary.ts";
import { settleMs } from "../domain/sla/close/cycle-state.ts";
import { contractCycle } from "../domain/sla/promise/contract-cycle.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import type { Report } from "../domain/sla/report/report.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import { cycleContaining, previousCycle } from "../domain/time/billing-cycle.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import { readContracts } from "../store/agreements.ts";
import { isMonthClosed } from "../store/closings.ts";
import type { Database } from "../store/database.ts";
import { findLastSummary, putMailings } from "../store/mailings.ts";
import { getReport, listReports } from "../store/reports.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { newLetterId } from "./letter-id.ts";
import { recipientsOf } from "./put-report-mailings.ts";
import { type Ground, type GroundContract, readGround } from "./read-ground.ts";

const dayMs = 86_400_000;
/** A month that nobody closes is told of a day after it could have been. */
const patienceMs = dayMs;
/** One that was over long ago is not told of because somebody is named today. */
const toldWithinMs = 31 * dayMs;
/** Months that are looked back on: what hangs on a person for longer has been told once already. */
const monthsBack = 6;

/** How many mails were put down. */
export async function putMonthSummaries(db: Database, engine: Engine, now: Instant): Promise<number> {
  const settings = await findSettings(db);
  const managers = settings?.accountManagers ?? [];
  if (settings === undefined || managers.length === 0) {
    return 0;
  }
  let put = 0;
  for (const label of labelsBefore(settings, now)) {
    const last = await findLastSummary(db, label);
    const standing = await standingOf(db, label);
    if (
      last?.isFinal === true ||
      standing === null ||
      !(await isDue(db, label, standing, last !== null, now))
    ) {
      continue;
    }
    const facts = await summaryOf(db, label, settings, engine, now);
    const mails = managers.map((recipient) => ({
      id: newLetterId("mailing"),
      ...{ kind: "month_summary" as const, contract: null, contractId: null, label, recipient },
      revision: (last?.revision ?? 0) + 1,
      language: customerLanguages.find((code) => code === settings.languages[0]) ?? "en",
      ...{ linkId: null, facts, dueAt: now },
    }));
    put += (await putMailings(db, mails, now)).length;
  }
  return put;
}

function labelsBefore({ timeZone }: PlatformSettings, now: Instant): string[] {
  const rule = { timeZone, anchorDay: 1 };
  const cycles = [previousCycle(cycleContaining(now, rule), rule)];
  while (cycles.length < monthsBack) {
    cycles.push(previousCycle(cycles.at(-1)!, rule));
  }
  return cycles.map(({ label }) => label);
}

interface MonthStanding {
  /** When the last of its cycles has settled. */
  settledAt: Instant;
  isFinal: boolean;
}

/** How the month stands, without looking at what was measured; null: no contract has it. */
async function standingOf(db: Database, label: string): Promise<MonthStanding | null> {
  const contracts = [...(await readContracts(db))].filter(([, { archived }]) => !archived);
  const cycles = contracts.flatMap(([slug, { versions, particulars }]) => {
    const held = contractCycle(label, { versions, endsAt: particulars.endsAt });
    return held === null ? [] : [{ slug, end: held.period.end }];
  });
  const final = new Set((await listReports(db, { label })).map(({ contract }) => contract));
  return cycles.length === 0
    ? null
    : {
        settledAt: Math.max(...cycles.map(({ end }) => end)) + settleMs,
        isFinal: cycles.every(({ slug }) => final.has(slug)),
      };
}

async function isDue(
  db: Database,
  label: string,
  { settledAt, isFinal }: MonthStanding,
  wasTold: boolean,
  now: Instant,
): Promise<boolean> {
  if (wasTold || now < settledAt) {
    return wasTold && isFinal;
  }
  const isTime = isFinal || now >= settledAt + patienceMs || (await isMonthClosed(db, label, settledAt));
  return isTime && now - settledAt < toldWithinMs;
}

async function summaryOf(
  db: Database,
  label: string,
  settings: PlatformSettings,
  engine: Engine,
  now: Instant,
): Promise<MonthSummary> {
  const ground = await readGround(db, label, null);
  const closed: ClosedContract[] = [];
  const open: OpenContract[] = [];
  for (const of of ground.contracts.values()) {
    if (of.reports.length > 0) {
      closed.push(await closedOf(db, of));
    } else {
      open.push({ ...named(of), reasons: await reasonsOf(db, ground, of, engine, now) });
    }
  }
  return {
    ...{ label, platform: settings.name, timeZone: settings.timeZone },
    ...{ isFinal: open.length === 0, closed, open },
  };
}

function named({ slug, contract, customer }: GroundContract) {
  return { slug, title: contract.particulars.title, customer: customer.name };
}

async function closedOf(db: Database, of: GroundContract): Promise<ClosedContract> {
  const { revision, json } = await getReport(db, of.slug, of.cycle.label);
  const { result, parts, revisions } = JSON.parse(json) as Report;
  const leftMs = parts.reduce((sum, { budget }) => sum + (budget?.left_ms ?? 0), 0);
  return {
    ...named(of),
    revision,
    ...{ verdict: result.verdict, percent: result.percent, currency: result.currency },
    targetPercent: of.parts.at(-1)!.version.clauses.targetPercent,
    overMs: result.verdict === "breached" && leftMs < 0 ? -leftMs : null,
    creditMinor: result.credit_minor === null ? null : revisions.at(-1)!.net_credited_minor,
    recipients: of.contract.particulars.send.kind === "never" ? null : recipientsOf(of).length,
  };
}

/** Why a contract is not final, each reason once; one that could be closed says so. */
async function reasonsOf(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<OpenContract["reasons"]> {
  const count = (reasons: readonly OpenReason[]) =>
    [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => ({ reason, count: all.length }));
  try {
    const { needs } = await draftCycle(db, ground, of, engine, now);
    const reasons = needs.map(({ need }): OpenReason => (need === "cycle_end" ? "settle_time" : need));
    return count(reasons.length === 0 ? ["ready"] : reasons);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    return count(["refused"]);
  }
}
