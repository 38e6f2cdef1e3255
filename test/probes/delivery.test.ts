/** How samples get home: in chain order, once each, whatever the line does. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBatch, digestOf, generateKeys, noPrevious, verifyBatch } from "../../probes/batch.ts";
import { lingerFor } from "../../probes/collecting.ts";
import { createDelivery } from "../../probes/delivery.ts";
import type { DeliveryOptions, DeliveryProblem } from "../../probes/delivery.ts";
import type { Batch, Observation, SignedBatch } from "../../probes/protocol.ts";
import type { ChainEnd } from "../../probes/sealing.ts";
import { fakeClock, until } from "./fake-clock.ts";

const keys = await generateKeys();
const start = 1_780_000_000_000;

const sample = (n: number): Observation => ({
  check: 1 + (n % 7),
  at: start + n,
  outcome: "ok",
  timings: { total: 1 },
});

/** A server that takes a batch only as the next of its chain, as ingest does. */
function server() {
  const state = { sequence: 0, previous: noPrevious };
  const batches: Batch[] = [];
  let repeated = 0;
  let busy = 0;
  return {
    batches,
    state,
    get repeated() {
      return repeated;
    },
    samples: () => batches.flatMap(({ observations }) => observations.map(({ at }) => at - start)),
    async take(signed: SignedBatch): Promise<{ acknowledged: number }> {
      expect(++busy, "one in flight").toBe(1);
      try {
        expect(await verifyBatch(signed, keys.publicKey)).toBe(true);
        const batch = decodeBatch(signed.bytes);
        if (batch.sequence <= state.sequence) {
          repeated++;
        } else {
          refuseStranger(batch, state);
          Object.assign(state, { sequence: batch.sequence, previous: await digestOf(signed.bytes) });
          batches.push(batch);
        }
        return { acknowledged: state.sequence };
      } finally {
        busy--;
      }
    },
  };
}

function refuseStranger(batch: Batch, state: ChainEnd): void {
  const refusal =
    batch.sequence !== state.sequence + 1
      ? "sequence_gap"
      : batch.previous !== state.previous
        ? "broken_chain"
        : undefined;
  if (refusal !== undefined) {
    throw Object.assign(new Error(`batch ${batch.sequence} does not follow`), { code: refusal });
  }
}

