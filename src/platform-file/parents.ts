/**
 * Resolves the parents of checks: whom they name, and that nobody is among his own ancestors.
 */
import type { ServiceDefinition } from "../domain/status/platform.ts";
import type { Note, Path } from "./mistakes.ts";
import { guess, orList } from "./nearest-word.ts";

interface Child {
  path: Path;
  parent: string;
}

/**
 * By service, the checks that the file names, each with its parent as written: also those that could not be made, whose children are
 * not mistaken and whose own parents are looked at all the same.
 */
export type NamedChecks = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;

/** Replaces every `parent` by the `service/check` it means. */
export function resolveParents(services: ServiceDefinition[], named: NamedChecks, note: Note): void {
  const children = new Map<string, Child>();
  for (const [service, checks] of named) {
    for (const [check, written] of checks) {
      if (written !== undefined) {
        const path = ["services", service, "checks", check, "parent"];
        const found = findParent(written, named);
        if ("wrong" in found) {
          note(found.wrong, path);
        } else {
          children.set(`${service}/${check}`, { path, parent: found.key });
        }
      }
    }
  }
  for (const service of services) {
    for (const check of service.checks) {
      check.parent = children.get(`${service.slug}/${check.slug}`)?.parent ?? null;
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
    const slugs = [...known.keys()];
    const checks = orList(slugs.map((slug) => `${name}/${slug}`));
    return slugs.length === 1
      ? { key: `${name}/${slugs[0]}` }
      : { wrong: `"${name}" has ${slugs.length} checks; name one${checks === "" ? "" : `, ${checks}`}` };
  }
  return known.has(checkSlug)
    ? { key: name }
    : { wrong: `"${serviceSlug}" has no check "${checkSlug}"${guess(checkSlug, known.keys())}` };
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
