import { expect, test } from "vitest";
import { unobserved } from "../../../src/domain/monitoring/confirmation.ts";
import { isSettled, type SettlingCheck } from "../../../src/domain/monitoring/settled-time.ts";
import { rulesOf } from "../../../src/domain/monitoring/check.ts";
import { httpCheck } from "../../support/watched.ts";

const rules = rulesOf(httpCheck);
const stretch = { start: 1_000_000, end: 2_000_000 };

function check(headAt: number | null, over: Partial<SettlingCheck> = {}): SettlingCheck {
  const state = { ...unobserved, lastConclusiveAt: headAt };
  return { archivedAt: null, head: state, settled: state, rules, ...over };
}

test.each([
  ["seen since", check(2_000_000), true],
  ["seen last just before its end: the reading may go on", check(1_999_999), false],
  [
    "silent so long before its end that the reading was over",
    check(2_000_000 - rules.staleAfterMs - 1),
    true,
  ],
  ["silent, and the reading just reaches its end", check(2_000_000 - rules.staleAfterMs), false],
  ["never seen", check(null), true],
  [
    "seen last just before its end, and archived before it began",
    check(1_999_999, { archivedAt: 1_000_000 }),
    true,
  ],
  ["seen since, but not settled", check(2_000_000, { settled: unobserved }), false],
])("time of a check is settled: %s", (_, one, isIt) => {
  expect(isSettled(stretch, [one], [])).toBe(isIt);
  expect(isSettled(stretch, [check(3_000_000), one], [])).toBe(isIt);
});

test("time with an outage that lasts is not settled; one that began later does not matter", () => {
  const lasting = { end: null, lastFailAt: 1, lastOkBeforeAt: null, firstOkAfterAt: null };
  expect(isSettled(stretch, [check(3_000_000)], [{ ...lasting, start: 1_999_999 }])).toBe(false);
  expect(isSettled(stretch, [check(3_000_000)], [{ ...lasting, start: 2_000_000 }])).toBe(true);
  expect(isSettled(stretch, [check(3_000_000)], [{ ...lasting, start: 1_000_000, end: 1_500_000 }])).toBe(
    true,
  );
});
