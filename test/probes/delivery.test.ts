/** How samples get home: in chain order, once each, whatever the line does. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBatch, digestOf, generateKeys, noPrevious, verifyBatch } from "../../probes/batch.ts";
import { trackClockSkew } from "../../probes/clock-skew.ts";
import { lingerFor } from "../../probes/collecting.ts";
import { createDelivery } from "../../probes/delivery.ts";
import type { DeliveryOptions, DeliveryProblem } from "../../probes/delivery.ts";
import type { Batch, Observation, SignedBatch } from "../../probes/protocol.ts";
import type { ChainEnd } from "../../probes/sealing.ts";
import { memorySpool } from "../../probes/spool.ts";
import { type FakeClock, fakeClock, until } from "./fake-clock.ts";

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
  const clock = (more.clock as FakeClock | undefined) ?? fakeClock();
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

describe("while the server is away", () => {
  const away = () => Promise.reject(new Error("no line"));

  /** A spool that notes when it took what. */
  function noting(clock: { elapsed(): number }) {
    const taken: { at: number; samples: number }[] = [];
    const spool = memorySpool();
    const append = spool.append;
    spool.append = (parcel) => {
      taken.push({ at: clock.elapsed(), samples: parcel.samples });
      return append(parcel);
    };
    return { spool, taken };
  }

  it("what is urgent is in the spool within a second, all else within its linger", async () => {
    const clock = fakeClock();
    const { spool, taken } = noting(clock);
    const { delivery } = bench({ clock, spool, deliver: away, readChain: away });
    delivery.setLinger(8_000);
    delivery.add(sample(0), true);
    await clock.advance(5_000);
    delivery.add(sample(1), false);
    await clock.advance(4_000);
    delivery.add(sample(2), true);
    delivery.add(sample(3), true);
    await clock.advance(2_000);
    expect(taken).toEqual([
      { at: 50, samples: 1 },
      { at: 10_000, samples: 3 },
    ]);
    delivery.add(sample(4), false);
    await clock.advance(8_000);
    expect(taken.at(-1)).toEqual({ at: 19_000, samples: 1 });
  });

  it("small parcels become large batches once it is back, at full speed and one at a time", async () => {
    const at = server();
    let down = true;
    const { delivery, clock, passUntil } = bench(
      { deliver: (signed) => (down ? away() : at.take(signed)), random: () => 1 },
      at,
    );
    for (let n = 0; n < 2_500; n++) {
      delivery.add(sample(n), true);
      if (n % 10 === 9) {
        await clock.advance(1_000);
      }
    }
    down = false;
    const back = clock.elapsed();
    await passUntil(() => delivery.statistics().held === 0);
    expect(clock.elapsed() - back).toBeLessThan(35_000);
    expect(at.samples().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_500 }, (_, n) => n));
    expect(at.batches.length).toBeLessThanOrEqual(6);
  });

  it("for how long nothing was taken is known, and is over with the first batch", async () => {
    const at = server();
    let down = false;
    const { delivery, clock, passUntil } = bench(
      { deliver: (signed) => (down ? away() : at.take(signed)) },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => delivery.statistics().held === 0);
    await clock.advance(600_000);
    expect(delivery.statistics().untakenMs).toBe(0);
    down = true;
    delivery.add(sample(1), true);
    await clock.advance(300_000);
    expect(delivery.statistics().untakenMs).toBeGreaterThan(299_000);
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    expect(delivery.statistics().untakenMs).toBe(0);
  });

  it("what a spool holds from an earlier run goes first, as it was sent then", async () => {
    const at = server();
    const spool = memorySpool();
    const sent: SignedBatch[] = [];
    const first = bench({ spool, deliver: (signed) => (sent.push(signed), away()) }, at);
    first.delivery.add(sample(0), true);
    await first.passUntil(() => sent.length > 0);
    first.delivery.add(sample(1), true);
    void first.delivery.stop(100);
    await first.clock.advance(200);
    await until(() => spool.samples() === 2);
    // Stored by the server, and the answer was lost.
    await at.take(sent[0]!);
    const second = bench({ spool }, at);
    await second.passUntil(() => second.delivery.statistics().held === 0);
    expect(at.repeated).toBe(1);
    expect(at.samples()).toEqual([0, 1]);
  });
});

describe("a spool that takes nothing for a while", () => {
  it("does not tell twice what was sent meanwhile, should the probe end before the answer comes", async () => {
    const at = server();
    const spool = memorySpool();
    const append = spool.append;
    let full = true;
    spool.append = (parcel) => (full ? Promise.reject(new Error("no room")) : append(parcel));
    const lost = async (signed: SignedBatch) => {
      if (at.batches.length === 0) {
        await at.take(signed);
      }
      throw new Error("no line");
    };
    const first = bench({ spool, deliver: lost }, at);
    first.delivery.add(sample(0), true);
    await first.passUntil(() => at.batches.length === 1);
    full = false;
    await first.passUntil(() => spool.samples() === 1);
    void first.delivery.stop(100);
    await first.clock.advance(200);
    const second = bench({ spool }, at);
    await second.passUntil(() => second.delivery.statistics().held === 0);
    expect(at.samples()).toEqual([0]);
  });
});

