/**
 * The ready-made policies (src/policies): each a document's promises clause by clause, with the numbers of the rules it implements and
 * every open point as a setting: the chosen reading and its alternatives. A contract starts from one and lays its own words over it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { customerLanguages, type CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { SaidClauses } from "./clauses.ts";
import { clauseKeys } from "./described-clauses.ts";
import { BadPlatformFile } from "./mistakes.ts";
import { readYaml } from "./reader.ts";
import { anyScalar, text, wholeNumber, word } from "./scalars.ts";
import { choice, key, list, section, type ValueOf } from "./shapes.ts";
import { description, title } from "./words.ts";

const rule = wholeNumber("the number of a rule", 1, 121);
const rules = list("a list of rules", rule);

const reading = choice("a value or a list of them", {
  scalar: anyScalar,
  list: list("a list of values", anyScalar, 1),
});

/** A reading of an open point. */
export type OpenValue = ValueOf<typeof reading>;

const openPoint = section(
  "an open point",
  {
    setting: key(
      text({ what: "a clause, or a part of it with dots", max: 200 }),
      "The setting that decides it.",
    ),
    question: key(description, "What the document leaves undecided."),
    rules: key(rules, "The rules that leave it open."),
    chosen: key(
      reading,
      "The reading that holds unless a contract says otherwise; left out: nothing is set.",
    ),
    because: key(description, "Why."),
    alternatives: key(
      list(
        "a list of alternatives",
        section(
          "an alternative",
          { value: key(reading, "What to write instead."), means: key(description, "What it would mean.") },
          { required: ["value", "means"] },
        ),
        1,
      ),
      "Other readings.",
    ),
  },
  { required: ["setting", "question", "because", "alternatives"] },
);

const policyFile = section(
  "a policy",
  {
    title: key(title, "What it is called."),
    document: key(description, "Whose document, in which language."),
    language: key(word(customerLanguages), "Language of the document."),
    clauses: key(section("its clauses", clauseKeys), "What the document promises, as contracts write it."),
    implements: key(
      list(
        "a list of rules by clause",
        section(
          "rules of a clause",
          {
            clause: key(text({ what: "a clause, or a part of it with dots", max: 200 }), "The clause."),
            rules: key(rules, "Numbers of the rules that it implements."),
            words: key(description, "How it does."),
          },
          { required: ["clause", "rules", "words"] },
        ),
        1,
      ),
      "Which rule each clause implements.",
    ),
    open: key(list("a list of open points", openPoint), "What the document leaves undecided, as settings."),
  },
  { required: ["title", "document", "language", "clauses", "implements", "open"] },
);

type SaidPolicy = ValueOf<typeof policyFile>;
type SaidPoint = NonNullable<SaidPolicy["open"]>[number];

/** A setting that the document leaves undecided. */
export interface OpenPoint {
  /** Clause, with dots into it: "support.plans.extended.clock". */
  setting: string;
  question: string;
  rules: number[];
  /** Null: nothing is set. */
  chosen: OpenValue;
  because: string;
  alternatives: { value: OpenValue; means: string }[];
}

export interface Policy {
  name: string;
  title: string;
  document: string;
  language: CustomerLanguage;
  clauses: SaidClauses;
  /** What each clause implements, by the numbers of the rules. */
  implements: { clause: string; rules: number[]; words: string }[];
  open: OpenPoint[];
}

const folder = new URL("../policies/", import.meta.url);
const read = new Map<string, Policy>();

/** Names of the ready-made policies. */
export function policyNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml") && file !== "credit-tables.yaml")
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

/** The policy of that name; undefined where there is none. */
export function findPolicy(name: string): Policy | undefined {
  if (!read.has(name) && policyNames().includes(name)) {
    read.set(name, readPolicy(name, readFileSync(new URL(`${name}.yaml`, folder), "utf8")));
  }
  return read.get(name);
}

/**
 * Reads a policy.
 *
 * @throws BadPlatformFile with every mistake
 */
export function readPolicy(name: string, source: string): Policy {
  const { value, mistakes } = readYaml(source, policyFile);
  if (mistakes.length > 0 || value === undefined) {
    throw new BadPlatformFile(`${name}.yaml`, mistakes);
  }
  return {
    name,
    title: value.title ?? name,
    document: value.document ?? "",
    language: value.language ?? "en",
    clauses: value.clauses ?? {},
    implements: (value.implements ?? []).map((one) => ({
      clause: one.clause ?? "",
      rules: one.rules ?? [],
      words: one.words ?? "",
    })),
    open: (value.open ?? []).map(toOpenPoint),
  };
}

function toOpenPoint({ setting, question, rules: of, chosen, because, alternatives }: SaidPoint): OpenPoint {
  return {
    setting: setting ?? "",
    question: question ?? "",
    rules: of ?? [],
    chosen: chosen ?? null,
    because: because ?? "",
    alternatives: (alternatives ?? []).map(({ value = null, means = "" }) => ({ value, means })),
  };
}
