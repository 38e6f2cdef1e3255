/**
 * One thing at a time, as JSON instead of in a file: a customer, a calendar, a contract or a later version of it, an incident template, in the
 * same words and by the same rules. Faults name their place as a JSON pointer.
 */
import { InvalidInput } from "../domain/errors.ts";
import type { NamedCalendar } from "../domain/sla/promise/agreement-plan.ts";
import type { ContractDefinition } from "../domain/sla/promise/contract-versions.ts";
import type { CustomerDefinition } from "../domain/sla/promise/customer.ts";
import type { IncidentTemplate } from "../domain/status/incident-template.ts";
import { toContract, toCustomer, toNamedCalendar } from "./agreements.ts";
import type { AgreementContext } from "./clauses.ts";
import { type Note, printPath, printPointer } from "./mistakes.ts";
import { calendar } from "./described-calendar.ts";
import { contract, customer, laterVersion } from "./described-contract.ts";
import { template } from "./described-incidents.ts";
import { type IncidentContext, toTemplate } from "./incidents.ts";
import { readYaml } from "./reader.ts";
import { slug as slugShape } from "./words.ts";
import type { Shape, ValueOf } from "./shapes.ts";

/** Everything a written thing may name. */
export type WrittenContext = Omit<AgreementContext, "note">;

/** The shapes, for the API's description. */
export const writtenShapes = {
  calendar,
  customer: customer.mapping,
  contract,
  version: laterVersion,
  template,
};

/** @throws InvalidInput bad_customer */
export function readCustomer(slug: string, body: unknown, languages: readonly string[]): CustomerDefinition {
  return readWritten("customer", slug, body, writtenShapes.customer, (said) =>
    toCustomer(slug, said, languages),
  );
}

/** @throws InvalidInput bad_calendar */
export function readCalendar(slug: string, body: unknown, context: WrittenContext): NamedCalendar {
  return readWritten("calendar", slug, body, calendar, (said, note) =>
    toNamedCalendar(slug, said, [], { ...context, note }),
  );
}

/** @throws InvalidInput bad_contract */
export function readContract(slug: string, body: unknown, context: WrittenContext): ContractDefinition {
  return readWritten("contract", slug, body, contract, (said, note) =>
    toContract(slug, said, [], { ...context, note }),
  );
}

/**
 * @param context languages of the page, services and priorities that a template may name
 * @throws InvalidInput bad_template
 */
export function readTemplate(
  slug: string,
  body: unknown,
  context: Omit<IncidentContext, "note"> & { priorities: readonly string[] },
): IncidentTemplate {
  return readWritten("template", slug, body, template, (said, note) =>
    toTemplate(slug, said, [], { ...context, note }),
  );
}

/**
 * A contract as it was written with one more version, effective from a date where it names none.
 *
 * @throws InvalidInput bad_version when the version has not the shape; bad_contract when the contract cannot have it
 */
export function withVersion(
  slug: string,
  written: Record<string, unknown>,
  version: Record<string, unknown>,
  defaultEffective: string,
): Record<string, unknown> {
  readWritten("version", slug, version, laterVersion, (said) => said);
  const versions = (written.versions as unknown[] | undefined) ?? [];
  return { ...written, versions: [...versions, { effective: defaultEffective, ...version }] };
}

/**
 * Reads one thing under its name by its shape, and builds it.
 *
 * @throws InvalidInput bad_…, naming the noun, with a fault for every mistake
 */
export function readWritten<S extends Shape, T>(
  noun: string,
  slug: string,
  body: unknown,
  shape: S,
  build: (said: ValueOf<S>, note: Note) => T,
): T {
  const named = slugShape.read({ value: slug, source: slug, escaped: true });
  if ("wrong" in named) {
    throw new InvalidInput(`bad_${noun}`, `The name ${named.wrong}.`, [
      { pointer: "?slug", detail: named.wrong },
    ]);
  }
  // JSON is YAML; written out by ourselves, so that every line of it is known.
  const { value, mistakes, note } = readYaml(JSON.stringify(body, null, 1), shape);
  const built = value === undefined ? undefined : build(value, note);
  if (built === undefined || mistakes.length > 0) {
    const told = mistakes.map(({ path, rule }) => (path.length === 0 ? rule : `${printPath(path)}: ${rule}`));
    throw new InvalidInput(
      `bad_${noun}`,
      told.join("; "),
      mistakes.map(({ path, rule }) => ({ pointer: printPointer(path), detail: rule })),
    );
  }
  return built;
}