describe("a batch that is refused for ever", () => {
  const malformed = Object.assign(new Error("malformed batch: order"), { code: "malformed_batch" });

  it("is narrowed down, believed after patience only, set aside, told, and counted in the next one", async () => {
    const at = server();
    const aside: string[] = [];
    const spool = memorySpool();
    spool.setAside = ({ sequence }, why) => {
      aside.push(`${sequence}: ${why}`);
      return Promise.resolve();
    };
    let down = true;
    const attempts: number[] = [];
    const { delivery, clock, problems, passUntil } = bench(
      {
        spool,
        deliver: (signed) => {
          attempts.push(clock.elapsed());
          if (down) {
            return Promise.reject(new Error("no line"));
          }
          const isBad = decodeBatch(signed.bytes).observations.some(({ at: when }) => when === start + 3);
          return isBad ? Promise.reject(malformed) : at.take(signed);
        },
      },
      at,
    );
    // A parcel for each, all of them waiting together.
    for (let n = 0; n < 6; n++) {
      delivery.add(sample(n), true);
      await clock.advance(2_000);
    }
    down = false;
    await passUntil(() => at.samples().length === 3);
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual([0, 1, 2, 4, 5]);
    expect(aside).toEqual(["4: malformed batch: order"]);
    expect(problems).toContainEqual(
      expect.objectContaining({ kind: "batch_set_aside", sequence: 4, samples: 1 }),
    );
    expect(delivery.statistics().refused).toBe(1);
    delivery.add(sample(7), true);
    await passUntil(() => at.samples().length === 6);
    expect(at.batches.map(({ refused }) => refused ?? 0).at(-1)).toBe(1);
    // Never a hot loop: minutes passed, with few attempts.
    expect(attempts.at(-1)! - attempts[0]!).toBeGreaterThan(120_000);
    expect(attempts.length).toBeLessThan(35);
  });

  it("over the probe itself, is the end of sending, and what is held stays held", async () => {
    const revoked = Object.assign(new Error("has been revoked"), { code: "revoked_probe" });
    let asked = 0;
    const { delivery, clock, problems, passUntil } = bench({
      deliver: () => {
        asked++;
        return Promise.reject(revoked);
      },
    });
    delivery.add(sample(0), true);
    await passUntil(() => delivery.statistics().revoked);
    delivery.add(sample(1), true);
    await clock.advance(3_600_000);
    expect([asked, delivery.statistics().held]).toEqual([1, 2]);
    expect(problems).toEqual([{ kind: "probe_revoked", message: "has been revoked" }]);
    await expect(delivery.betweenBatches(() => Promise.resolve())).rejects.toThrow();
  });

  it("by a server that does not know the probe, is asked again with growing pauses, and nothing is given up", async () => {
    const at = server();
    let known = false;
    const attempts: number[] = [];
    const { delivery, clock, passUntil } = bench(
      {
        deliver: (signed) => {
          attempts.push(clock.elapsed());
          const unknown = Object.assign(new Error("no probe is known"), { code: "unknown_probe" });
          return known ? at.take(signed) : Promise.reject(unknown);
        },
      },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => attempts.length === 8);
    expect(attempts.at(-1)! - attempts.at(-2)!).toBeGreaterThan(15_000);
    known = true;
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual([0]);
  });

  it("an answer that asks for patience is given it", async () => {
    const attempts: number[] = [];
    const busy = Object.assign(new Error("too many"), { code: "too_many_attempts", retryAfterMs: 10_000 });
    const { delivery, clock, passUntil } = bench({
      deliver: () => {
        attempts.push(clock.elapsed());
        return Promise.reject(busy);
      },
    });
    delivery.add(sample(0), true);
    await passUntil(() => attempts.length === 3);
    expect(attempts[1]! - attempts[0]!).toBeGreaterThanOrEqual(10_000);
  });
});

