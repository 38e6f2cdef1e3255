import { sql } from "drizzle-orm";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { CheckKind, ProbeEngine } from "../../probes/protocol.ts";
import {
  type AskedOfLocation,
  type HeldShare,
  leaseFor,
  pollAfter,
  shareChecks,
} from "../../src/actions/share-checks.ts";
import { revokeProbe } from "../../src/actions/revoke-probe.ts";
import {
  type CheckLease,
  hasSlot,
  planShare,
  type Sharer,
  type Shares,
  slotCount,
  slotsIn,
} from "../../src/domain/monitoring/share.ts";
import { countHeldSlots, leaveShares } from "../../src/store/check-leases.ts";
import type { Database } from "../../src/store/database.ts";
import { insertProbe } from "../../src/store/probes.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { eachDatabase } from "../support/databases.ts";

const asked: AskedOfLocation = { kinds: ["http", "tcp"], leaseMs: 1_000 };
const whole = 2 * slotCount;

it("a lease lasts an interval of the check that is asked most often, within 3 and 30 s", () => {
  expect(leaseFor([15_000, 60_000])).toBe(15_000);
  expect(leaseFor([1_000])).toBe(3_000);
  expect(leaseFor([3_600_000])).toBe(30_000);
  expect(leaseFor([])).toBe(30_000);
});

it("is polled three times a lease, and every second while something changes hands", () => {
  expect(pollAfter(30_000, true)).toBe(10_000);
  expect(pollAfter(30_000, false)).toBe(1_000);
  expect(pollAfter(3_000, false)).toBe(1_000);
});

