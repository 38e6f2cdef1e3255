/**
 * Issues a revision of a report: computed, sealed, stored, what it owes entered into the ledger, and the mails that bring it put down, in
 * one transaction. Nothing that was issued is ever changed.
 */
import { Conflict } from "../domain/errors.ts";
import { canonicalJson } from "../domain/sla/figures/canonical-json.ts";
import { claimDeadline, type CreditLine, openingStates } from "../domain/sla/close/credit-ledger.ts";
import { type Report, reportJson } from "../domain/sla/report/report.ts";
import type { IssueInputs, ReportInputs } from "../domain/sla/report/report-inputs.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit, type AuditedChange } from "../store/audit.ts";
import { insertCreditEntries } from "../store/credits.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { insertReport, type IssuedReport, listReports, type SealedReport } from "../store/reports.ts";
import { type CycleDraft, type Engine, reportOf } from "./draft-cycle.ts";
import { putReportMailings } from "./put-report-mailings.ts";
import type { Ground, GroundContract } from "./read-ground.ts";
import { digestOfText, type ReportSeal } from "./report-seal.ts";

/** What closing and issuing needs beside the database. */
export interface ReportOffice {
  engine: Engine;
  seal: ReportSeal;
}

/**
 * Issues the next revision of a drafted cycle.
 *
 * @throws Conflict cycle_final: that revision was issued by somebody else meanwhile
 */
export async function issueReport(
  tx: Database,
  { ground, of, draft }: { ground: Ground; of: GroundContract; draft: CycleDraft },
  issue: Omit<IssueInputs, "revision" | "issuedAt">,
  seal: ReportSeal,
  now: Instant,
): Promise<IssuedReport> {
  const { label } = ground;
  await lockInTransaction(tx, `report ${of.slug} ${label}`);
  const standing = await listReports(tx, { contract: of.slug, label });
  if (standing.length !== draft.revision) {
    const last = standing.at(-1)!;
    throw new Conflict(
      "cycle_final",
      `${last.author} has issued revision ${last.revision} of ${of.slug} for ${label} already.`,
    );
  }
  const revision = draft.revision + 1;
  const inputs: ReportInputs = { ...draft.inputs, issue: { ...issue, revision, issuedAt: now } };
  const report = reportOf(inputs);
  const sealed = sealReport(report, inputs, draft.factsDigest, of, seal, now);
  await insertReport(tx, of.id, sealed);
  const changes: AuditedChange[] = [
    {
      kind: "report",
      subject: `${of.slug} ${label}`,
      event: "issued",
      author: issue.author,
      recordedAt: now,
      before: told(standing.at(-1)),
      after: { ...told(sealed), approver: issue.approver, reason: issue.reason },
    },
  ];
  const line = creditLine(report, ground, of, now);
  if (line !== null) {
    const entries = openingStates(line.amountMinor, line.mode).map((state) => ({
      ...{ state, author: issue.author, recordedAt: now },
      reason:
        state === "eligible" ? `revision ${revision}` : line.amountMinor < 0 ? "taken back" : "automatic",
    }));
    await insertCreditEntries(tx, of.id, line, entries);
    const { amountMinor, currency } = line;
    changes.push(
      ...entries.map(({ state, author, recordedAt }, i) => ({
        ...{ kind: "credit" as const, subject: `${of.slug} ${label} ${revision}`, event: state },
        ...{ author, recordedAt },
        before: i === 0 ? null : { state: entries[i - 1]!.state },
        after: { state, amountMinor, currency },
      })),
    );
  }
  await appendAudit(tx, ...changes);
  await putReportMailings(tx, { ground, of }, { revision, author: issue.author }, now);
  const { json: _, inputsJson: __, ...issued } = sealed;
  return issued;
}

function told(report: IssuedReport | undefined) {
  if (report === undefined) {
    return null;
  }
  const { revision, sha256, percent, verdict, creditMinor } = report;
  return { revision, sha256, percent, verdict, creditMinor };
}

function sealReport(
  report: Report,
  inputs: ReportInputs,
  factsDigest: string,
  { slug, cycle }: GroundContract,
  seal: ReportSeal,
  issuedAt: Instant,
): SealedReport {
  const { issue } = inputs;
  const { result } = report;
  const json = reportJson(report);
  const digest = digestOfText(json);
  return {
    contract: slug,
    label: cycle.label,
    revision: issue.revision,
    cycleStart: cycle.start,
    cycleEnd: cycle.end,
    ...{ reason: issue.reason, author: issue.author, approver: issue.approver, issuedAt },
    ...{ percent: result.percent, verdict: result.verdict },
    ...{ creditMinor: result.credit_minor, currency: result.currency },
    factsDigest,
    sha256: digest.toString("hex"),
    signature: seal.sign(digest),
    publicKey: seal.publicKey,
    json,
    inputsJson: canonicalJson(inputs),
  };
}

/** What the revision brings: its adjustment, under the terms in force at the end of the cycle; null: nothing. */
function creditLine(report: Report, ground: Ground, of: GroundContract, now: Instant): CreditLine | null {
  const { clauses } = of.parts.at(-1)!.version;
  const { adjustment_minor: amountMinor } = report.revisions.at(-1)!;
  const { currency } = report.result;
  if (clauses.credit === null || currency === null || amountMinor === 0) {
    return null;
  }
  const { mode, claim } = clauses.credit;
  const { cycle } = of;
  const counted = report.parts.flatMap(({ downtime }) => downtime.flatMap((some) => some.counted));
  const ends = counted.map(({ end }) => Date.parse(end));
  const lastEnd = ends.length === 0 ? null : Math.max(...ends);
  const due = claimDeadline(claim, cycle, clauses, lastEnd, ground.calendarOf);
  // What a revision brings can be claimed as long from its issue as the first one from the cycle's end.
  const claimUntil = due === null || report.revision === 1 ? due : Math.max(due, now + (due - cycle.end));
  const { slug } = of;
  const { revision } = report;
  return {
    ...{ contract: slug, label: cycle.label, revision, amountMinor, currency, mode, claimUntil },
    state: "eligible",
  };
}
