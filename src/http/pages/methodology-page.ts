/**
 * How the figures are made, in words, with the settings that are in force: the page a customer's lawyer reads. Every sentence is made of
 * the settings and the constants that the code itself uses, so that words and code cannot differ.
 */
import { againFirstMs, againMs } from "../../../probes/rounds.ts";
import { reportLanguage } from "../../documents/report-language.ts";
import { clauseSections, clauseTellers } from "../../documents/told-clauses.ts";
import type { ToldClause } from "../../documents/told-clause.ts";
import { staleIntervals } from "../../domain/monitoring/check.ts";
import { settleMs } from "../../domain/sla/close/cycle-state.ts";
import { allowedDownMs, percentFloor, type Target } from "../../domain/sla/figures/ratio.ts";
import { literalClauses } from "../../domain/sla/promise/clauses.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { PlatformSettings } from "../../domain/status/platform.ts";
import type { MeasuredCheck, PresentRules } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import {
  type BillingCycle,
  cycleContaining,
  type CycleRule,
  nextCycle,
} from "../../domain/time/billing-cycle.ts";
import { formatDuration, formatInstant, formatNumber, formatPercent } from "../format.ts";
import type { WordKey } from "../language.ts";
import { commitmentOf } from "./conditions.ts";
import { joinNames, type PageContext } from "./markup.ts";
import { pageDecimals, reportDecimals } from "./month-figure.ts";

export interface MethodologyPage {
  title: string;
  lead: string;
  sections: { title: string; sentences: string[]; lines: string[] }[];
  /** The rules of the platform's own commitment, as contracts tell theirs. */
  rules: ToldClause[];
  /** Heads of the table's columns of settings. */
  columns: string[];
  checks: {
    service: string;
    address: string;
    check: string;
    kind: string;
    every: string;
    settings: string[];
    counts: boolean;
  }[];
}

/** Every rule by which a check is judged has its column: one that is new does not compile until it has a name and words. */
export const ruleColumns: {
  readonly [Rule in keyof PresentRules]: {
    head: WordKey;
    tell(rules: PresentRules, context: PageContext): string;
  };
} = {
  confirmDown: { head: "method.column.confirmDown", tell: ({ confirmDown }) => String(confirmDown) },
  confirmUp: { head: "method.column.confirmUp", tell: ({ confirmUp }) => String(confirmUp) },
  locations: { head: "method.column.locations", tell: ({ locations }) => locations.join(", ") },
  quorumFail: { head: "method.column.quorumFail", tell: ({ quorumFail }) => String(quorumFail) },
  minReporting: { head: "method.column.minReporting", tell: ({ minReporting }) => String(minReporting) },
  staleAfterMs: {
    head: "method.column.staleAfterMs",
    tell: ({ staleAfterMs }, { language }) => formatDuration(staleAfterMs, language),
  },
  slowAboveMs: {
    head: "method.column.slowAboveMs",
    tell: ({ slowAboveMs }, { language }) =>
      slowAboveMs === null
        ? "–"
        : `${formatNumber(String(slowAboveMs / 1_000), language)} ${language.say("unit.s")}`,
  },
};

export function methodologyPage(board: StatusBoard, context: PageContext): MethodologyPage {
  const { language, base } = context;
  const { say } = language;
  const checks = board.services.flatMap((service) => service.checks);
  const section = (title: WordKey, sentences: string[], lines: string[] = []) => ({
    title: say(title),
    sentences,
    lines,
  });
  return {
    title: say("method.title"),
    lead: say("method.lead"),
    sections: [
      section("method.measure", measuring(checks, board.settings, context)),
      section("method.outages", outages(checks, context)),
      section("method.unknown", [
        say("method.stale", { factor: formatNumber(String(staleIntervals), language) }),
      ]),
      section("method.month", [say("method.formula")]),
      section("method.shown", [truncation(context)]),
      commitment(board, context),
      section("method.maintenance", [
        say("method.words"),
        say("method.correctionsAre", { time: formatDuration(settleMs, language) }),
      ]),
      section("method.evidence", evidence(board.settings, context)),
    ],
    rules: rulesInWords(board, context),
    columns: Object.values(ruleColumns).map(({ head }) => say(head)),
    checks: board.services.flatMap((service) =>
      service.checks.map((check) => ({
        service: service.title,
        address: `${base}/services/${service.slug}`,
        check: check.slug,
        kind: check.kind,
        every: say("service.every", { time: formatDuration(check.intervalMs, language) }),
        settings: Object.values(ruleColumns).map(({ tell }) => tell(check.rules, context)),
        counts: check.counts,
      })),
    ),
  };
}

