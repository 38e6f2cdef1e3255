/** Facts of an alert as people read them: what is known by a slug stands under its name. For words alone; programs are told the slugs. */
import type { AlertFacts } from "./alert.ts";

/** What things and people are called, by slug or id; one that is not here keeps it. */
export interface NamesOfThings {
  contracts: ReadonlyMap<string, string>;
  locations: ReadonlyMap<string, string>;
  /** By id; null: erased. */
  people: ReadonlyMap<string, string | null>;
}

/** Whether any fact needs a name that it does not bring along. */
export function needsNames({ contract, location, planner }: AlertFacts): boolean {
  return [contract, location, planner].some((one) => typeof one === "string");
}

export function namedFacts(facts: AlertFacts, { contracts, locations, people }: NamesOfThings): AlertFacts {
  const { contract, location, planner } = facts;
  return {
    ...facts,
    ...(typeof contract === "string" ? { contract: contracts.get(contract) ?? contract } : {}),
    ...(typeof location === "string" ? { location: locations.get(location) ?? location } : {}),
    ...(typeof planner === "string" && people.has(planner) ? { planner: people.get(planner)! } : {}),
  };
}
