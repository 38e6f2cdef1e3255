import { expect, it } from "vitest";
import { revisionAt, rulesOf } from "../../../src/domain/monitoring/check.ts";
import { httpCheck } from "../../support/watched.ts";

it("lets a reading hold for 2.5 times the configured interval", () => {
  expect(rulesOf({ ...httpCheck, intervalMs: 30_000 }).staleAfterMs).toBe(75_000);
  expect(rulesOf({ ...httpCheck, intervalMs: 1001 }).staleAfterMs).toBe(2502);
});

it.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [5, 2],
])("of %i locations, %i must fail and report unless the check says otherwise", (count, quorum) => {
  const locations = Array.from({ length: count }, (_, i) => `location-${i}`);
  expect(rulesOf({ ...httpCheck, locations })).toMatchObject({ quorumFail: quorum, minReporting: quorum });
  expect(rulesOf({ ...httpCheck, locations, quorumFail: 1 })).toMatchObject({
    quorumFail: 1,
    minReporting: 1,
  });
});

it("judges a sample by the revision that was in force when it was taken", () => {
  const revisions = [100, 200, 300].map((effectiveAt) => ({ effectiveAt, definition: httpCheck }));
  expect([99, 100, 199, 200, 1000].map((at) => revisionAt(revisions, at).effectiveAt)).toEqual([
    100, 100, 100, 200, 300,
  ]);
});