function measuring(
  checks: readonly MeasuredCheck[],
  { selfCheck = [] }: PlatformSettings,
  { language }: PageContext,
): string[] {
  const { say } = language;
  if (checks.length === 0) {
    return [say("method.measureNone")];
  }
  const intervals = checks.map(({ intervalMs }) => intervalMs);
  return [
    say("method.measureText", {
      shortest: formatDuration(Math.min(...intervals), language),
      longest: formatDuration(Math.max(...intervals), language),
    }),
    say("method.again", {
      first: formatDuration(againFirstMs, language),
      every: formatDuration(againMs, language),
    }),
    selfCheck.length === 0 ? say("method.selfCheckNone") : say("method.selfCheck", { n: selfCheck.length }),
    say("method.attention"),
    ...(checks.some(({ parent }) => parent !== null) ? [say("method.parents")] : []),
  ];
}

function outages(checks: readonly MeasuredCheck[], { language }: PageContext): string[] {
  const { say } = language;
  const rules = checks.filter(({ counts }) => counts).map((check) => check.rules);
  const kinds = [
    ...Map.groupBy(rules, ({ confirmDown, confirmUp }) => `${confirmDown}/${confirmUp}`).values(),
  ];
  const usual = kinds.toSorted((a, b) => b.length - a.length)[0]?.[0];
  const quorums = [...new Set(rules.map(({ quorumFail }) => quorumFail).filter((quorum) => quorum > 1))];
  return [
    ...(usual === undefined
      ? []
      : [
          say("method.confirmDown", { n: usual.confirmDown }),
          say("method.confirmUp", { n: usual.confirmUp }),
          say("method.backDated"),
        ]),
    ...(kinds.length > 1 ? [say("method.confirmDiffers")] : []),
    ...(usual === undefined
      ? []
      : [
          quorums.length === 0
            ? say("method.quorumOne")
            : say("method.quorum", { quorum: joinNames(quorums.sort().map(String), language) }),
        ]),
    ...(rules.some(({ slowAboveMs }) => slowAboveMs !== null) ? [say("method.slow")] : []),
    say("method.lengths"),
  ];
}

/** What cutting does to a figure that is almost whole, printed by the very function. */
function truncation({ language }: PageContext): string {
  const [almostAllMs, oneMs] = [10_000_000, 1];
  const printed = (down: number, decimals: number) =>
    formatPercent(percentFloor(almostAllMs, down, decimals), language);
  return language.say("method.truncation", {
    page: pageDecimals,
    report: reportDecimals,
    exact: printed(oneMs, reportDecimals),
    almost: printed(oneMs, pageDecimals),
    all: printed(0, pageDecimals),
  });
}

const cyclesAhead = 12;

/** The figure, and what it allows in each length that the coming months have. */
function commitment(board: StatusBoard, context: PageContext): MethodologyPage["sections"][number] {
  const { say } = context.language;
  const title = say("method.commitment");
  const { target, ...rule } = commitmentOf(board);
  return target === null
    ? { title, sentences: [say("method.commitmentNone")], lines: [] }
    : {
        title,
        sentences: [say("method.commitmentIs", { target: formatPercent(target.percent, context.language) })],
        lines: allowedLines(target, rule, context),
      };
}

function allowedLines(target: Target, rule: CycleRule, { language, now }: PageContext): string[] {
  const cycles: BillingCycle[] = [cycleContaining(now, rule)];
  while (cycles.length < cyclesAhead) {
    cycles.push(nextCycle(cycles.at(-1)!, rule));
  }
  return [...Map.groupBy(cycles, ({ start, end }) => end - start)]
    .sort(([a], [b]) => a - b)
    .map(([lengthMs, some]) =>
      language.say("method.allowed", {
        months: joinNames(
          some.map(({ start }) => formatInstant(start, "month", rule.timeZone, language)),
          language,
        ),
        length: formatDuration(lengthMs, language),
        allowed: formatDuration(allowedDownMs(lengthMs, target), language),
      }),
    );
}

/** Who is sent the digests of the days. */
function evidence({ evidence: keepers }: PlatformSettings, { language }: PageContext): string[] {
  const { say } = language;
  const who = [
    ...((keepers?.recipients.length ?? 0) > 0 ? [say("method.keeperMail")] : []),
    ...(keepers?.webhook ? [say("method.keeperWebhook")] : []),
    ...(keepers?.timestamp ? [say("method.keeperTimestamp")] : []),
  ];
  return [
    say("method.evidenceIs"),
    who.length === 0 ? say("method.keptByNobody") : say("method.keptBy", { who: joinNames(who, language) }),
    say("method.verify"),
  ];
}

/** Each service is measured by itself, so what a contract covers and how it rolls up says nothing here. */
function rulesInWords({ settings }: StatusBoard, { language }: PageContext): ToldClause[] {
  const { timeZone, commitment: promise } = settings;
  const clauses = literalClauses({ ...promise, timeZone });
  // Reports may not be told yet in a language that the page is.
  const words = reportLanguage(customerLanguages.find((one) => one === language.code) ?? "en");
  const among = { covered: [], titleOf: (slug: string) => slug, calendarNamed: () => undefined };
  return clauseSections.figure
    .filter((name) => name !== "covers" && name !== "rollUp")
    .flatMap((name) => clauseTellers[name](clauses, words, among));
}