describe("the clock", () => {
  it("its skew stands in every batch, as it was while the samples were taken", async () => {
    const clock = fakeClock();
    const skew = trackClockSkew(clock);
    const { delivery, at, passUntil } = bench({ clock, skew });
    delivery.add(sample(0), true);
    await passUntil(() => at.batches.length === 1);
    skew.learn(clock.elapsed(), clock.now() - 3_000);
    delivery.add(sample(1), true);
    await passUntil(() => at.batches.length === 2);
    expect(at.batches.map(({ skewMs }) => skewMs)).toEqual([undefined, 3_000]);
  });

  it("a batch from the future is sealed anew with the skew that is known by then", async () => {
    const clock = fakeClock();
    const skew = trackClockSkew(clock);
    const at = server();
    const { delivery, problems, passUntil } = bench(
      {
        clock,
        skew,
        deliver: (signed) => {
          const batch = decodeBatch(signed.bytes);
          if (batch.closedAt - (batch.skewMs ?? 0) > clock.now() - 300_000 + 60_000) {
            skew.learn(clock.elapsed(), clock.now() - 300_000);
            throw Object.assign(new Error("from the future"), { code: "batch_from_the_future" });
          }
          return at.take(signed);
        },
      },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.batches.map(({ skewMs }) => skewMs)).toEqual([300_000]);
    expect(problems.map(({ kind }) => kind)).toEqual(["chain_resealed"]);
  });

  it("samples before and after it was set are not in one batch", async () => {
    const clock = fakeClock();
    const skew = trackClockSkew(clock);
    const at = server();
    let down = true;
    const { delivery, passUntil } = bench(
      {
        clock,
        skew,
        deliver: (signed) => (down ? Promise.reject(new Error("no line")) : at.take(signed)),
      },
      at,
    );
    skew.learn(clock.elapsed(), clock.now());
    delivery.setLinger(10_000);
    delivery.add(sample(0), false);
    await clock.advance(90_000);
    const now = clock.now;
    clock.now = () => now() + 20_000;
    delivery.add(sample(1), false);
    await clock.advance(90_000);
    delivery.add(sample(2), false);
    await clock.advance(20_000);
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.batches.map(({ skewMs }) => skewMs)).toEqual([0, 20_000]);
    expect(at.samples()).toEqual([0, 1, 2]);
  });
});

describe("a spool that does not take more", () => {
  it("samples stay in memory up to a bound, are delivered from there, and it is told", async () => {
    const at = server();
    const spool = memorySpool();
    const append = spool.append;
    let full = true;
    let down = true;
    spool.append = (parcel) => {
      return full
        ? Promise.reject(Object.assign(new Error("no space left"), { code: "ENOSPC" }))
        : append(parcel);
    };
    const { delivery, clock, problems, passUntil } = bench(
      {
        spool,
        maxSamplesInMemory: 10,
        deliver: (signed) => (down ? Promise.reject(new Error("no line")) : at.take(signed)),
      },
      at,
    );
    const taken: boolean[] = [];
    for (let n = 0; n < 15; n++) {
      taken.push(delivery.add(sample(n), true));
      await clock.advance(1_000);
    }
    expect(taken).toEqual(Array.from({ length: 15 }, (_, n) => n < 10));
    expect(problems).toContainEqual({ kind: "spool_failed", message: "no space left", inMemory: 1 });
    down = false;
    await passUntil(() => delivery.statistics().held === 0);
    expect(at.samples()).toEqual(Array.from({ length: 10 }, (_, n) => n));
    full = false;
    delivery.add(sample(20), true);
    await passUntil(() => at.samples().length === 11);
    await clock.advance(10_000);
    delivery.add(sample(21), true);
    await passUntil(() => at.samples().length === 12);
    expect(at.batches.reduce((sum, { refused = 0 }) => sum + refused, 0)).toBe(5);
    expect(problems).toContainEqual({ kind: "spool_recovered" });
  });
});

describe("between two batches", () => {
  it("the key can change: from that batch on another one signs, also what is sealed anew", async () => {
    const next = await generateKeys();
    let from = Infinity;
    const state = { sequence: 0, previous: noPrevious };
    const signers: string[] = [];
    const { delivery, passUntil } = bench({
      privateKey: (sequence) => (sequence >= from ? next.privateKey : keys.privateKey),
      readChain: () => Promise.resolve({ ...state }),
      deliver: async (signed) => {
        const { sequence } = decodeBatch(signed.bytes);
        signers.push((await verifyBatch(signed, next.publicKey)) ? "new" : "old");
        Object.assign(state, { sequence, previous: await digestOf(signed.bytes) });
        return { acknowledged: sequence };
      },
    });
    delivery.add(sample(0), true);
    await passUntil(() => state.sequence === 1);
    const first = await delivery.betweenBatches((sequence) => Promise.resolve((from = sequence)));
    expect(first).toBe(2);
    delivery.add(sample(1), true);
    await passUntil(() => state.sequence === 2);
    expect(signers).toEqual(["old", "new"]);
  });

  it("a key the server knows already is used after a refused signature", async () => {
    const at = server();
    const other = await generateKeys();
    let refusals = 0;
    const { delivery, passUntil } = bench(
      {
        privateKey: () => (refusals === 0 ? other.privateKey : keys.privateKey),
        deliver: async (signed) => {
          if (!(await verifyBatch(signed, keys.publicKey))) {
            refusals++;
            throw Object.assign(new Error("wrong signature"), { code: "wrong_signature" });
          }
          return at.take(signed);
        },
      },
      at,
    );
    delivery.add(sample(0), true);
    await passUntil(() => delivery.statistics().held === 0);
    expect(refusals).toBe(1);
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
