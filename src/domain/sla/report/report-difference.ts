/**
 * What a revision changed: the figures that differ, and what was recorded, added or taken back between two reports of one cycle
 * (sla-semantics 12). Values, not words; the words are said in the customer's language (documents/told-difference.ts).
 */
import type { Json } from "../figures/canonical-json.ts";
import { canonicalJson } from "../figures/canonical-json.ts";
import type { Report } from "./report.ts";
import type { PartReport } from "./report-part.ts";
import type { ExactJson } from "./report-values.ts";

/** How a figure is to be read. */
export type FigureKind = "verdict" | "percent" | "money" | "duration";

/** Lists of what people recorded. */
export const recordedLists = ["corrections", "exclusions", "windows", "incidents", "decisions"] as const;
export type RecordedList = (typeof recordedLists)[number];

export type ReportChange =
  /** `part` null: of the whole cycle; otherwise the version of the contract. */
  | { kind: "figure"; name: string; part: number | null; as: FigureKind; from: Json; to: Json }
  /** `name`: "" = the outage as such, then null is "not there"; otherwise one of its lengths. */
  | {
      kind: "outage";
      name: string;
      service: string;
      start: string;
      from: ExactJson | null;
      to: ExactJson | null;
    }
  /** Null: not there. */
  | { kind: "recorded"; list: RecordedList; id: string; from: Json | null; to: Json | null };

/** Everything in which the later report differs, weightiest first; empty: no figure and no record did. */
export function reportDifference(before: Report, after: Report): ReportChange[] {
  return [
    ...wholeFigures(before, after),
    ...partFigures(before, after),
    ...outageChanges(before, after),
    ...recordedLists.flatMap((list) => recordedChanges(list, before[list], after[list])),
  ];
}

function wholeFigures({ result: from }: Report, { result: to }: Report): ReportChange[] {
  const figures: [keyof Report["result"], FigureKind][] = [
    ["verdict", "verdict"],
    ["percent", "percent"],
    ["credit_minor", "money"],
  ];
  return figures
    .filter(([name]) => from[name] !== to[name])
    .map(([name, as]) => ({ kind: "figure", name, part: null, as, from: from[name], to: to[name] }));
}

function partFigures(before: Report, after: Report): ReportChange[] {
  return after.parts.flatMap((to) => {
    const from = before.parts.find(({ version }) => version === to.version);
    const was = new Map(from === undefined ? [] : figuresOf(from));
    return figuresOf(to)
      .filter(([name, { value }]) => (was.get(name)?.value ?? null) !== value)
      .map(([name, { as, value }]): ReportChange => {
        const old = was.get(name)?.value ?? null;
        return { kind: "figure", name, part: to.version, as, from: old, to: value };
      });
  });
}

function figuresOf(part: PartReport): [string, { as: FigureKind; value: ExactJson | null }][] {
  const steps = [...part.subtraction.eligible, ...part.subtraction.downtime];
  return [
    ...steps.map(({ step, ms }): [string, { as: FigureKind; value: ExactJson | null }] => [
      `step.${step}`,
      { as: "duration", value: ms },
    ]),
    ["left", { as: "duration", value: part.budget?.left_ms ?? null }],
    ["coverage", { as: "percent", value: part.coverage_percent }],
    ["bounds.low", { as: "percent", value: part.bounds.low }],
    ["bounds.high", { as: "percent", value: part.bounds.high }],
  ];
}

const lengths = ["observed_ms", "excluded_ms", "counted_ms"] as const;

function outageChanges(before: Report, after: Report): ReportChange[] {
  const outagesOf = ({ services }: Report) =>
    new Map(
      services.flatMap(({ title, outages }) =>
        outages.map((outage) => [`${title} ${outage.check} ${outage.start}`, { title, outage }] as const),
      ),
    );
  const [was, is] = [outagesOf(before), outagesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): ReportChange[] => {
    const [from, to] = [was.get(key), is.get(key)];
    const { title, outage } = (to ?? from)!;
    const about = { kind: "outage" as const, service: title, start: outage.start };
    if (from === undefined || to === undefined) {
      const observed = (one: typeof from) => one?.outage.observed_ms ?? null;
      return [{ ...about, name: "", from: observed(from), to: observed(to) }];
    }
    return lengths
      .filter((name) => from.outage[name] !== to.outage[name])
      .map((name) => ({ ...about, name, from: from.outage[name], to: to.outage[name] }));
  });
}

function recordedChanges(
  list: RecordedList,
  before: readonly Json[],
  after: readonly Json[],
): ReportChange[] {
  const byId = (all: readonly Json[]) => new Map(all.map((one) => [(one as { id: string }).id, one]));
  const [was, is] = [byId(before), byId(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((id): ReportChange[] => {
    const [from, to] = [was.get(id) ?? null, is.get(id) ?? null];
    return canonicalJson(from) === canonicalJson(to) ? [] : [{ kind: "recorded", list, id, from, to }];
  });
}
