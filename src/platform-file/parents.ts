/**
 * Resolves the parents of checks: whom they name, and that nobody is among his own ancestors.
 */
import type { ServiceDefinition } from "../domain/status/platform.ts";
import type { Note } from "./definition.ts";
import type { Path } from "./mistakes.ts";
import { guess, orList } from "./nearest-word.ts";

interface Child {
  path: Path;
  parent: string;
}

/** Slugs of the checks the file names, by service: also of those that could not be read, whose children are not mistaken. */
export type NamedChecks = ReadonlyMap<string, readonly string[]>;

/** Replaces every `parent` by the `service/check` it means. */
export function resolveParents(services: ServiceDefinition[], named: NamedChecks, note: Note): void {
  const children = new Map<string, Child>();
  for (const service of services) {
    for (const check of service.checks) {
      if (check.parent !== null) {
        const path = ["services", service.slug, "checks", check.slug, "parent"];
        const found = findParent(check.parent, named);
        if ("wrong" in found) {
          note(found.wrong, path);
        } else {
          check.parent = found.key;
          children.set(`${service.slug}/${check.slug}`, { path, parent: found.key });
        }
      }
    }
  }
  for (const cycle of cyclesOf(children)) {
    const [first] = cycle;
    const words =
      cycle.length === 1 ? "is the check itself" : `is in a cycle: ${[...cycle, first].join(" → ")}`;
    note(words, children.get(first!)!.path);
  }
}

function findParent(name: string, named: NamedChecks): { key: string } | { wrong: string } {
  const [serviceSlug = "", checkSlug] = name.split("/");
  const known = named.get(serviceSlug);
  if (known === undefined) {
    return { wrong: `there is no service "${serviceSlug}"${guess(serviceSlug, named.keys())}` };
  }
  if (checkSlug === undefined) {
    const checks = orList(known.map((slug) => `${name}/${slug}`));
    return known.length === 1
      ? { key: `${name}/${known[0]}` }
      : { wrong: `"${name}" has ${known.length} checks; name one${checks === "" ? "" : `, ${checks}`}` };
  }
  return known.includes(checkSlug)
    ? { key: name }
    : { wrong: `"${serviceSlug}" has no check "${checkSlug}"${guess(checkSlug, known)}` };
}

/** Every cycle once, beginning with its member that stands first in the file. */
function cyclesOf(children: ReadonlyMap<string, Child>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of children.keys()) {
    const way: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !done.has(at)) {
      done.add(at);
      way.push(at);
      at = children.get(at)?.parent;
    }
    // Only a way that comes back to itself is a new cycle; one that runs into an older way is not.
    const from = at === undefined ? -1 : way.indexOf(at);
    if (from >= 0) {
      cycles.push(way.slice(from));
    }
  }
  return cycles;
}
