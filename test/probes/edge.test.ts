/** What settles a probe's own reading, and when it asks densely. */

import { describe, expect, it } from "vitest";
import { afterSample, isAtEdge, unsettled } from "../../probes/edge.ts";
import type { Outcome } from "../../probes/protocol.ts";

const letters: Record<string, Outcome> = { o: "ok", s: "slow", f: "fail", p: "probe_error" };

/** The settled reading and whether it is an edge, after each of the samples. */
function run(samples: string, confirmDown: number, confirmUp: number): string {
  let state = unsettled;
  return [...samples]
    .map((letter) => {
      state = afterSample(state, letters[letter]!, confirmDown, confirmUp);
      return `${state.settled?.[0] ?? "?"}${isAtEdge(state) ? "!" : ""}`;
    })
    .join(" ");
}

describe("the probe's own reading", () => {
  it.each([
    ["a first good answer settles", "o", 2, 2, "o"],
    ["first bad answers have to be confirmed", "ff", 2, 1, "?! f!"],
    ["down after as many as are wanted, up after as many", "offoo", 2, 2, "o o! f! f! o"],
    ["one bad answer among good ones is an edge that passes", "ofo", 2, 1, "o o! o"],
    ["a bad answer starts the way up again", "offofoo", 2, 2, "o o! f! f! f! f! o"],
    ["slow is confirmed like down, and then asked as ever", "oss", 2, 1, "o o! s"],
    ["slow and bad by turns settle nothing", "osfsf", 2, 1, "o o! o! o! o!"],
    ["what a probe could not ask changes nothing", "pofpf", 2, 1, "? o o! o! f!"],
  ])("%s", (_, samples, down, up, expected) => {
    expect(run(samples, down, up)).toBe(expected);
  });
});
