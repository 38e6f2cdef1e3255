import { describe, expect, it } from "vitest";
import { leadIn, leadOut } from "../../src/evidence/lead.ts";

const rules = [{ staleAfterMs: 1_000, confirmDown: 2, confirmUp: 1, quorumFail: 1, minReporting: 1 }];
const period = { start: 100_000, end: 200_000 };
const outage = (lastOkBeforeAt: number | null, start: number, end: number | null) => ({
  start,
  end,
  lastFailAt: start,
  lastOkBeforeAt,
  firstOkAfterAt: end,
});

describe("how far evidence reaches beyond its time", () => {
  it("is some rounds before, and as many after as a change needs to be confirmed", () => {
    expect(leadIn([], rules, period)).toBe(92_000);
    expect(leadOut(rules)).toBe(2_000);
    expect([leadIn([], [], period), leadOut([])]).toEqual([100_000, 0]);
  });

  it("is before the last good round ahead of an outage that reaches into it, however many hang together", () => {
    expect(leadIn([outage(50_000, 51_000, 60_000)], rules, period)).toBe(92_000);
    expect(leadIn([outage(90_000, 91_000, 101_000)], rules, period)).toBe(82_000);
    const chain = [outage(70_000, 71_000, 83_000), outage(90_000, 91_000, 101_000)];
    expect(leadIn(chain, rules, period)).toBe(62_000);
    expect(leadIn([outage(null, 30_000, null)], rules, period)).toBe(22_000);
    expect(leadIn([outage(null, 1, null)], rules, period)).toBe(0);
    // One that begins in it, after a long silence.
    expect(leadIn([outage(40_000, 150_000, 160_000)], rules, period)).toBe(32_000);
  });
});
