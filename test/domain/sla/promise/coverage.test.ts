import fc from "fast-check";
import { expect, test } from "vitest";
import { type Coverage, coveredServices } from "../../../../src/domain/sla/promise/clauses.ts";
import { coverageOver, jointCoverage } from "../../../../src/domain/sla/promise/coverage.ts";

const groupSlug = fc.option(fc.constantFrom("red", "green", "blue"), { nil: null });
const services = fc
  .uniqueArray(fc.record({ slug: fc.constantFrom(..."abcdefghij"), groupSlug }), {
    selector: (one) => one.slug,
  })
  .map((some) => some.map((one) => ({ ...one })));
const coverage: fc.Arbitrary<Coverage> = fc.oneof(
  fc.constant("*" as const),
  fc.record({
    services: fc.array(fc.constantFrom(..."abcdefghijxyz")),
    groups: fc.array(fc.constantFrom("red", "green", "yellow")),
  }),
);

test("looked up or looked through, a clause covers the same services in the same order", () => {
  fc.assert(
    fc.property(services, coverage, (all, covers) => {
      expect(coverageOver(all)(covers)).toEqual(coveredServices(covers, all));
    }),
  );
});

test("jointly, clauses cover whatever any of them covers", () => {
  fc.assert(
    fc.property(services, fc.array(coverage, { minLength: 1 }), (all, some) => {
      const each = some.map((covers) => coveredServices(covers, all));
      expect(coveredServices(jointCoverage(some), all)).toEqual(
        all.filter((service) => each.some((covered) => covered.includes(service))),
      );
    }),
  );
});
