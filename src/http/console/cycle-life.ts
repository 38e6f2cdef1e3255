/**
 * Where a cycle is in its life, as its page tells it: provisional with what is left and where it leads, closing with what is needed, final
 * with its revisions, its seal, and whether what would be computed now is still what was issued.
 */
import type { CycleDraft } from "../../actions/draft-cycle.ts";
import { toldDifference } from "../../documents/told-difference.ts";
import type { ReportLanguage } from "../../documents/report-language.ts";
import type { CycleNeed } from "../../domain/sla/close/cycle-state.ts";
import { projectedDown } from "../../domain/sla/figures/projection.ts";
import { percentFloor } from "../../domain/sla/figures/ratio.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { exactText, readExact } from "../../domain/sla/report/report-values.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import type { IssuedReport, SealedReport } from "../../store/reports.ts";
import { formatInstant } from "../format.ts";
import type { ConsoleWordKey } from "../language.ts";
import type { ConsoleContext } from "./room.ts";

/** One thing that still keeps the cycle from being final. */
export interface NeedLine {
  text: string;
  /** Where a person meets it; null: it passes by itself. */
  address: string | null;
}

export interface RevisionLine {
  n: string;
  address: string;
  isShown: boolean;
  issued: string;
  reason: string;
  people: string;
  percent: string;
  credit: string;
}

/** The report that is shown, as it was sealed. */
export interface SealLines {
  sha256: string;
  signature: string;
  publicKey: string;
  downloads: { text: string; address: string }[];
}

export interface CycleLife {
  state: CycleDraft["state"];
  stateWord: string;
  /** What leads where: budget, projection, best case; of a running cycle. */
  outlook: string[];
  needs: NeedLine[];
  /** Where it is settled and closed. */
  settle: string;
  revisions: RevisionLine[];
  seal: SealLines | null;
  /** The number of the latest revision, when an earlier one is shown; "": the latest is. */
  supersededBy: string;
  /** In what the latest report and what would be computed now differ; null: in nothing. */
  changes: string[] | null;
}

const stateWords = {
  provisional: "console.cycle.provisional",
  closing: "console.cycle.closing",
  final: "console.cycle.final",
} as const satisfies Record<CycleDraft["state"], ConsoleWordKey>;

/** What is known of a cycle when its page is made. */
export interface CycleFacts {
  /** Of the page. */
  address: string;
  draft: CycleDraft;
  /** All revisions, in order. */
  issued: readonly IssuedReport[];
  /** The one that is shown, and the latest; null: none was issued. */
  shown: SealedReport | null;
  latest: SealedReport | null;
}

export function cycleLife(facts: CycleFacts, words: ReportLanguage, context: ConsoleContext): CycleLife {
  const { draft, issued, shown, latest, address } = facts;
  const { say } = context.language;
  const isLatest = shown?.revision === latest?.revision;
  const zone = draft.report.cycle.time_zone;
  return {
    state: draft.state,
    stateWord: say(stateWords[draft.state]),
    outlook: draft.state === "provisional" ? outlookOf(draft.report, words, context) : [],
    needs: draft.state === "final" ? [] : draft.needs.map((need) => needLine(need, draft, address, context)),
    settle: `${address}/settle`,
    revisions: issued.map((one) => ({
      n: String(one.revision),
      address: `${address}?revision=${one.revision}`,
      isShown: one.revision === shown?.revision,
      issued: words.minute(isoInstant(one.issuedAt), zone),
      reason: one.reason === "" ? words.say("revisions.first") : one.reason,
      people: [one.author, one.approver].filter((name) => name !== null).join(", "),
      percent: words.percent(one.percent),
      credit:
        one.creditMinor === null || one.currency === null
          ? words.say("nothing")
          : words.money(one.creditMinor, one.currency),
    })),
    seal: shown && sealOf(shown, address, context),
    supersededBy: isLatest ? "" : String(latest!.revision),
    changes: changesSince(latest, draft, words),
  };
}

/** Where a running cycle leads: part by part, because each has its own budget. */
function outlookOf({ parts }: Report, words: ReportLanguage, { language }: ConsoleContext): string[] {
  return parts.flatMap((part) => {
    const { budget, best_case_percent: best, eligible_ms: eligible, counted_down_ms: down } = part;
    if (budget === null) {
      return [];
    }
    const projected = projectedDown(readExact(down), eligible, budget.of_ms);
    return [
      language.say(budget.left_ms < 0 ? "console.cycle.overspent" : "console.cycle.budgetLeft", {
        left: words.duration(Math.abs(budget.left_ms)),
        allowed: words.duration(budget.allowed_ms),
        burn: words.percent(budget.burn_percent),
      }),
      ...(projected === null
        ? []
        : [
            language.say("console.cycle.projection", {
              down: words.duration(exactText(projected)),
              percent: words.shortPercent(percentFloor(budget.of_ms, projected, 6)),
            }),
          ]),
      ...(best === null
        ? []
        : [language.say("console.cycle.bestCase", { percent: words.shortPercent(best) })]),
    ];
  });
}

function needLine(
  need: CycleNeed,
  { report }: CycleDraft,
  cycle: string,
  { base, language, timeZone }: ConsoleContext,
): NeedLine {
  const settle = `${cycle}/settle`;
  const { say } = language;
  const at = (instant: number) => formatInstant(instant, "full", timeZone, language);
  const titleOf = (slug: string) => report.services.find((one) => one.slug === slug)?.title ?? slug;
  switch (need.need) {
    case "cycle_end":
      return { text: say("console.needs.cycleEnd", { at: at(need.at) }), address: null };
    case "settle_time":
      return { text: say("console.needs.settleTime", { at: at(need.at) }), address: null };
    case "proposal":
      return {
        text: say("console.needs.proposal", { reference: need.reference }),
        address: `${base}/proposals/${need.reference}`,
      };
    case "explanation": {
      const { service, start, end, incident } = need.difference;
      const parameters = {
        service: titleOf(service),
        start: at(start),
        end: at(end),
        incident: incident ?? "",
      };
      return {
        text: say(incident === null ? "console.needs.outage" : "console.needs.incident", parameters),
        address: settle,
      };
    }
    case "decision":
      return { text: say("console.needs.decision"), address: settle };
  }
}

function sealOf(report: SealedReport, address: string, { language }: ConsoleContext): SealLines {
  const { sha256, signature, publicKey, revision } = report;
  const to = (text: ConsoleWordKey, name: string) => ({
    text: language.say(text),
    address: `${address}/${name}?revision=${revision}`,
  });
  return {
    ...{ sha256, signature, publicKey },
    downloads: [
      to("console.download.pdf", "report.pdf"),
      to("console.download.xlsx", "report.xlsx"),
      to("console.download.csv", "report.csv"),
      to("console.download.json", "report.json"),
      to("console.download.zip", "report.zip"),
    ],
  };
}

/** In what the latest report and the draft differ, where anything that it rests on has changed since. */
function changesSince(
  latest: SealedReport | null,
  draft: CycleDraft,
  words: ReportLanguage,
): string[] | null {
  return latest === null || latest.factsDigest === draft.factsDigest
    ? null
    : toldDifference(JSON.parse(latest.json) as Report, draft.report, words);
}