eachDatabase("probes share the checks of their location", (database) => {
  let db: Database;
  let osaka: number;
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate check_leases, probes, locations restart identity cascade`);
    const [row] = await db
      .insert(locations)
      .values({ slug: "osaka", title: "Osaka", managedBy: "file", createdAt: 0 })
      .returning();
    osaka = row!.id;
  });

  let made = 0;
  async function join(engine: ProbeEngine = "node", kinds: CheckKind[] = ["http", "tcp", "check-in"]) {
    const id = `osaka-${++made}`;
    const publicKey = crypto.getRandomValues(new Uint8Array(32));
    await insertProbe(db, { id, locationId: osaka, engine, kinds, publicKey, createdAt: 0 });
    let known: HeldShare | null = null;
    return {
      id,
      async poll(over: Partial<AskedOfLocation> = {}): Promise<HeldShare> {
        const all = { ...asked, ...over };
        known = await shareChecks(db, { id, locationId: osaka }, all, known?.shares ?? null, 0);
        return known;
      },
    };
  }

  it("one that is alone has everything from its first poll on", async () => {
    const alone = await join();
    expect(slotsIn((await alone.poll()).shares)).toBe(whole);
    expect(await alone.poll()).toMatchObject({ settled: true });
    expect(await countHeldSlots(db)).toEqual(new Map([[alone.id, whole]]));
  });

  it("a newcomer gets its part once the other is known to have stopped, and all of it is asked by one of them", async () => {
    const [a, b] = [await join(), await join()];
    const long = { leaseMs: 30_000 };
    await a.poll(long);
    const early = await b.poll(long);
    expect(early).toEqual({ shares: new Map(), settled: false });
    const gaveUp = await a.poll(long);
    expect(gaveUp.settled).toBe(false);
    expect((await b.poll(long)).shares).toEqual(new Map());
    expect(await a.poll(long)).toEqual({ shares: gaveUp.shares, settled: true });
    const got = await b.poll(long);
    expect(got.settled).toBe(true);
    for (const kind of asked.kinds) {
      expect(((gaveUp.shares.get(kind) ?? 0) | (got.shares.get(kind) ?? 0)) >>> 0).toBe(0xffffffff);
      expect((gaveUp.shares.get(kind) ?? 0) & (got.shares.get(kind) ?? 0)).toBe(0);
    }
  });

  it("a dead one is replaced when its lease has run out, at the next poll of another", async () => {
    const [a, b] = [await join(), await join()];
    const long = { leaseMs: 30_000 };
    for (let round = 0; round < 3; round++) {
      await a.poll(long);
      await b.poll(long);
    }
    expect(slotsIn((await b.poll(long)).shares)).toBeLessThan(whole);
    await a.poll({ leaseMs: 200 });
    await expect.poll(async () => slotsIn((await b.poll(long)).shares)).toBe(whole);
  });

  it("one that leaves frees its part at once, and a revoked one as well; neither is asked of again", async () => {
    const [a, b] = [await join(), await join()];
    const long = { leaseMs: 30_000 };
    await a.poll(long);
    await leaveShares(db, a.id);
    expect(slotsIn((await b.poll(long)).shares)).toBe(whole);
    await revokeProbe(db, b.id, "its machine was sold", "Ann", 5);
    await expect(b.poll(long)).rejects.toMatchObject({ code: "revoked_probe" });
    expect(slotsIn((await a.poll(long)).shares)).toBe(whole);
  });

  it("check-ins go to the server's own probe, and a kind to those that can ask it", async () => {
    const server = await join("server", ["http", "check-in", "icmp"]);
    const node = await join("node", ["http", "tcp", "check-in"]);
    const kinds: CheckKind[] = ["http", "tcp", "icmp", "check-in"];
    for (let round = 0; round < 3; round++) {
      await server.poll({ kinds, leaseMs: 30_000 });
      await node.poll({ kinds, leaseMs: 30_000 });
    }
    const ofServer = (await server.poll({ kinds, leaseMs: 30_000 })).shares;
    const ofNode = (await node.poll({ kinds, leaseMs: 30_000 })).shares;
    expect(ofServer.get("check-in")).toBe(0xffffffff);
    expect(ofServer.get("icmp")).toBe(0xffffffff);
    expect(ofNode.get("tcp")).toBe(0xffffffff);
    expect([...ofNode.keys()].sort()).toEqual(["http", "tcp"]);
  });

  it("however many poll at once, nobody is given what another holds", async () => {
    const probes = await Promise.all(Array.from({ length: 5 }, () => join()));
    const long = { leaseMs: 30_000 };
    for (let round = 0; round < 4; round++) {
      const held = await Promise.all(probes.map((one) => one.poll(long)));
      for (const kind of asked.kinds) {
        let taken = 0;
        for (const { shares } of held) {
          expect(taken & (shares.get(kind) ?? 0)).toBe(0);
          taken |= shares.get(kind) ?? 0;
        }
      }
    }
    const slots = [...(await countHeldSlots(db)).values()];
    expect(slots.reduce((sum, count) => sum + count, 0)).toBe(whole);
  });

  it("says when it last polled, and never an earlier time", async () => {
    const a = await join();
    await shareChecks(db, { id: a.id, locationId: osaka }, asked, null, 2_000);
    await shareChecks(db, { id: a.id, locationId: osaka }, asked, null, 1_000);
    const rows = await db.execute(sql`select seen_at::int as at from probes where id = ${a.id}`);
    const list = (Array.isArray(rows) ? rows : (rows as { rows: unknown[] }).rows) as { at: number }[];
    expect(list).toEqual([{ at: 2_000 }]);
  });
});

/**
 * The protocol alone, with a clock of its own and every luck a network may have: an answer can be lost on its way, a probe can die and
 * come back knowing nothing. What a probe believes to hold is what its last answer said, until that lease runs out.
 */
describe("in any order of joining, polling, lost answers and deaths", () => {
  const leaseMs = 300;
  const kinds: CheckKind[] = ["http"];

  class Location {
    clock = 0;
    leases: CheckLease[] = [];
    readonly polledAt = new Map<string, number>();
    /** What each probe was last told, and until when it may believe it. */
    readonly believes = new Map<string, { shares: Shares; until: number }>();

    poll(id: string, answerArrives: boolean): void {
      this.polledAt.set(id, this.clock);
      const sharers: Sharer[] = [...this.polledAt]
        .filter(([, at]) => at + leaseMs > this.clock)
        .map(([one]) => ({ id: one, engine: "node", kinds }));
      const acknowledged = this.believes.get(id)?.shares ?? null;
      const { hold, release } = planShare(id, sharers, kinds, this.leases, acknowledged, this.clock);
      const expiresAt = this.clock + leaseMs;
      this.leases = this.leases.filter(
        ({ kind, slot, probe }) =>
          !hasSlot(hold, kind, slot) && !(probe === id && hasSlot(release, kind, slot)),
      );
      for (let slot = 0; slot < slotCount; slot++) {
        if (hasSlot(hold, "http", slot)) {
          this.leases.push({ kind: "http", slot, probe: id, expiresAt });
        }
      }
      if (answerArrives) {
        this.believes.set(id, { shares: hold, until: expiresAt });
      }
    }

    /** It is gone, and asks nothing any more. */
    die(id: string): void {
      this.believes.delete(id);
    }

    holdersOf(slot: number): string[] {
      return [...this.believes]
        .filter(([, { shares, until }]) => until > this.clock && hasSlot(shares, "http", slot))
        .map(([id]) => id);
    }
  }

  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant("poll"), who: fc.nat(3), arrives: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant("wait"), ms: fc.integer({ min: 1, max: 200 }) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("die"), who: fc.nat(3) }) },
  ) as fc.Arbitrary<
    | { what: "poll"; who: number; arrives: boolean }
    | { what: "wait"; ms: number }
    | { what: "die"; who: number }
  >;

  it("no slot ever has two holders that believe in it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const location = new Location();
        for (const one of steps) {
          if (one.what === "poll") {
            location.poll(`probe-${one.who}`, one.arrives);
          } else if (one.what === "wait") {
            location.clock += one.ms;
          } else {
            location.die(`probe-${one.who}`);
          }
          for (let slot = 0; slot < slotCount; slot++) {
            expect(location.holdersOf(slot).length).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("after it, all slots are held within two polls of the living and one more of whoever takes", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.uniqueArray(fc.nat(3), { minLength: 1 }),
        (steps, living) => {
          const location = new Location();
          for (const one of steps) {
            if (one.what === "poll") {
              location.poll(`probe-${one.who}`, one.arrives);
            } else if (one.what === "wait") {
              location.clock += one.ms;
            } else {
              location.die(`probe-${one.who}`);
            }
          }
          // The others are dead, or of no use: their leases run out while the living go on.
          const dead = [0, 1, 2, 3].filter((who) => !living.includes(who));
          dead.forEach((who) => location.die(`probe-${who}`));
          const round = () => living.forEach((who) => location.poll(`probe-${who}`, true));
          for (let waited = 0; waited <= leaseMs; waited += leaseMs / 3) {
            round();
            location.clock += leaseMs / 3;
          }
          round();
          round();
          round();
          for (let slot = 0; slot < slotCount; slot++) {
            expect(location.holdersOf(slot)).toHaveLength(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
