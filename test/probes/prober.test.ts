import { describe, expect, it } from "vitest";
import { createProber } from "../../probes/prober.ts";
import type { Assignment } from "../../probes/protocol.ts";
import { fakeClock, settled } from "./fake-clock.ts";
import type { Answer } from "../../probes/expectations.ts";

const beacon: Assignment = {
  ...{ check: 1, key: "beacon/door", intervalMs: 15_000, timeoutMs: 1_000, slowAboveMs: 500, family: "any" },
  ...{ confirmDown: 2, confirmUp: 1, target: { kind: "tcp", host: "127.0.0.1", port: 1 } },
};

/** One asking of a target that answers when the test says so. */
function asked() {
  const clock = fakeClock();
  let answer!: (answer: Answer) => void;
  let cancelled = 0;
  const ask = createProber(
    {
      tcp(asking) {
        asking.cancel = () => {
          cancelled++;
        };
        return new Promise((resolve) => (answer = resolve));
      },
    },
    clock,
  );
  const observation = ask(beacon);
  return { clock, observation, answer: (given: Answer) => answer(given), cancelled: () => cancelled };
}

describe("a deadline", () => {
  it("ends an asking without an answer at once where the probe was there all the time", async () => {
    const { clock, observation, cancelled } = asked();
    await clock.advance(1_000);
    expect(await observation).toMatchObject({
      outcome: "fail",
      reason: "timeout",
      timings: { total: 1_000 },
    });
    expect(cancelled()).toBe(1);
  });

  it("is put off by what the probe missed: an answer that comes then says nothing of the target", async () => {
    const { clock, observation, answer } = asked();
    await clock.advance(300);
    clock.stall(900);
    await clock.advance(0);
    answer({ outcome: "ok" });
    expect(await observation).toMatchObject({
      outcome: "probe_error",
      reason: "probe_overloaded",
      detail: "the probe came round to nothing for 800 ms",
    });
  });

  it("is one, though put off: a target that does not answer then either has not answered", async () => {
    const { clock, observation, cancelled } = asked();
    await clock.advance(300);
    clock.stall(900);
    let over = false;
    void observation.then(() => (over = true));
    await clock.advance(799);
    await settled();
    expect(over).toBe(false);
    await clock.advance(1);
    expect(await observation).toMatchObject({ outcome: "fail", reason: "timeout" });
    expect(cancelled()).toBe(1);
  });

  it("that was put off still lets a refusal be one", async () => {
    const { clock, observation, answer } = asked();
    clock.stall(1_500);
    await clock.advance(0);
    answer({ outcome: "fail", reason: "connection_refused", detail: "connection refused" });
    expect(await observation).toMatchObject({ outcome: "fail", reason: "connection_refused" });
  });

  it("changes nothing of an answer that comes before it, which is not slow for what was missed", async () => {
    const { clock, observation, answer } = asked();
    await clock.advance(100);
    clock.stall(800);
    await clock.advance(0);
    answer({ outcome: "ok" });
    expect(await observation).toMatchObject({ outcome: "ok", timings: { total: 900 } });
  });
});

it("an answer is slow by the time it took, which the probe was there for", async () => {
  const { clock, observation, answer } = asked();
  await clock.advance(600);
  answer({ outcome: "ok" });
  expect(await observation).toMatchObject({ outcome: "slow", timings: { total: 600 } });
});
