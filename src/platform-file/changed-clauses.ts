/**
 * Terms that somebody thinks of, as YAML text: a whole contract as a platform file writes it, or only the clauses that would change of one
 * that stands. A clause that is written takes the place of the whole old one.
 */
import { InvalidInput } from "../domain/errors.ts";
import { clauseFaults } from "../domain/sla/promise/clause-faults.ts";
import type { ContractClauses } from "../domain/sla/promise/clauses.ts";
import type { ContractDefinition } from "../domain/sla/promise/contract-versions.ts";
import { toContract } from "./agreements.ts";
import { buildClauses } from "./clauses.ts";
import { type Note, printPath } from "./mistakes.ts";
import { type clauseKeys, clauseSection } from "./described-clauses.ts";
import { contract } from "./described-contract.ts";
import { readYaml } from "./reader.ts";
import type { Shape, ValueOf } from "./shapes.ts";
import type { WrittenContext } from "./written.ts";

const fieldOf: Record<keyof typeof clauseKeys, keyof ContractClauses> = {
  covers: "covers",
  roll_up: "rollUp",
  target: "targetPercent",
  time_zone: "timeZone",
  anchor_day: "anchorDay",
  service_hours: "serviceHours",
  maintenance: "maintenance",
  exclusions: "exclusions",
  unknown: "unknown",
  minutes: "granularity",
  min_outage: "minOutageMs",
  degraded_weight: "degradedWeightPpm",
  outage_figure: "outageFigure",
  verdict_rounding: "verdictRounding",
  fee: "fee",
  credit: "credit",
  correction_window: "correctionDays",
  support: "support",
  categories: "categories",
  promises: "promises",
};

/** @throws InvalidInput bad_contract, each mistake with its line, at /terms */
export function readContractText(slug: string, text: string, context: WrittenContext): ContractDefinition {
  return readText(text, contract, (said, note) => toContract(slug, said, [], { ...context, note }));
}

/**
 * The clauses with those that the text writes in place of the old ones.
 *
 * @throws InvalidInput bad_contract, each mistake with its line, at /terms
 */
export function readChangedClauses(
  text: string,
  standing: ContractClauses,
  context: WrittenContext,
): ContractClauses {
  const { targetPercent, timeZone, anchorDay } = standing;
  const platform = { targetPercent, timeZone, anchorDay };
  return readText(text, clauseSection, (said, note) => {
    const built = buildClauses(said, [], { ...context, platform, note });
    const changed = Object.keys(said).map((key) => fieldOf[key as keyof typeof fieldOf]);
    const merged = {
      ...standing,
      ...Object.fromEntries(changed.map((field) => [field, built[field]])),
    } as ContractClauses;
    clauseFaults(merged).forEach(({ rule, path }) => note(rule, path));
    return merged;
  });
}

function readText<S extends Shape, T>(text: string, shape: S, build: (said: ValueOf<S>, note: Note) => T): T {
  const { value, mistakes, note } = readYaml(text, shape);
  const built = value === undefined ? undefined : build(value, note);
  if (built === undefined || mistakes.length > 0) {
    throw new InvalidInput(
      "bad_contract",
      "The terms cannot be read.",
      mistakes.map(({ line, path, rule }) => ({
        pointer: "/terms",
        detail: `${line}: ${path.length === 0 ? "" : `${printPath(path)}: `}${rule}`,
      })),
    );
  }
  return built;
}
