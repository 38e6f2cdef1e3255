/**
 * What is behind a service being down: checks name the check they depend on, and while that one is down too, it explains theirs. For the
 * page, the API and alerts; measurements know nothing of it (design.md 4.2).
 */
import type { ReadingState } from "../monitoring/timeline.ts";

/** A check as far as its family is concerned. */
export interface Kin {
  slug: string;
  /** Whether it decides the reading of its service. */
  counts: boolean;
  reading: ReadingState;
  /** `service/check` that it depends on; null = none. */
  parent: string | null;
}

/** A service with the checks that are asked now. */
export interface Family {
  slug: string;
  checks: readonly Kin[];
}

/** A check with its own name in full, `service/check`. */
export interface NamedKin extends Kin {
  serviceSlug: string;
}

/** Every check by its full name. */
export function kinOf(families: readonly Family[]): Map<string, NamedKin> {
  return new Map(
    families.flatMap(({ slug: serviceSlug, checks }) =>
      checks.map((check): [string, NamedKin] => [`${serviceSlug}/${check.slug}`, { ...check, serviceSlug }]),
    ),
  );
}

/**
 * The check that is behind this one being down: the farthest of its ancestors that it reaches through none that is not down itself.
 * Undefined: it is not down, or not because of its parent. A parent that is degraded, not measured or not asked any more explains nothing.
 */
export function checkBehind(check: Kin, kin: ReadonlyMap<string, NamedKin>): NamedKin | undefined {
  const met = new Set<string>();
  let found: NamedKin | undefined;
  let at: Kin | undefined = check;
  while (at?.reading === "down" && at.parent !== null && !met.has(at.parent)) {
    met.add(at.parent);
    const parent = kin.get(at.parent);
    found = parent?.reading === "down" ? parent : found;
    at = parent;
  }
  return found;
}

/**
 * For every service whose trouble is not its own, the services behind it, in order of their names: each of its counting checks that is down
 * is explained by another service's. One that fails by itself makes the trouble its own, whatever else is down.
 */
export function servicesBehind(families: readonly Family[]): Map<string, string[]> {
  const explained = new Map<string, string[]>();
  let kin: Map<string, NamedKin> | undefined;
  for (const { slug, checks } of families) {
    const down = checks.filter((check) => check.counts && check.reading === "down");
    if (down.some(({ parent }) => parent !== null)) {
      kin ??= kinOf(families);
      const behind = down.map((check) => checkBehind(check, kin!)?.serviceSlug);
      const others = new Set(behind.filter((other) => other !== undefined && other !== slug)) as Set<string>;
      if (others.size > 0 && behind.every((other) => other !== undefined && other !== slug)) {
        explained.set(slug, [...others].sort());
      }
    }
  }
  return explained;
}
