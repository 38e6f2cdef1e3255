/** Facts of an alert as people read them: what is known by a slug stands under its name. For words alone; programs are told the slugs. */
import type { AlertFacts } from "./alert.ts";

/** What things are called, by slug; one that is not here keeps its slug. */
export interface NamesOfThings {
  contracts: ReadonlyMap<string, string>;
  locations: ReadonlyMap<string, string>;
}

/** Whether any fact needs a name that it does not bring along. */
export function needsNames({ contract, location }: AlertFacts): boolean {
  return typeof contract === "string" || typeof location === "string";
}

export function namedFacts(facts: AlertFacts, { contracts, locations }: NamesOfThings): AlertFacts {
  const { contract, location } = facts;
  return {
    ...facts,
    ...(typeof contract === "string" ? { contract: contracts.get(contract) ?? contract } : {}),
    ...(typeof location === "string" ? { location: locations.get(location) ?? location } : {}),
  };
}
