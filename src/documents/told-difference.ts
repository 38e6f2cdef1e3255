/** What a revision changed, in words and figures of the customer's language: one line a change. */
import type { Json } from "../domain/sla/figures/canonical-json.ts";
import type { Report } from "../domain/sla/report/report.ts";
import {
  type FigureKind,
  type RecordedList,
  type ReportChange,
  reportDifference,
} from "../domain/sla/report/report-difference.ts";
import type { ExactJson } from "../domain/sla/report/report-values.ts";
import type { ReportLanguage, ReportWord } from "./report-language.ts";

const recordedWords: Record<RecordedList, ReportWord> = {
  corrections: "difference.correction",
  exclusions: "difference.exclusion",
  windows: "kind.maintenance",
  incidents: "incident",
  decisions: "difference.decision",
};

const figureWords: Record<string, ReportWord> = {
  verdict: "verdict",
  percent: "availability",
  credit_minor: "credit",
  left: "difference.left",
  coverage: "coverage",
  "bounds.low": "difference.low",
  "bounds.high": "difference.high",
};

const lengthWords: Record<string, ReportWord> = {
  observed_ms: "observed",
  excluded_ms: "excluded",
  counted_ms: "counted",
};

/** Every change from one report to a later one of the same cycle; a sentence of its own when there is none. */
export function toldDifference(before: Report, after: Report, language: ReportLanguage): string[] {
  const changes = reportDifference(before, after);
  const currency = after.result.currency ?? before.result.currency;
  const titles = new Map(after.services.map(({ slug, title }) => [slug, title]));
  const setting = { zone: after.cycle.time_zone, currency, several: after.parts.length > 1, titles };
  return changes.length === 0
    ? [language.say("difference.none")]
    : changes.map((change) => told(change, setting, language));
}

interface Setting {
  zone: string;
  currency: string | null;
  several: boolean;
  /** Of services, by slug. */
  titles: ReadonlyMap<string, string>;
}

function told(change: ReportChange, setting: Setting, language: ReportLanguage): string {
  switch (change.kind) {
    case "figure": {
      const key = figureWords[change.name];
      const name = key === undefined ? stepName(change.name, language) : language.say(key);
      const what =
        change.part === null || !setting.several
          ? name
          : `${name} (${language.say("part", { n: change.part })})`;
      const spelled = (value: Json) => spell(value, change.as, setting, language);
      return language.say("difference.changed", { what, from: spelled(change.from), to: spelled(change.to) });
    }
    case "outage": {
      const start = language.shortMoment(change.start, setting.zone);
      const outage = language.say("difference.outage", { service: change.service, start });
      const length = (ms: ExactJson | null) => (ms === null ? "" : language.duration(ms));
      if (change.name === "") {
        return change.from === null
          ? language.say("difference.added", { what: `${outage}, ${length(change.to)}` })
          : language.say("difference.removed", { what: `${outage}, ${length(change.from)}` });
      }
      const what = `${outage}, ${language.say(lengthWords[change.name]!)}`;
      return language.say("difference.changed", { what, from: length(change.from), to: length(change.to) });
    }
    case "recorded": {
      const what = (recorded: Json) =>
        `${language.say(recordedWords[change.list])}, ${about(recorded, setting, language)}`;
      if (change.from === null) {
        return language.say("difference.added", { what: what(change.to) });
      }
      return change.to === null
        ? language.say("difference.removed", { what: what(change.from) })
        : language.say("difference.changed", {
            what: language.say(recordedWords[change.list]),
            from: about(change.from, setting, language),
            to: about(change.to, setting, language),
          });
    }
  }
}

/** "step.minute_rule", or a step that has gone by another name since. */
function stepName(name: string, language: ReportLanguage): string {
  return language.has(name) ? language.say(name) : name;
}

function spell(value: Json, as: FigureKind, { currency }: Setting, language: ReportLanguage): string {
  if (value === null) {
    return language.say("nothing");
  }
  switch (as) {
    case "verdict":
      return language.name("verdict", String(value));
    case "percent":
      return language.percent(String(value));
    case "money":
      return currency === null ? String(value) : language.money(Number(value), currency);
    case "duration":
      return language.duration(value as ExactJson);
  }
}

/** A record in a few words: of what and when, then why and by whom. */
function about(recorded: Json, { zone, titles }: Setting, language: ReportLanguage): string {
  const one = recorded as Record<string, string | null | undefined>;
  const start = one["start"] ?? one["started_at"] ?? one["at"];
  const end = one["end"] ?? one["resolved_at"];
  const of = one["service"] ?? one["about"] ?? "";
  const what = [
    titles.get(of) ?? of,
    start == null ? "" : language.shortMoment(start, zone),
    end == null ? "" : `\u2013 ${language.shortMoment(end, zone)}`,
    one["state"] == null ? "" : `\u2192 ${language.name("state", one["state"])}`,
  ];
  const people =
    one["approver"] == null
      ? (one["author"] ?? "")
      : language.say("approvedBy", {
          author: one["author"] ?? one["proposer"] ?? "",
          approver: one["approver"],
        });
  const why = [one["title"] ?? one["reason"] ?? "", people === "" ? "" : `(${people})`];
  const told = [what, why].map((words) => words.filter((word) => word !== "").join(" "));
  return told.filter((words) => words !== "").join(": ");
}