function bench(more: Partial<DeliveryOptions> = {}, at = server()) {
  const clock = fakeClock();
  const problems: DeliveryProblem[] = [];
  const delivery = createDelivery({
    probe: "local",
    location: "lisbon",
    privateKey: keys.privateKey,
    readChain: () => Promise.resolve({ ...at.state }),
    deliver: (signed) => at.take(signed),
    clock,
    random: () => 0.5,
    onProblem: (problem) => problems.push(problem),
    ...more,
  });
  /** Time passes until it holds; signing happens outside of it. */
  const passUntil = async (holds: () => boolean) => {
    for (let i = 0; i < 3_000 && !holds(); i++) {
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(holds()).toBe(true);
  };
  return { clock, delivery, problems, at, passUntil };
}

describe("when a batch is closed", () => {
  it("an urgent sample is under way within 100 ms", async () => {
    const { clock, delivery, at } = bench();
    delivery.setLinger(10_000);
    delivery.add(sample(0), false);
    delivery.add(sample(1), true);
    await clock.advance(100);
    await until(() => at.batches.length === 1);
    expect(at.samples()).toEqual([0, 1]);
  });

  it("ordinary samples wait for company, and no longer than they may", async () => {
    const { clock, delivery, at } = bench();
    delivery.setLinger(2_000);
    delivery.add(sample(0), false);
    await clock.advance(1_500);
    delivery.add(sample(1), false);
    await clock.advance(499);
    expect(delivery.statistics().sequence).toBe(0);
    await clock.advance(1);
    await until(() => at.batches.length === 1);
    expect(at.samples()).toEqual([0, 1]);
  });

  it("a thousand samples are a batch", async () => {
    const { delivery, at } = bench();
    for (let n = 0; n < 2_500; n++) {
      delivery.add(sample(n), false);
    }
    await until(() => at.batches.length === 2);
    expect(at.batches.map(({ observations }) => observations.length)).toEqual([1_000, 1_000]);
    await until(() => delivery.statistics().held === 500);
  });

  it.each([
    [[], 10_000],
    [[15_000, 60_000], 7_500],
    [[60_000], 10_000],
    [[1_000], 500],
    [[100], 250],
  ])("the linger for intervals of %j ms is %i ms", (intervals, linger) => {
    expect(lingerFor(intervals)).toBe(linger);
  });
});

describe("when the line fails", () => {
  it("tries again more and more slowly, and collects meanwhile", async () => {
    const at = server();
    const attempts: number[] = [];
    let down = true;
    const { clock, delivery, problems, passUntil } = bench(
      {
        deliver: async (signed) => {
          attempts.push(clock.elapsed());
          if (down) {
            throw new Error("no line");
          }
          return at.take(signed);
        },
      },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => attempts.length === 8);
    const pauses = attempts.slice(1).map((time, i) => time - attempts[i]!);
    expect(pauses.map((ms) => Math.round(ms / 375))).toEqual([1, 2, 4, 8, 16, 32, 60]);
    for (let n = 1; n < 50; n++) {
      delivery.add(sample(n), true);
    }
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(at.batches.length).toBe(2);
    expect(problems.at(-1)).toMatchObject({ kind: "delivery_resumed", attempts: 8 });
  });

  it("an answer lost on the way back doubles nothing", async () => {
    const at = server();
    let lost = 0;
    const { delivery, passUntil } = bench(
      {
        deliver: async (signed) => {
          const answer = await at.take(signed);
          if (lost++ < 2) {
            throw new Error("answer lost");
          }
          return answer;
        },
      },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => delivery.statistics().acknowledged === 1);
    expect(at.samples()).toEqual([0]);
    expect(at.repeated).toBe(2);
  });

  it("an attempt without an end counts as failed", async () => {
    const at = server();
    let calls = 0;
    const { delivery, passUntil, problems } = bench(
      { deliver: (signed) => (calls++ === 0 ? new Promise(() => {}) : at.take(signed)) },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => at.batches.length === 1);
    expect(problems[0]).toMatchObject({ kind: "delivery_failed", message: "no answer within 30000 ms" });
  });

  it("when nothing more can be held the newest is refused, counted and reported", async () => {
    const at = server();
    let down = true;
    const { delivery, problems, passUntil } = bench(
      {
        maxSamples: 100,
        deliver: (signed) => (down ? Promise.reject(new Error("no line")) : at.take(signed)),
      },
      at,
    );
    const taken = Array.from({ length: 130 }, (_, n) => delivery.add(sample(n), true));
    expect(taken.filter(Boolean)).toHaveLength(100);
    expect(taken.slice(0, 100).every(Boolean)).toBe(true);
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    delivery.add(sample(200), true);
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual([...Array.from({ length: 100 }, (_, n) => n), 200]);
    expect(delivery.statistics().refused).toBe(30);
    expect(problems).toContainEqual({ kind: "spool_full", held: 100 });
    expect(problems).toContainEqual({ kind: "samples_refused", refused: 30 });
  });

  it("any pattern of failures delivers every sample once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("ok", "refused", "answer lost"), { maxLength: 12 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()), { minLength: 1, maxLength: 8 }),
        async (line, bursts) => {
          const at = server();
          const { delivery, clock, passUntil } = bench(
            {
              deliver: async (signed) => {
                const luck = line.shift() ?? "ok";
                if (luck === "refused") {
                  throw new Error("refused");
                }
                const answer = await at.take(signed);
                if (luck === "answer lost") {
                  throw new Error("lost");
                }
                return answer;
              },
            },
            at,
          );
          let n = 0;
          for (const [size, urgent] of bursts) {
            for (let i = 0; i < size; i++) {
              delivery.add(sample(n++), urgent);
            }
            await clock.advance(700);
          }
          await passUntil(() => delivery.statistics().held === 0);
          expect(at.samples()).toEqual(Array.from({ length: n }, (_, i) => i));
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("when the server holds another chain", () => {
  it("seals what waits anew behind the server's end, at once and without loss", async () => {
    const at = server();
    let readings = 0;
    const { delivery, problems, passUntil } = bench(
      {
        readChain: () =>
          Promise.resolve(readings++ === 0 ? { sequence: 0, previous: noPrevious } : { ...at.state }),
      },
      at,
    );
    // What an earlier run delivered, and this one does not know of.
    Object.assign(at.state, { sequence: 3, previous: "a".repeat(64) });
    const forked = { code: "forked_chain" };
    const take = at.take;
    at.take = async (signed) => {
      if (decodeBatch(signed.bytes).sequence <= 3) {
        throw Object.assign(new Error("stored already, with other contents"), forked);
      }
      return take(signed);
    };
    for (let n = 0; n < 2_300; n++) {
      delivery.add(sample(n), n === 2_299);
    }
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.batches.map(({ sequence }) => sequence)).toEqual(at.batches.map((_, i) => 4 + i));
    expect(at.samples().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_300 }, (_, n) => n));
    expect(problems).toEqual([{ kind: "chain_resealed", refused: 1, goesOnAfter: 3 }]);
  });

  it("goes on after a server that lost its last batches", async () => {
    const { delivery, at, passUntil } = bench();
    delivery.add(sample(0), true);
    await passUntil(() => at.state.sequence === 1);
    const restored = { ...at.state };
    delivery.add(sample(1), true);
    await passUntil(() => at.state.sequence === 2);
    Object.assign(at.state, restored);
    delivery.add(sample(2), true);
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.batches.at(-1)).toMatchObject({ sequence: 2, previous: restored.previous });
    expect(at.samples()).toEqual([0, 1, 2]);
  });

  it("refused all the same, it does not ask in a loop", async () => {
    let asked = 0;
    const refused = Object.assign(new Error("does not follow"), { code: "broken_chain" });
    const { delivery, clock, passUntil } = bench({
      deliver: () => {
        asked++;
        return Promise.reject(refused);
      },
    });
    delivery.add(sample(0), true);
    await passUntil(() => asked > 0);
    const began = clock.elapsed();
    await passUntil(() => clock.elapsed() - began > 60_000);
    expect(asked).toBeLessThanOrEqual(16);
    expect(delivery.statistics().held).toBe(1);
  });

  it("a chain that cannot be read yet delays the first batch, and loses none", async () => {
    const at = server();
    let down = true;
    const { delivery, problems, passUntil } = bench(
      { readChain: () => (down ? Promise.reject(new Error("no line")) : Promise.resolve({ ...at.state })) },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => problems.length === 2);
    delivery.add(sample(1), true);
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual([0, 1]);
  });
});

describe("start and end", () => {
  it("a restart continues the chain where the server stands", async () => {
    const at = server();
    const first = bench({}, at);
    first.delivery.add(sample(0), true);
    await first.passUntil(() => at.batches.length === 1);
    const second = bench({}, at);
    second.delivery.add(sample(1), true);
    await second.passUntil(() => at.batches.length === 2);
    expect(at.samples()).toEqual([0, 1]);
  });

  it("stopping delivers what was collected", async () => {
    const { delivery, at, passUntil } = bench();
    delivery.add(sample(0), false);
    let all: boolean | undefined;
    void delivery.stop(3_000).then((delivered) => (all = delivered));
    await passUntil(() => all !== undefined);
    expect(all).toBe(true);
    expect(at.samples()).toEqual([0]);
  });

  it("stopping does not wait for a line that stays down", async () => {
    const { clock, delivery } = bench({ deliver: () => Promise.reject(new Error("no line")) });
    delivery.add(sample(0), false);
    const stopped = delivery.stop(3_000);
    await clock.advance(3_000);
    expect(await stopped).toBe(false);
    expect(delivery.add(sample(1), true)).toBe(false);
  });
});
