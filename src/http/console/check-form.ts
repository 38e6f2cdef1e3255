/** The form of a check: its fields in the order in which they are thought of, the rarer ones folded, and what came of trying it. */
import type { CheckKind, Observation } from "../../../probes/protocol.ts";
import { troubleInWords } from "../../domain/monitoring/trouble.ts";
import { formatNumber, formatResponseTime } from "../format.ts";
import type { Language } from "../language.ts";
import { type CheckField, fieldsOf } from "./check-fields.ts";
import type { Form } from "./form.ts";
import type { ConsoleContext } from "./room.ts";
import type { ServiceDesk } from "../api/service-desk.ts";

/** Fields as console/parts/check-field.eta shows them. */
export interface ShownField {
  name: string;
  label: string;
  note: string;
  as: CheckField["as"];
  isNeeded: boolean;
  choices: { value: string; words: string }[];
  /** A secret stands here already. */
  isKept: boolean;
  /** What was typed and sealed when the check was tried, so that it need not be typed again; "": nothing. */
  sealed: string;
}

/** What the template of a check's form needs. */
export interface ShownCheckForm {
  kind: CheckKind;
  fields: ShownField[];
  rare: ShownField[];
  /** Whether one of the rarer ones is at fault, or says something. */
  isOpen: boolean;
  locations: { value: string; words: string }[];
  trial: ShownTrial | null;
  /** Jobs call us: there is nothing to try. */
  canTry: boolean;
}

/** What came of asking once. */
export interface ShownTrial {
  outcome: Observation["outcome"];
  words: string;
  total: string;
  detail: string;
  /** In the order in which they came; from where to where of a line of 1000, and how long. */
  phases: { name: string; from: number; width: number; length: string; shade: number }[];
}

export function shownCheckForm(
  kind: CheckKind,
  form: Form,
  desk: ServiceDesk,
  {
    kept,
    trial,
    sealed,
  }: { kept: ReadonlySet<string>; trial: Observation | null; sealed: Record<string, string> },
  context: ConsoleContext,
): ShownCheckForm {
  const { say } = context.language;
  const shown = fieldsOf(kind).map((field) => ({
    isRare: field.isRare === true,
    field: {
      ...{ name: field.name, as: field.as, isNeeded: field.isNeeded === true },
      label: say(field.label),
      note: field.note === undefined ? "" : say(field.note),
      choices: field.as === "choice" ? field.among.map((one) => ({ value: one, words: one })) : [],
      isKept: kept.has(field.name),
      sealed: sealed[field.name] ?? "",
    },
  }));
  const rare = shown.filter(({ isRare }) => isRare).map(({ field }) => field);
  return {
    kind,
    fields: shown.filter(({ isRare }) => !isRare).map(({ field }) => field),
    rare,
    isOpen: rare.some(({ name }) => form.faultAt(name) !== ""),
    locations: desk.locations.map(({ slug, title }) => ({ value: slug, words: title })),
    trial: trial && shownTrial(trial, context),
    canTry: kind !== "check-in",
  };
}

const phaseWords = {
  lookup: "console.trial.lookup",
  connect: "console.trial.connect",
  tls: "console.trial.tls",
  firstByte: "console.trial.firstByte",
} as const;

function shownTrial({ outcome, timings, reason, detail }: Observation, context: ConsoleContext): ShownTrial {
  const { language } = context;
  const total = timings.total ?? 0;
  const parts = (["lookup", "connect", "tls", "firstByte"] as const).flatMap((phase) =>
    timings[phase] === undefined ? [] : [{ name: language.say(phaseWords[phase]), ms: timings[phase] }],
  );
  const rest = total - parts.reduce((sum, { ms }) => sum + ms, 0);
  const all = [
    ...parts,
    ...(rest > total / 1000 ? [{ name: language.say("console.trial.rest"), ms: rest }] : []),
  ];
  let at = 0;
  const phases = all.map(({ name, ms }, shade) => {
    const width = total === 0 ? 0 : Math.round((1000 * ms) / total);
    const from = at;
    at = Math.min(1000, at + width);
    return { name, from, width: at - from, length: shortTime(ms, language), shade };
  });
  return {
    outcome,
    words: language.say(`console.trial.outcome.${outcome}`),
    total: shortTime(total, language),
    detail: [reason && troubleInWords(reason, null), detail]
      .filter((one) => one !== undefined && one !== "")
      .join(": "),
    phases,
  };
}

/** Below 10 ms with a tenth: a phase of a server nearby takes that long. */
function shortTime(ms: number, language: Language): string {
  return ms < 10
    ? `${formatNumber((Math.floor(ms * 10) / 10).toFixed(1), language)}\u00a0ms`
    : formatResponseTime(ms, language);
}
