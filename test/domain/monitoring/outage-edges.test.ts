import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../probes/protocol.ts";
import type { CheckRules } from "../../../src/domain/monitoring/check.ts";
import { observeRound, observeUntil, unobserved } from "../../../src/domain/monitoring/confirmation.ts";
import type { ConfirmationState } from "../../../src/domain/monitoring/confirmation-state.ts";
import type { Outage } from "../../../src/domain/monitoring/outage.ts";

const rules: CheckRules = { staleAfterMs: 75, confirmDown: 2, confirmUp: 1, quorumFail: 1, minReporting: 1 };

type Step = [Outcome, uncertaintyMs?: number];

/** Folds rounds that are 30 ms apart. */
function fold(steps: readonly Step[], given: Partial<CheckRules> = {}, from = unobserved, first = 0) {
  const outages = new Map<number, Outage>();
  let state: ConfirmationState = from;
  steps.forEach(([outcome, uncertaintyMs], i) => {
    const round = { at: first + i * 30, reports: { lisbon: outcome } };
    const step = observeRound(state, uncertaintyMs === undefined ? round : { ...round, uncertaintyMs }, {
      ...rules,
      ...given,
    });
    state = step.state;
    step.outages.forEach((outage) => outages.set(outage.start, outage));
  });
  return { state, outages: [...outages.values()] };
}

const ok: Step = ["ok"];
const fail: Step = ["fail"];
const off = (outcome: Outcome, ms: number): Step => [outcome, ms];

describe("the edges of an outage", () => {
  it("are certain while all clocks are right", () => {
    const { outages, state } = fold([ok, fail, fail, fail, ok]);
    expect(outages).toEqual([
      { start: 30, end: 120, lastFailAt: 90, lastOkBeforeAt: 0, firstOkAfterAt: 120 },
    ]);
    expect(state).not.toHaveProperty("edges");
  });

  it.each([
    ["the last ok before", [off("ok", 9), fail, fail, fail, ok]],
    ["the first failure", [ok, off("fail", 9), fail, fail, ok]],
    ["the last failure", [ok, fail, fail, off("fail", 9), ok]],
    ["the first ok after", [ok, fail, fail, fail, off("ok", 9)]],
  ])("are as uncertain as the clock behind %s", (_edge, steps) => {
    expect(fold(steps as Step[]).outages).toMatchObject([{ start: 30, end: 120, uncertaintyMs: 9 }]);
  });

  it("take the worst of several clocks", () => {
    const steps = [off("ok", 3), off("fail", 7), fail, off("fail", 5), off("ok", 4)];
    expect(fold(steps).outages).toMatchObject([{ uncertaintyMs: 7 }]);
  });

  it("do not care for a wrong clock between them", () => {
    const steps = [off("ok", 9), ok, fail, off("fail", 9), off("fail", 9), fail, ok, off("ok", 9)];
    expect(fold(steps).outages[0]).not.toHaveProperty("uncertaintyMs");
  });

  it("wait for the first ok of several that end it", () => {
    const certain = fold([ok, fail, fail, ok, off("ok", 9)], { confirmUp: 2 });
    expect(certain.outages[0]).toMatchObject({ end: 90 });
    expect(certain.outages[0]).not.toHaveProperty("uncertaintyMs");
    const uncertain = fold([ok, fail, fail, off("ok", 9), ok], { confirmUp: 2 });
    expect(uncertain.outages).toMatchObject([{ end: 90, uncertaintyMs: 9 }]);
  });

  it("forget an ok before failures that were never confirmed", () => {
    const { outages } = fold([off("ok", 9), fail, ok, fail, fail, ok]);
    expect(outages).toEqual([
      { start: 90, end: 150, lastFailAt: 120, lastOkBeforeAt: 60, firstOkAfterAt: 150 },
    ]);
  });

  it("reach over silence to the first ok after it, with the uncertainty of that", () => {
    const before = fold([ok, fail, off("fail", 4)]);
    const silent = observeUntil(before.state, 400, rules);
    expect(silent.outages).toMatchObject([{ end: 135, firstOkAfterAt: null, uncertaintyMs: 4 }]);
    const after = fold([off("ok", 9)], {}, before.state, 600);
    expect(after.outages).toMatchObject([{ start: 30, end: 135, firstOkAfterAt: 600, uncertaintyMs: 9 }]);
  });

  it("leave no trace once they are past", () => {
    const { state } = fold([off("ok", 9), off("fail", 9), off("fail", 9), off("ok", 9), ok, fail, ok]);
    const { state: certain } = fold([ok, fail, fail, ok, ok, fail, ok]);
    expect(state).toEqual(certain);
  });

  it("go on from a checkpoint that was written before clocks were judged", () => {
    const old = JSON.parse(JSON.stringify(fold([ok, fail]).state)) as ConfirmationState;
    expect(old).not.toHaveProperty("edges");
    expect(fold([off("fail", 9), ok], {}, old, 60).outages).toEqual([
      { start: 30, end: 90, lastFailAt: 60, lastOkBeforeAt: 0, firstOkAfterAt: 90, uncertaintyMs: 9 },
    ]);
  });
});
