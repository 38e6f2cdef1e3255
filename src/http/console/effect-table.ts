/** What something would change, month by month: from before to after in verdict, percentage, budget and credit. A model for parts/effect.eta. */
import type { MonthFigures, TouchedMonth } from "../../actions/what-if.ts";
import type { WindowWarning } from "../../domain/sla/promise/window-check.ts";
import { formatDuration } from "../format.ts";
import { monthName } from "./months.ts";
import { reportWords, verdictWord } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

/** How many months one page tells; of more it says how many. */
const shownAtMost = 200;

export function effectTable(months: readonly TouchedMonth[], context: ConsoleContext) {
  const changed = months.filter(isChanged);
  const rows = [...changed, ...months.filter((month) => !isChanged(month))];
  const { say } = context.language;
  return {
    summary:
      months.length === 0
        ? say("console.effect.none")
        : say("console.effect.summary", {
            n: months.length,
            changed: changed.length,
            customers: new Set(months.map(({ customer }) => customer.slug)).size,
          }),
    rows: rows.slice(0, shownAtMost).map((month) => toRow(month, context)),
    more: Math.max(0, rows.length - shownAtMost),
    hasWindow: months.some(({ window }) => window !== null),
    customers: new Set(months.map(({ customer }) => customer.slug)).size,
    contracts: new Set(months.map(({ contract }) => contract)).size,
  };
}

function isChanged({ before, after }: TouchedMonth): boolean {
  return before === null || JSON.stringify(before) !== JSON.stringify(after);
}

function toRow(month: TouchedMonth, context: ConsoleContext) {
  const { contract, title, customer, label, before, after, adjustmentMinor, window } = month;
  const { say } = context.language;
  const words = reportWords(context);
  const currency = after.currency ?? before?.currency ?? null;
  return {
    ...{ title, customer: customer.name, month: monthName(label, context), isChanged: isChanged(month) },
    address: `${context.base}/contracts/${encodeURIComponent(contract)}/${label}/settle`,
    state: say(month.hasBegun ? stateWords[month.state] : "console.state.coming"),
    before: before && figures(before, context),
    after: figures(after, context),
    adjustment:
      adjustmentMinor === null || adjustmentMinor === 0 || currency === null
        ? ""
        : say(adjustmentMinor > 0 ? "console.effect.wouldPay" : "console.effect.wouldTakeBack", {
            amount: words.money(Math.abs(adjustmentMinor), currency),
          }),
    window:
      window === null
        ? null
        : {
            verdict: window.verdict === null ? "" : say(windowWords[window.verdict]),
            warnings: window.warnings.map((warning) => warningWords(warning, context)),
          },
  };
}

const stateWords = {
  provisional: "console.state.provisional",
  closing: "console.state.closing",
  final: "console.state.final",
} as const;

const windowWords = {
  excluded: "console.window.excluded",
  policy_none: "console.window.policyNone",
  notice: "console.window.notice",
  too_long: "console.window.tooLong",
  quota: "console.window.quota",
} as const;

/** A promise on windows that would be broken, in words with its figures. */
export function warningWords(
  { code, actual, promised }: WindowWarning,
  { language }: ConsoleContext,
): string {
  const lasting = (ms: number) => formatDuration(ms, language);
  switch (code) {
    case "too_long":
      return language.say("console.window.breaksLength", {
        actual: lasting(actual),
        promised: lasting(promised),
      });
    case "too_many":
      return language.say("console.window.breaksQuota", { actual, promised });
    case "inside_hours":
      return language.say("console.window.breaksHours", { actual: lasting(actual) });
    case "too_late":
      return language.say("console.window.breaksNotice", {
        actual: lasting(actual),
        promised: lasting(promised),
      });
  }
}

function figures(
  { verdict, percent, budgetLeftMs, creditMinor, currency }: MonthFigures,
  context: ConsoleContext,
) {
  const words = reportWords(context);
  const { say } = context.language;
  return {
    verdict,
    verdictWord: verdictWord(verdict, context),
    percent: words.percent(percent),
    budget:
      budgetLeftMs === null
        ? ""
        : say(budgetLeftMs < 0 ? "month.over" : "month.left", {
            time: words.duration(Math.abs(budgetLeftMs)),
          }),
    isOver: budgetLeftMs !== null && budgetLeftMs < 0,
    credit: creditMinor === null || currency === null ? "" : words.money(creditMinor, currency),
  };
}
