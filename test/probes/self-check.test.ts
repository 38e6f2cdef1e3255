/** A lost network of our own is never an outage of somebody else. */

import { describe, expect, it } from "vitest";
import type { Assignment, FailureReason, Observation, Target } from "../../probes/protocol.ts";
import { createSelfCheck } from "../../probes/self-check.ts";
import { fakeClock, settled } from "./fake-clock.ts";

const targets: Target[] = ["1.example", "2.example", "3.example"].map((host) => ({
  kind: "tcp",
  host,
  port: 443,
}));

const failed = (reason: FailureReason = "timeout", check = 1): Observation => ({
  check,
  at: 1,
  outcome: "fail",
  reason,
  detail: "seen",
  timings: { total: 5 },
});

/** Reference targets that answer after a while, or do not. */
function bench(answers: (host: string) => Observation["outcome"] | FailureReason = () => "ok", afterMs = 20) {
  const clock = fakeClock();
  const asked: { host: string; at: number }[] = [];
  const changes: (number | null)[] = [];
  const selfCheck = createSelfCheck({
    clock,
    onChange: (since) => changes.push(since),
    ask: (assignment: Assignment) =>
      new Promise((resolve) => {
        const { host } = assignment.target as { host: string };
        asked.push({ host, at: clock.elapsed() });
        const answer = answers(host);
        const observation: Observation = { check: 0, at: 0, outcome: "ok", timings: {} };
        if (answer !== "ok") {
          Object.assign(observation, { outcome: "fail", reason: answer === "fail" ? "timeout" : answer });
        }
        clock.after(afterMs, () => resolve(observation));
      }),
  });
  selfCheck.setTargets(targets);
  const judged = (observation: Observation) => {
    const result: { is?: Observation; at?: number } = {};
    void selfCheck.judge(observation).then((is) => Object.assign(result, { is, at: clock.elapsed() }));
    return result;
  };
  return { clock, asked, changes, selfCheck, judged };
}

describe("while the network is there", () => {
  it("a failure is told as it is, after one reference target has answered", async () => {
    const { clock, asked, judged } = bench();
    const one = judged(failed());
    await clock.advance(19);
    expect(one.is).toBeUndefined();
    await clock.advance(1);
    expect(one).toEqual({ is: failed(), at: 20 });
    expect(asked).toHaveLength(1);
  });

  it("a reference target that answers badly has answered", async () => {
    const { clock, judged, selfCheck } = bench(() => "unexpected_status");
    const one = judged(failed());
    await clock.advance(3_000);
    expect(one.is).toEqual(failed());
    expect(selfCheck.lostSince()).toBeNull();
  });

  it("one of three is enough, and another one is asked first each time", async () => {
    const { clock, judged, asked } = bench((host) => (host === "2.example" ? "ok" : "fail"));
    for (let i = 0; i < 3; i++) {
      const one = judged(failed());
      await clock.advance(2_500);
      expect(one.is!.outcome).toBe("fail");
    }
    expect(new Set(asked.map(({ host }) => host)).size).toBe(3);
  });

  it.each<FailureReason>(["unexpected_status", "unexpected_body", "certificate_expired", "check_in_late"])(
    "%s comes from an answer, and is told at once",
    async (reason) => {
      const { judged, asked } = bench();
      const one = judged(failed(reason));
      await settled();
      expect(one.is).toEqual(failed(reason));
      expect(asked).toEqual([]);
    },
  );

  it("samples that are good or slow are never touched", async () => {
    const { judged, asked } = bench(() => "fail");
    for (const outcome of ["ok", "slow"] as const) {
      const one = judged({ check: 1, at: 1, outcome, timings: {} });
      await settled();
      expect(one.is!.outcome).toBe(outcome);
    }
    expect(asked).toEqual([]);
  });

  it("without reference targets everything is told as it is", async () => {
    const { selfCheck, judged } = bench(() => "fail");
    selfCheck.setTargets([]);
    const one = judged(failed());
    await settled();
    expect(one.is).toEqual(failed());
  });

  it("many failures share a self-check, and the reference targets are asked at most once a second", async () => {
    const { clock, judged, asked } = bench();
    const all: ReturnType<typeof judged>[] = [];
    for (let i = 0; i < 100; i++) {
      all.push(judged(failed("timeout", i + 1)));
      await clock.advance(50);
    }
    await clock.advance(2_000);
    expect(all.every(({ is }) => is?.outcome === "fail")).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(6);
  });
});

describe("while the network is lost", () => {
  it("a failure says nothing of its target", async () => {
    const { clock, judged, selfCheck, changes } = bench(() => "fail");
    const one = judged(failed());
    await clock.advance(2_000);
    expect(one.is).toMatchObject({ outcome: "probe_error", reason: "network_lost", check: 1, at: 1 });
    expect(one.is!.detail).toContain("timeout, seen");
    expect(selfCheck.lostSince()).toBe(clock.now() - clock.elapsed());
    expect(changes).toHaveLength(1);
  });

  it("no sample waits longer than two self-checks, when nothing answers at all", async () => {
    const { clock, judged } = bench(() => "fail", 60_000);
    const first = judged(failed());
    await clock.advance(500);
    const second = judged(failed());
    await clock.advance(1_500);
    expect(first.at).toBe(2_000);
    expect(second.is).toBeUndefined();
    await clock.advance(2_000);
    expect(second.at).toBe(4_000);
  });

  it("a self-check that began before the sample ended does not speak for it", async () => {
    let there = true;
    const { clock, judged } = bench(() => (there ? "ok" : "fail"), 100);
    const first = judged(failed());
    await clock.advance(50);
    there = false;
    const second = judged(failed());
    await clock.advance(5_000);
    expect([first.is!.outcome, second.is!.outcome]).toEqual(["fail", "probe_error"]);
  });

  it("is asked again until it is back, also when no check is due", async () => {
    let there = false;
    const { clock, judged, selfCheck, changes } = bench(() => (there ? "ok" : "fail"));
    judged(failed());
    await clock.advance(3_000);
    expect(selfCheck.lostSince()).not.toBeNull();
    there = true;
    await clock.advance(6_000);
    expect(selfCheck.lostSince()).toBeNull();
    expect(changes.at(-1)).toBeNull();
  });

  it("stopping lets nothing wait", async () => {
    const { judged, selfCheck } = bench(() => "fail");
    const one = judged(failed());
    selfCheck.stop();
    await settled();
    expect(one.is).toBeDefined();
  });
});
