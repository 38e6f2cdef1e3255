import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Escalation,
  nextStep,
  type Reached,
  stepsToTake,
  type TakenStep,
  withRepeats,
} from "../../../src/domain/alerting/escalation.ts";
import { minute, openedAt, step } from "../../support/standing-alerts.ts";

const duty: Escalation = {
  slug: "duty",
  title: "Duty",
  steps: [step(0, ["first"]), step(10, ["second"]), step(60, ["management"], "over")],
};
const calling = { callingSince: openedAt, round: 0, isAcknowledged: false };
const at = (name: string): Reached => ({ channel: name, target: null, person: null });
const mail = [at("mail")];
const everybody = (target: string) => [at(target)];

/** Looks at each of these minutes, keeping what was taken. */
function walk(
  minutes: readonly number[],
  escalation = duty,
  reach: (target: string, minute: number) => Reached[] = everybody,
  change: (minute: number) => Partial<typeof calling> = () => ({}),
) {
  const taken: TakenStep[] = [];
  const calls: string[] = [];
  for (const one of minutes) {
    const now = openedAt + one * minute;
    const state = { ...calling, ...change(one) };
    for (const { step: number, reached } of stepsToTake(
      escalation,
      state,
      taken,
      (target) => reach(target, one),
      mail,
      now,
    )) {
      taken.push({ round: state.round, step: number, at: now, reached: reached.length > 0 });
      calls.push(`${one}: ${number} ${reached.map(({ channel }) => channel).join(" ")}`);
    }
  }
  return { taken, calls };
}

describe("an escalation", () => {
  it("takes each step when its delay is over, to the millisecond, and once", () => {
    expect(walk([0, 0, 9, 10, 11, 60, 500]).calls).toEqual([
      "0: 0 first",
      "10: 1 second",
      "60: 2 management",
    ]);
    expect(stepsToTake(duty, calling, walk([0]).taken, everybody, mail, openedAt + 10 * minute - 1)).toEqual(
      [],
    );
  });

  it("stops calling when somebody acknowledges, but for what is not over", () => {
    const acknowledged = () => ({ isAcknowledged: true });
    expect(walk([0, 5, 10, 59, 60], duty, everybody, (m) => (m >= 5 ? acknowledged() : {})).calls).toEqual([
      "0: 0 first",
      "60: 2 management",
    ]);
  });

  it("begins anew in a new round, and counts what is not over from the first call", () => {
    const again = (m: number) =>
      m >= 20 ? { callingSince: openedAt + 20 * minute, round: 1, isAcknowledged: false } : {};
    expect(walk([0, 10, 20, 30, 60, 80], duty, everybody, again).calls).toEqual([
      "0: 0 first",
      "10: 1 second",
      "20: 0 first",
      "30: 1 second",
      "60: 2 management",
    ]);
  });

  describe("that repeats", () => {
    const again = withRepeats({ ...duty, repeat: { times: 2, pauseMs: 10 * minute } });

    it("begins its steps again so often, so long after the last, and tells management once", () => {
      expect(walk([0, 10, 19, 20, 30, 39, 40, 50, 60, 200], again).calls).toEqual([
        ...["0: 0 first", "10: 1 second", "20: 3 first", "30: 4 second", "40: 5 first", "50: 6 second"],
        "60: 2 management",
      ]);
    });

    it("stops when somebody acknowledges", () => {
      const change = (m: number) => ({ isAcknowledged: m >= 25 });
      expect(walk([0, 10, 20, 25, 30, 40], again, everybody, change).calls).toEqual([
        ...["0: 0 first", "10: 1 second", "20: 3 first"],
      ]);
    });

    it("says what comes next across the repeats", () => {
      const { taken } = walk([0, 10], again);
      expect(nextStep(again, calling, taken)).toEqual({ step: 3, at: openedAt + 20 * minute });
    });

    it("falls back only when nobody was reached by any of them", () => {
      expect(walk([0, 5], again, () => []).calls.at(-1)).toBe("0: 6 mail");
    });

    it("is as it was without repeats", () => {
      expect(withRepeats(duty)).toBe(duty);
    });
  });

  it("goes on at once where a step reaches nobody, and falls back where none does", () => {
    const secondOnly = (target: string) => (target === "first" ? [] : [at(target)]);
    expect(walk([0], duty, secondOnly).calls).toEqual(["0: 0 ", "0: 1 second"]);
    const nobody = () => [];
    expect(walk([0, 5], duty, nobody).calls).toEqual(["0: 0 ", "0: 1 mail"]);
  });

  it("waits with its last step for the first who can be reached, where nothing is configured either", () => {
    const taken: TakenStep[] = [];
    const look = (now: number, reach: (target: string) => Reached[]) =>
      stepsToTake(duty, calling, taken, reach, [], now).map((one) => {
        taken.push({ round: 0, step: one.step, at: now, reached: one.reached.length > 0 });
        return `${one.step} ${one.reached.map(({ channel }) => channel).join()}`;
      });
    expect(look(openedAt, () => [])).toEqual(["0 ", "1 "]);
    expect(look(openedAt + minute, () => [])).toEqual([]);
    expect(look(openedAt + 2 * minute, everybody)).toEqual(["1 second"]);
    expect(look(openedAt + 3 * minute, everybody)).toEqual([]);
  });

  it("calls nobody twice by one step", () => {
    const one = { ...duty, steps: [step(0, ["a", "b", "a"])] };
    const reach = (target: string) => (target === "b" ? [at("a"), at("c")] : [at(target)]);
    expect(walk([0], one, reach).calls).toEqual(["0: 0 a c"]);
  });

  it("says which step comes next, and when", () => {
    expect(nextStep(duty, calling, [])).toEqual({ step: 0, at: openedAt });
    expect(nextStep(duty, calling, walk([0]).taken)).toEqual({ step: 1, at: openedAt + 10 * minute });
    expect(nextStep(duty, { ...calling, isAcknowledged: true }, walk([0]).taken)).toEqual({
      step: 2,
      at: openedAt + 60 * minute,
    });
    expect(nextStep(duty, calling, walk([0, 10, 60]).taken)).toBeNull();
  });
});

const escalations = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((steps): Escalation => {
    const sorted = steps.toSorted(([a], [b]) => a - b);
    return {
      slug: "any",
      title: "Any",
      steps: sorted.map(([after, isForAll], i) =>
        step(after, [`target-${i}`], isForAll && i > 0 ? "over" : "acknowledged"),
      ),
    };
  });
const looks = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 });

describe("whatever the escalation and whenever it is looked at", () => {
  it("an alert that nobody acknowledges reaches the last step, and each step once", () => {
    fc.assert(
      fc.property(escalations, looks, (escalation, minutes) => {
        const { taken } = walk([...minutes.toSorted((a, b) => a - b), 40], escalation);
        expect(taken.map((one) => one.step).toSorted()).toEqual(escalation.steps.map((_, i) => i));
      }),
    );
  });

  it("looking more often changes neither which steps are taken nor brings one before its time", () => {
    fc.assert(
      fc.property(escalations, looks, fc.integer({ min: 0, max: 40 }), (escalation, minutes, end) => {
        const often = walk([...minutes.filter((m) => m < end).toSorted((a, b) => a - b), end], escalation);
        const once = walk([end], escalation);
        expect(often.taken.map((one) => one.step).toSorted()).toEqual(
          once.taken.map((one) => one.step).toSorted(),
        );
        for (const { step: number, at: taken } of often.taken) {
          expect(taken).toBeGreaterThanOrEqual(openedAt + escalation.steps[number]!.afterMs);
        }
      }),
    );
  });
});
