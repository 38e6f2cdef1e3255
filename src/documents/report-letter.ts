/**
 * The letter that brings a report: what it comes to in words, what is credited and until when it can be claimed, what a revision changed,
 * and how to check all of it. In the customer's language; every figure stands in the report.
 */
import type { CreditLine } from "../domain/sla/close/credit-ledger.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf } from "../domain/sla/report/report-part.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { bundleName } from "./bundle.ts";
import { type Letter, type LetterBlock, type LetterContents, letterHtml, letterText } from "./letter.ts";
import { type MailLanguage, mailLanguage } from "./mail-language.ts";
import { toldDifference } from "./told-difference.ts";

export interface ReportLetter {
  report: Report;
  /** Of its canonical JSON, hex. */
  sha256: string;
  /** The revision before it; null: it is the first. */
  before: Report | null;
  /** What the revision brought; null: no credit. */
  credit: Pick<CreditLine, "amountMinor" | "currency" | "mode" | "claimUntil"> | null;
  recipient: string;
  /** Whether somebody reads answers. */
  takesAnswers: boolean;
  /** Where the customer comes in, and until when; null: nowhere. */
  portal: { address: string; until: Instant } | null;
}

export function reportLetter(told: ReportLetter): Letter {
  const { report, sha256, before, recipient, portal } = told;
  const language = mailLanguage(report.language);
  const { say } = language;
  const reportWords = language.report;
  const { contract, cycle, platform } = report;
  const zone = cycle.time_zone;
  const month = reportWords.month(cycle.start, zone);
  const summary = summaryOf(told, month, language);
  const blocks: LetterBlock[] = [
    verdictBlock(report, language),
    { kind: "text", text: summary },
    { kind: "rows", rows: rowsOf(told, language) },
    ...changes(before, report, language),
    { kind: "heading", text: say("documents") },
    { kind: "text", text: say("documents.note") },
    ...(portal === null
      ? []
      : [
          { kind: "link" as const, text: say("portal"), address: portal.address },
          {
            kind: "text" as const,
            text: say("portal.note", { until: reportWords.date(isoInstant(portal.until), zone) }),
          },
        ]),
    { kind: "heading", text: reportWords.say("verify") },
    { kind: "text", text: portal === null ? reportWords.say("verify.note") : say("verify.bundle") },
    { kind: "code", text: `npx fournines verify ${bundleName(report)}` },
    { kind: "text", text: say("verify.digest") },
    { kind: "code", text: sha256 },
  ];
  const contents: LetterContents = {
    languageTag: reportWords.tag,
    sender: platform.name,
    title: say("title", { month }),
    preview: summary,
    blocks,
    footer: [say("footer.report", { platform: platform.name, address: recipient, contract: contract.title })],
  };
  return {
    subject: subjectOf(report, month, language),
    text: letterText(contents),
    html: letterHtml(contents),
  };
}

function subjectOf({ contract, result, revision }: Report, month: string, language: MailLanguage): string {
  const { say, report } = language;
  const about = {
    ...{ contract: contract.title, month },
    verdict: lowered(report.name("verdict", result.verdict), report.tag),
    percent: report.shortPercent(result.percent),
  };
  const subject = say(result.percent === null ? "subject.bare" : "subject", about);
  return revision === 1 ? subject : say("subject.revision", { n: revision, subject });
}

function verdictBlock({ result, parts }: Report, { report }: MailLanguage): LetterBlock {
  const targets = [...new Set(parts.map((part) => clausesOf(part).targetPercent))];
  const [target] = targets;
  return {
    kind: "verdict",
    mood: result.verdict === "met" ? "well" : result.verdict === "breached" ? "wrong" : "open",
    word: report.name("verdict", result.verdict),
    figure: report.shortPercent(result.percent),
    note:
      targets.length === 1 && target != null
        ? report.say("promised", { percent: report.percent(target) })
        : "",
  };
}

