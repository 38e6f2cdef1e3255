import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CheckKind, checkKinds } from "../../../probes/protocol.ts";
import {
  canAsk,
  type CheckLease,
  hasSlot,
  ownerOf,
  parseShares,
  planShare,
  printShares,
  type Sharer,
  type Shares,
  slotCount,
  slotOf,
  slotsIn,
} from "../../../src/domain/monitoring/share.ts";

const kinds: CheckKind[] = ["http", "tcp"];
const probe = (id: string, more: Partial<Sharer> = {}): Sharer => ({ id, engine: "node", kinds, ...more });
const everySlot = (work: (kind: CheckKind, slot: number) => void) =>
  kinds.forEach((kind) => Array.from({ length: slotCount }, (_, slot) => work(kind, slot)));

describe("the slot of a check", () => {
  it("is one of the slots, the same for ever", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (check) => {
        expect(slotOf(check)).toBeGreaterThanOrEqual(0);
        expect(slotOf(check)).toBeLessThan(slotCount);
      }),
    );
    expect([1, 2, 3, 100, 4711].map(slotOf)).toEqual([19, 7, 27, 25, 17]);
  });

  it("spreads checks evenly, whether they were made in a row or not", () => {
    for (const step of [1, 2, 7, 32]) {
      const counts = new Array<number>(slotCount).fill(0);
      for (let i = 1; i <= 3_200; i++) {
        counts[slotOf(i * step)]!++;
      }
      expect(Math.min(...counts)).toBeGreaterThan(70);
      expect(Math.max(...counts)).toBeLessThan(130);
    }
  });
});

describe("whose a slot is", () => {
  it("is nobody's where nobody can ask it", () => {
    expect(ownerOf("icmp", 3, [probe("osaka-1"), probe("osaka-2")])).toBeNull();
    expect(ownerOf("http", 3, [])).toBeNull();
  });

  it("a check-in is for a server's own probe, whatever others say they can", () => {
    const remote = probe("lisbon-1", { kinds: [...checkKinds] });
    const server = probe("lisbon-2", { kinds: [...checkKinds], engine: "server" });
    expect(canAsk(remote, "check-in")).toBe(false);
    for (let slot = 0; slot < slotCount; slot++) {
      expect(ownerOf("check-in", slot, [remote, server])).toBe("lisbon-2");
    }
  });

  it("does not depend on the order of the probes, and who comes or goes moves only slots of its own", () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(ids, (names) => {
        const all = names.map((id) => probe(id));
        const [gone, ...left] = all;
        everySlot((kind, slot) => {
          const owner = ownerOf(kind, slot, all);
          expect(ownerOf(kind, slot, all.toReversed())).toBe(owner);
          if (owner !== gone!.id) {
            expect(ownerOf(kind, slot, left)).toBe(owner);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it("is spread over the probes: of two, each has about half", () => {
    const counts = new Map<string, number>();
    for (let pair = 0; pair < 50; pair++) {
      const sharers = [probe(`osaka-${pair}`), probe(`osaka-${pair}-b`)];
      everySlot((kind, slot) => {
        const which = ownerOf(kind, slot, sharers) === sharers[0]!.id ? "first" : "second";
        counts.set(which, (counts.get(which) ?? 0) + 1);
      });
    }
    expect(counts.get("first")! / 3_200).toBeGreaterThan(0.4);
    expect(counts.get("first")! / 3_200).toBeLessThan(0.6);
  });
});

describe("what a poll comes to", () => {
  it("a probe alone in its location takes everything at once, and keeps it", () => {
    const first = planShare("a", [probe("a")], kinds, [], null, 0);
    expect(slotsIn(first.hold)).toBe(2 * slotCount);
    expect(first).toMatchObject({ settled: true, release: new Map() });
    const again = planShare("a", [probe("a")], kinds, leasesOf("a", first.hold, 100), first.hold, 50);
    expect(again.hold).toEqual(first.hold);
  });

  it("what another holds is not taken before it has run out, to the ms", () => {
    const others = leasesOf("b", planShare("b", [probe("b")], kinds, [], null, 0).hold, 100);
    expect(slotsIn(planShare("a", [probe("a")], kinds, others, null, 99).hold)).toBe(0);
    expect(slotsIn(planShare("a", [probe("a")], kinds, others, null, 100).hold)).toBe(2 * slotCount);
  });

  it("what belongs to another now is not asked any more, and not released before the probe has heard of it", () => {
    const both = [probe("a"), probe("b")];
    const all = planShare("a", [probe("a")], kinds, [], null, 0).hold;
    const leases = leasesOf("a", all, 100);
    const told = planShare("a", both, kinds, leases, all, 50);
    expect(slotsIn(told.hold)).toBeLessThan(2 * slotCount);
    expect(told).toMatchObject({ settled: false, release: new Map() });
    const notHeard = planShare("a", both, kinds, leases, null, 60);
    expect(notHeard.release).toEqual(new Map());
    const heard = planShare("a", both, kinds, leases, told.hold, 60);
    expect(slotsIn(heard.hold) + slotsIn(heard.release)).toBe(2 * slotCount);
    expect(heard.settled).toBe(true);
  });

  it("what the location is not asked any more is let go of", () => {
    const all = planShare("a", [probe("a")], kinds, [], null, 0).hold;
    const { hold } = planShare("a", [probe("a")], ["http"], leasesOf("a", all, 100), all, 50);
    expect([...hold.keys()]).toEqual(["http"]);
    const { release } = planShare("a", [probe("a")], ["http"], leasesOf("a", all, 100), hold, 60);
    expect([...release.keys()]).toEqual(["tcp"]);
  });
});

describe("shares as a text", () => {
  it("are read back as they were, and the same shares are the same text", () => {
    const bits = fc.integer({ min: 1, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...checkKinds), bits), { selector: ([kind]) => kind }),
        (list) => {
          const shares = new Map(list);
          expect(parseShares(printShares(shares), checkKinds)).toEqual(shares);
          expect(printShares(new Map(list.toReversed()))).toBe(printShares(shares));
        },
      ),
    );
  });

  it("anything else is none", () => {
    for (const text of ["http", "http:1", "http:fffffffg", "ftp:ffffffff", "http:ffffffff.", "."]) {
      expect(parseShares(text, checkKinds)).toBeNull();
    }
    expect(parseShares("", checkKinds)).toEqual(new Map());
  });
});

function leasesOf(id: string, shares: Shares, expiresAt: number): CheckLease[] {
  const leases: CheckLease[] = [];
  everySlot((kind, slot) => {
    if (hasSlot(shares, kind, slot)) {
      leases.push({ kind, slot, probe: id, expiresAt });
    }
  });
  return leases;
}
