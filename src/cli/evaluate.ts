/**
 * `fournines evaluate FILE|-`: recomputes figures from what anybody hands over, with the very functions behind the page and the reports.
 * Results go to standard output and nothing else does; words of `--explain` go to standard error.
 */
import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { InvalidInput } from "../domain/errors.ts";
import { answerTo, evaluateCase, type Evaluated } from "../evaluation/cases.ts";
import { refused } from "../evaluation/refusal.ts";
import type { Terminal } from "./words.ts";

export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  program
    .command("evaluate")
    .description("recompute figures: availability, cycles, credit, samples, deadline, burn_rate, revision")
    .argument("<file>", "JSON: one {kind, input} or a list of them; - is standard input")
    .option("--explain", "tell the arithmetic step by step on standard error")
    .action(async (file: string, options: { explain?: boolean }) => {
      const cases = parse(file === "-" ? await readAll(process.stdin) : readCases(file));
      const evaluated = (Array.isArray(cases) ? cases : [cases]).map(evaluateAny);
      const answers = evaluated.map(answerTo);
      terminal.print(JSON.stringify(Array.isArray(cases) ? answers : answers[0], null, 2));
      if (options.explain === true) {
        evaluated.forEach((one, i) => explain(one, i, evaluated.length));
      }
      refuseRefused(evaluated);
    });
}

/** What could not even be read as JSON. */
const unreadable = Symbol("unreadable");

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return unreadable;
  }
}

function evaluateAny(given: unknown): Evaluated {
  return given === unreadable
    ? { told: null, refused: refused("malformed_json", [], "This is not well-formed JSON.") }
    : evaluateCase(given);
}

function explain({ told, refused }: Evaluated, index: number, count: number): void {
  const lines = told?.steps ?? [`Refused: ${refused!.error.pointer} ${refused!.error.detail}`];
  console.error(
    [...(count > 1 ? [`Case ${index + 1}`] : []), ...lines.map((line) => `  ${line}`)].join("\n"),
  );
}

function refuseRefused(evaluated: readonly Evaluated[]): void {
  const count = evaluated.filter(({ refused }) => refused !== null).length;
  if (count > 0) {
    throw new InvalidInput("cases_refused", `${count} of ${evaluated.length} cases refused.`);
  }
}

function readCases(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InvalidInput("cases_missing", `${file} cannot be read (${code})`, [], { cause });
  }
}
