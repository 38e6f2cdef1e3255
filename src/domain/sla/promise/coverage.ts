/**
 * What clauses cover among many services, looked up instead of looked through: a month of two hundred contracts over five thousand services
 * asks two hundred times.
 */
import type { Coverage } from "./clauses.ts";

/** Tells the services that a clause covers as `coveredServices` does: in the platform's order, each once. */
export function coverageOver<S extends { slug: string; groupSlug: string | null }>(
  services: readonly S[],
): (covers: Coverage) => S[] {
  const places = new Map(services.map(({ slug }, place) => [slug, place]));
  const byGroup = Map.groupBy(services.keys(), (place) => services[place]!.groupSlug);
  return (covers) => {
    if (covers === "*") {
      return [...services];
    }
    const named = covers.services.flatMap((slug) => places.get(slug) ?? []);
    const grouped = covers.groups.flatMap((slug) => byGroup.get(slug) ?? []);
    return [...new Set([...named, ...grouped])].sort((a, b) => a - b).map((place) => services[place]!);
  };
}

/** What any of these covers. */
export function jointCoverage(some: readonly Coverage[]): Coverage {
  const named = some.filter((covers) => covers !== "*");
  return named.length < some.length
    ? "*"
    : {
        services: named.flatMap(({ services }) => services),
        groups: named.flatMap(({ groups }) => groups),
      };
}