/** Verdict, percentage and credit as one would say them. */
function summaryOf(told: ReportLetter, month: string, { say, report: words }: MailLanguage): string {
  const { report, credit, takesAnswers } = told;
  const { verdict, percent } = report.result;
  const target = clausesOf(report.parts.at(-1)!).targetPercent;
  const figures = {
    month,
    percent: words.shortPercent(percent),
    target: words.percent(target),
  };
  const sentence =
    percent === null
      ? say("told.no_data", { month })
      : verdict === "met" || verdict === "breached"
        ? say(`told.${verdict}`, figures)
        : say("told.no_target", figures);
  if (credit === null) {
    return sentence;
  }
  const amount = words.money(Math.abs(credit.amountMinor), credit.currency);
  if (credit.amountMinor < 0) {
    return `${sentence} ${say("credit.back", { amount })}`;
  }
  if (credit.mode === "automatic") {
    return `${sentence} ${say("credit.automatic", { amount })}`;
  }
  const until = claimedThrough(told, words);
  const claim =
    until === null ? say("credit.claimAnyTime", { amount }) : say("credit.claim", { amount, until });
  return [sentence, claim, ...(takesAnswers ? [say("credit.answer")] : [])].join(" ");
}

function rowsOf(told: ReportLetter, { say, report: words }: MailLanguage): [string, string][] {
  const { report, credit } = told;
  const { contract, customer, cycle, result, parts, revision } = report;
  const zone = cycle.time_zone;
  const until = claimedThrough(told, words);
  const budgets = parts.flatMap((part) => (part.budget === null ? [] : [part.budget]));
  const leftMs = budgets.reduce((sum, budget) => sum + budget.left_ms, 0);
  const left =
    budgets.length === 0
      ? ""
      : ` (${leftMs < 0 ? words.say("over", { ms: words.duration(-leftMs) }) : words.say("left", { ms: words.duration(leftMs) })})`;
  return [
    [words.say("customer"), customer.name],
    [words.say("contract"), contract.title],
    [
      words.say("cycle"),
      words.say("cycle.bounds", {
        from: words.minute(cycle.start, zone),
        to: words.minute(cycle.end, zone),
      }),
    ],
    ...parts.map((part): [string, string] => [
      parts.length === 1
        ? words.say("downtime")
        : `${words.say("downtime")}, ${lowered(words.say("part", { n: part.version }), words.tag)}`,
      `${words.duration(part.counted_down_ms)}${parts.length === 1 ? left : ""}`,
    ]),
    [
      words.say("credit"),
      result.credit_minor === null || result.currency === null
        ? words.say("credit.none")
        : words.money(result.credit_minor, result.currency),
    ],
    ...(credit !== null && credit.amountMinor > 0 && credit.mode !== "automatic" && until !== null
      ? [[say("claim"), until] as [string, string]]
      : []),
    [words.say("revision", { n: revision }), words.minute(report.revisions.at(-1)!.issued_at, zone)],
  ];
}

/** What a revision changed, and why it came. */
function changes(before: Report | null, report: Report, { say, report: words }: MailLanguage): LetterBlock[] {
  if (before === null) {
    return [];
  }
  const { reason } = report.revisions.at(-1)!;
  return [
    { kind: "heading", text: words.say("difference", { n: before.revision }) },
    ...(reason === "" ? [] : [{ kind: "text" as const, text: say("reason", { reason }) }]),
    { kind: "list", entries: toldDifference(before, report, words) },
  ];
}

/** The last day on which it can be claimed; a deadline at midnight is the end of the day before. Null: whenever. */
function claimedThrough(
  { credit, report: { cycle } }: ReportLetter,
  words: MailLanguage["report"],
): string | null {
  return credit === null || credit.claimUntil === null
    ? null
    : words.date(isoInstant(credit.claimUntil - 1), cycle.time_zone);
}

/** Inside a sentence: "promise kept". */
function lowered(text: string, tag: string): string {
  return text.charAt(0).toLocaleLowerCase(tag) + text.slice(1);
}
