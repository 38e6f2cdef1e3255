/** Killed at any moment, over any line: what the spool had taken reaches the server exactly once. */

import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeBatch, digestOf, generateKeys, noPrevious } from "../../../probes/batch.ts";
import { createDelivery, type Delivery } from "../../../probes/delivery.ts";
import { type DiskSpool, openDiskSpool } from "../../../probes/node/spool.ts";
import type { SignedBatch } from "../../../probes/protocol.ts";
import { fakeClock } from "../fake-clock.ts";

const keys = await generateKeys();
const start = 1_780_000_000_000;

/** What a server keeps: a chain, and how often each sample came. */
function server() {
  const digests: string[] = [];
  const times = new Map<number, number>();
  return {
    times,
    end: () => ({ sequence: digests.length, previous: digests.at(-1) ?? noPrevious }),
    async take({ bytes }: SignedBatch): Promise<{ acknowledged: number }> {
      const { sequence, previous, observations } = decodeBatch(bytes);
      const digest = await digestOf(bytes);
      if (sequence <= digests.length) {
        if (digests[sequence - 1] !== digest) {
          throw Object.assign(new Error("stored already, with other contents"), { code: "forked_chain" });
        }
      } else if (sequence !== digests.length + 1 || previous !== (digests.at(-1) ?? noPrevious)) {
        throw Object.assign(new Error("does not follow"), { code: "sequence_gap" });
      } else {
        digests.push(digest);
        observations.forEach(({ at }) => times.set(at - start, (times.get(at - start) ?? 0) + 1));
      }
      return { acknowledged: digests.length };
    },
  };
}

type Luck = "ok" | "refused" | "answer lost";
type Step = { add: number; urgent: boolean } | { pass: number } | "killed";

it("whatever the line does, and whenever it is killed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 40 }), urgent: fc.boolean() }) },
          { weight: 3, arbitrary: fc.record({ pass: fc.integer({ min: 0, max: 4_000 }) }) },
          { weight: 2, arbitrary: fc.constant("killed" as const) },
        ),
        { minLength: 4, maxLength: 14 },
      ),
      fc.array(fc.constantFrom<Luck>("ok", "ok", "refused", "answer lost"), { maxLength: 30 }),
      liveThrough,
    ),
    { numRuns: 60 },
  );
});

async function liveThrough(steps: Step[], line: Luck[]): Promise<void> {
  const at = server();
  const clock = fakeClock();
  const folders: string[] = [];
  const spools: DiskSpool[] = [];
  /** Samples that the spool said it has. */
  const durable = new Set<number>();
  const lucky = [...line];
  let n = 0;
  let alive: { delivery: Delivery; die: () => void };

  async function live(folder: string): Promise<typeof alive> {
    let dead = false;
    const unlessDead = async <T>(work: () => Promise<T>): Promise<T> =>
      dead ? new Promise<never>(() => {}) : work();
    const spool = await openDiskSpool({ folder, onDamage: (damage) => expect(damage).toBeNull() });
    spools.push(spool);
    const delivery = createDelivery({
      probe: "osaka-1",
      location: "osaka",
      privateKey: keys.privateKey,
      clock,
      random: () => 0.5,
      onProblem: () => {},
      readChain: () => unlessDead(() => Promise.resolve(at.end())),
      deliver: (signed) =>
        unlessDead(async () => {
          const luck = lucky.shift() ?? "ok";
          if (luck === "refused") {
            throw new Error("no line");
          }
          const answer = await at.take(signed);
          if (luck === "answer lost") {
            throw new Error("no answer");
          }
          return answer;
        }),
      spool: {
        ...spool,
        append: (parcel) =>
          unlessDead(async () => {
            await spool.append(parcel);
            if (!dead) {
              decodeBatch(parcel.bytes).observations.forEach((one) => durable.add(one.at - start));
            }
          }),
        putOutgoing: (outgoing) => unlessDead(() => spool.putOutgoing(outgoing)),
        release: (through) => unlessDead(() => spool.release(through)),
      },
    });
    return { delivery, die: () => (dead = true) };
  }

  /** The disk as it is this very moment is what the next life finds. */
  async function kill(): Promise<void> {
    alive.die();
    const next = await mkdtemp(join(tmpdir(), "fournines-crash-"));
    cpSync(folders.at(-1)!, next, { recursive: true });
    folders.push(next);
    alive = await live(next);
  }

  folders.push(await mkdtemp(join(tmpdir(), "fournines-crash-")));
  alive = await live(folders[0]!);
  try {
    for (const step of steps) {
      if (step === "killed") {
        await kill();
      } else if ("add" in step) {
        for (let i = 0; i < step.add; i++, n++) {
          const sample = { check: 1, at: start + n, outcome: "ok" as const, timings: {} };
          alive.delivery.add(sample, step.urgent);
        }
      } else {
        for (let passed = 0; passed < step.pass; passed += 500) {
          await clock.advance(500);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
    }
    lucky.length = 0;
    for (let i = 0; i < 2_000 && alive.delivery.statistics().held > 0; i++) {
      await clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(alive.delivery.statistics().held).toBe(0);
    expect([...durable].filter((one) => !at.times.has(one))).toEqual([]);
    expect([...at.times].filter(([, times]) => times !== 1)).toEqual([]);
  } finally {
    alive.die();
    await Promise.all(spools.map((spool) => spool.close()));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
