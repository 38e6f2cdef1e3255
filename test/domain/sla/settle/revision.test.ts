import fc from "fast-check";
import { expect, test } from "vitest";
import { settleRevisions } from "../../../../src/domain/sla/settle/revision.ts";

const credits = fc.array(fc.option(fc.nat({ max: 100_000 })), { maxLength: 8 });

test("what is paid in all is what stands credited, for any revisions", () => {
  fc.assert(
    fc.property(credits, fc.constantFrom("none", "full"), (some, clawback) => {
      const settled = settleRevisions(some, clawback);
      const paid = settled.reduce((total, { adjustmentMinor }) => total + adjustmentMinor, 0);
      expect(settled.at(-1)?.netCreditedMinor ?? 0).toBe(paid);
    }),
  );
});

test("without claw-back the highest credit so far stands, with it the latest", () => {
  fc.assert(
    fc.property(credits, (some) => {
      const highest = some.map((_, i) => Math.max(...some.slice(0, i + 1).map((credit) => credit ?? 0)));
      expect(settleRevisions(some, "none").map(({ netCreditedMinor }) => netCreditedMinor)).toEqual(highest);
      expect(settleRevisions(some, "full").map(({ netCreditedMinor }) => netCreditedMinor)).toEqual(
        some.map((credit) => credit ?? 0),
      );
    }),
  );
});
