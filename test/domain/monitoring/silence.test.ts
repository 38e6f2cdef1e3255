import { describe, expect, it } from "vitest";
import type { CheckRules } from "../../../src/domain/monitoring/check.ts";
import { observeInstant, unobserved } from "../../../src/domain/monitoring/confirmation.ts";
import type { ConfirmationState } from "../../../src/domain/monitoring/confirmation-state.ts";
import {
  type CheckSilences,
  heardIn,
  type Silence,
  silencesOver,
} from "../../../src/domain/monitoring/silence.ts";
import type { Outcome } from "../../../probes/protocol.ts";

const rules: CheckRules = {
  ...{ staleAfterMs: 25, confirmDown: 2, confirmUp: 1, quorumFail: 1, minReporting: 1 },
  locations: ["lisbon", "osaka"],
};

/** Instants, each with what locations said at it. */
function listen(
  said: readonly [number, Record<string, Outcome>][],
  { from = unobserved, by = () => rules }: { from?: ConfirmationState; by?: (at: number) => CheckRules } = {},
) {
  const silences: Silence[] = [];
  let state = from;
  for (const [at, reports] of said) {
    const delivered = Object.entries(reports).map(([location, outcome]) => ({ location, outcome }));
    const step = observeInstant(state, at, delivered, by(at));
    silences.push(...step.silences);
    ({ state } = step);
  }
  return { silences, state };
}

const check = (change: Partial<CheckSilences> = {}): CheckSilences => ({
  archivedAt: null,
  observedFrom: 0,
  revisions: [{ effectiveAt: 0, locations: ["lisbon", "osaka"] }],
  silences: [],
  head: { ...unobserved, heard: { lisbon: 100, osaka: 100 } },
  rules,
  ...change,
});
const window = { start: 0, end: 100 };

describe("the silences of a location", () => {
  it("begin when a reading of it no longer holds, and end with its next report", () => {
    const both = { lisbon: "ok", osaka: "fail" } as const;
    const { silences } = listen([
      [0, both],
      [10, { lisbon: "ok" }],
      [25, { osaka: "slow" }],
      [60, { osaka: "ok" }],
      [61, { lisbon: "fail" }],
    ]);
    expect(silences).toEqual([
      { location: "osaka", start: 50, end: 60 },
      { location: "lisbon", start: 35, end: 61 },
    ]);
  });

  it("are not ended by a probe that could not ask", () => {
    const { silences } = listen([
      [0, { lisbon: "ok", osaka: "ok" }],
      [20, { lisbon: "ok", osaka: "probe_error" }],
      [40, { lisbon: "ok", osaka: "probe_error" }],
      [60, { lisbon: "ok", osaka: "ok" }],
    ]);
    expect(silences).toEqual([{ location: "osaka", start: 25, end: 60 }]);
  });

  it("of one that was never heard begin as if it had spoken with the first that was", () => {
    const { silences, state } = listen([
      [10, { lisbon: "ok" }],
      [30, { lisbon: "ok" }],
      [50, { osaka: "ok" }],
    ]);
    expect(silences).toEqual([{ location: "osaka", start: 35, end: 50 }]);
    expect(state.heard).toEqual({ lisbon: 30, osaka: 50 });
    expect(state.heardFrom).toBeUndefined();
  });

  it("end where it is no longer asked, and begin anew where it is again", () => {
    const alone = { ...rules, locations: ["lisbon"] };
    const { silences, state } = listen(
      [
        [0, { lisbon: "ok", osaka: "ok" }],
        [20, { lisbon: "ok" }],
        [40, { lisbon: "ok" }],
        [60, { lisbon: "ok" }],
        [80, { lisbon: "ok" }],
        [90, { osaka: "ok" }],
      ],
      { by: (at) => (at >= 40 && at < 80 ? alone : rules) },
    );
    expect(silences).toEqual([{ location: "osaka", start: 25, end: 40 }]);
    expect(state.heard).toEqual({ lisbon: 80, osaka: 90 });
  });

  it("are known from the next sample on where a state was kept before they were", () => {
    const { heard: _, ...before } = listen([[0, { lisbon: "ok", osaka: "ok" }]]).state;
    expect(heardIn(before)).toEqual({ lisbon: 0, osaka: 0 });
    const { silences, state } = listen(
      [
        [20, { lisbon: "ok" }],
        [60, { lisbon: "ok", osaka: "ok" }],
      ],
      { from: before },
    );
    expect(state.heardFrom).toBe(20);
    expect(silences).toContainEqual({ location: "osaka", start: 25, end: 60 });
    expect(silencesOver([check({ head: state })], { start: 20, end: 60 })).not.toBeNull();
    expect(silencesOver([check({ head: state })], { start: 19, end: 60 })).toBeNull();
    expect(silencesOver([check({ head: before })], { start: 0, end: 60 })).toBeNull();
  });
});

describe("what locations left unobserved of a window", () => {
  it("is what ended in it and what lasts at its end", () => {
    const silences = [
      { location: "osaka", start: -50, end: 10 },
      { location: "osaka", start: 40, end: 55 },
    ];
    const head = { ...unobserved, heard: { lisbon: 100, osaka: 60 } };
    expect(silencesOver([check({ silences, head })], window)).toEqual([
      { location: "lisbon", asked: [window], silent: [] },
      {
        location: "osaka",
        asked: [window],
        silent: [
          { start: 0, end: 10 },
          { start: 40, end: 55 },
          { start: 85, end: 100 },
        ],
      },
    ]);
  });

  it("begins with the first observation of the check and ends when it was archived", () => {
    const head = { ...unobserved, heard: { lisbon: 100, osaka: 10 } };
    expect(silencesOver([check({ observedFrom: 20, archivedAt: 80, head })], window)).toContainEqual({
      location: "osaka",
      asked: [{ start: 20, end: 80 }],
      silent: [{ start: 35, end: 80 }],
    });
    expect(silencesOver([check({ observedFrom: null })], window)).toEqual([]);
  });

  it("is of the time in which the rules name the location", () => {
    const revisions = [
      { effectiveAt: 10, locations: ["lisbon", "osaka"] },
      { effectiveAt: 30, locations: ["lisbon"] },
      { effectiveAt: 60, locations: ["osaka"] },
    ];
    const silences = [{ location: "osaka", start: 20, end: 33 }];
    expect(silencesOver([check({ revisions, silences })], window)).toEqual([
      { location: "lisbon", asked: [{ start: 0, end: 60 }], silent: [] },
      {
        location: "osaka",
        asked: [
          { start: 0, end: 30 },
          { start: 60, end: 100 },
        ],
        silent: [{ start: 20, end: 30 }],
      },
    ]);
  });

  it("of several checks is where one of them that asks there had no report", () => {
    const one = check({ silences: [{ location: "lisbon", start: 10, end: 30 }] });
    const other = check({
      revisions: [{ effectiveAt: 0, locations: ["lisbon"] }],
      silences: [{ location: "lisbon", start: 20, end: 40 }],
    });
    expect(silencesOver([one, other], window)).toEqual([
      { location: "lisbon", asked: [window], silent: [{ start: 10, end: 40 }] },
      { location: "osaka", asked: [window], silent: [] },
    ]);
  });
});
