import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { ServiceDefinition } from "../../src/domain/status/platform.ts";
import { printDuration } from "../../src/domain/time/duration.ts";
import { parse } from "./parsing.ts";

const slug = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("-"));
const slugs = (minLength: number) => fc.uniqueArray(slug, { minLength, maxLength: 6 });
const title = fc
  .string({ minLength: 1, maxLength: 100, unit: "grapheme-ascii" })
  .filter((text) => text.trim() !== "");

interface Wanted {
  slug: string;
  title: string;
  group: string | null;
  checks: { slug: string; intervalMs: number; locations: string[]; parent: string | null }[];
}

/** Locations, groups and services that refer to each other; parents stand before their children, so no cycles. */
const plans = fc
  .record({ locations: slugs(1), groups: slugs(0), services: slugs(1) })
  .chain(({ locations, groups, services }) =>
    fc.record({
      locations: fc.constant(locations),
      groups: fc.constant(groups),
      services: fc.tuple(
        ...services.map((one) =>
          fc.record({
            slug: fc.constant(one),
            title,
            group: groups.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...groups)),
            checks: fc.uniqueArray(
              fc.record({
                slug,
                intervalMs: fc.integer({ min: 1_000, max: 86_400_000 }),
                locations: fc.subarray(locations, { minLength: 1 }),
                parent: fc.option(fc.nat()),
              }),
              { minLength: 1, maxLength: 4, selector: (check) => check.slug },
            ),
          }),
        ),
      ),
    }),
  )
  .map((plan) => {
    const before: string[] = [];
    const services: Wanted[] = plan.services.map((service) => ({
      ...service,
      checks: service.checks.map((check) => {
        const parent = check.parent === null ? undefined : before[check.parent % Math.max(1, before.length)];
        before.push(`${service.slug}/${check.slug}`);
        return { ...check, parent: parent ?? null };
      }),
    }));
    return { ...plan, services };
  });

/** Entries in their order, also of slugs that are numbers. */
function mapping<T>(entries: readonly (readonly [string, T])[]): Map<string, T> {
  return new Map(entries);
}

function write(plan: { locations: string[]; groups: string[]; services: Wanted[] }): string {
  return stringify({
    platform: { name: "Acme" },
    locations: mapping(plan.locations.map((one) => [one, one] as const)),
    groups: mapping(plan.groups.map((one) => [one, { title: one }] as const)),
    services: mapping(
      plan.services.map(({ slug, title, group, checks }) => [
        slug,
        {
          title,
          ...(group === null ? {} : { group }),
          checks: mapping(
            checks.map((check) => [
              check.slug,
              {
                tcp: "beacon.example:25",
                interval: printDuration(check.intervalMs),
                locations: check.locations,
                ...(check.parent === null ? {} : { parent: check.parent }),
              },
            ]),
          ),
        },
      ]),
    ),
  });
}

function wantedOf({ slug, title, group, checks }: ServiceDefinition): Wanted {
  return {
    slug,
    title,
    group,
    checks: checks.map(({ slug, intervalMs, locations, parent }) => ({
      slug,
      intervalMs,
      locations,
      parent,
    })),
  };
}

describe("any plan of slugs", () => {
  it("comes out of the file as it was written into it, in its order", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const definition = parse(write(plan));
        expect(definition.locations.map(({ slug }) => slug)).toEqual(plan.locations);
        expect(definition.groups.map(({ slug }) => slug)).toEqual(plan.groups);
        expect(definition.services.map(wantedOf)).toEqual(plan.services);
      }),
      { numRuns: 60 },
    );
  });
});

describe("any text", () => {
  it("is read or refused, and never breaks the reader", () => {
    const word = fc.constantFrom(
      ..."platform: services: {} [ ] - a: &a *a 'x \" \n   \t # ! | > 15s http: checks: <<: ".split(/(?<= )/),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        try {
          parse(words.join(""));
        } catch (error) {
          expect((error as { code?: string }).code).toBe("bad_platform_file");
        }
      }),
      { numRuns: 300 },
    );
  });
});
