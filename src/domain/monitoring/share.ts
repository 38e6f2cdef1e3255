/**
 * How the probes of one location share its checks: every check has a slot that never changes, every slot of a kind belongs to one of the
 * probes that can ask that kind, and a slot changes hands only once its holder is known to have let go of it. Pure: leases in, plan out.
 */
import type { CheckKind, ProbeEngine } from "../../../probes/protocol.ts";
import type { Instant } from "../time/interval.ts";

/** Into so many slots the checks of a kind are divided: the finest share that a probe can have of them. */
export const slotCount = 32;

/** A probe of the location that has polled lately. */
export interface Sharer {
  id: string;
  engine: ProbeEngine;
  kinds: readonly CheckKind[];
}

/** A slot as it is held, by whom and until when by the database's clock (exclusive). */
export interface CheckLease {
  kind: CheckKind;
  slot: number;
  probe: string;
  expiresAt: Instant;
}

/** Slots by kind, one bit each; a kind without a slot is left out. */
export type Shares = ReadonlyMap<CheckKind, number>;

/** What one poll comes to. */
export interface SharePlan {
  /** What the probe asks from now on: leases to be renewed or taken. */
  hold: Shares;
  /** What it has let go of, so that another may take it at once. */
  release: Shares;
  /** Whether nothing is on its way from one hand to another, as far as this probe is concerned. */
  settled: boolean;
}

/** Where a check stands, for ever: neighbours in number are spread evenly. */
export function slotOf(check: number): number {
  return Math.imul(check, 0x9e3779b1) >>> 27;
}

/** Jobs call servers, so only a server's own probe can tell of them. */
export function canAsk({ engine, kinds }: Omit<Sharer, "id">, kind: CheckKind): boolean {
  return kinds.includes(kind) && (kind !== "check-in" || engine === "server");
}

/**
 * Whose a slot is among these probes (rendezvous hashing: who comes or goes moves only slots of its own); null: nobody can ask it.
 */
export function ownerOf(kind: CheckKind, slot: number, sharers: readonly Sharer[]): string | null {
  let owner: { id: string; weight: number } | null = null;
  for (const sharer of sharers) {
    if (canAsk(sharer, kind)) {
      const weight = hash(`${sharer.id}/${kind}/${slot}`);
      if (owner === null || weight > owner.weight || (weight === owner.weight && sharer.id > owner.id)) {
        owner = { id: sharer.id, weight };
      }
    }
  }
  return owner?.id ?? null;
}

/**
 * What a probe holds after its poll. What is another's now it is no longer asked, but the lease stands until the probe is known to have
 * heard of that, or until it runs out: so no two ever ask the same at a time.
 *
 * @param self the probe that polls; one of `sharers`
 * @param kinds kinds that the location is asked at all
 * @param acknowledged what it asks by its own account; null: it may be asking whatever it was ever given
 */
export function planShare(
  self: string,
  sharers: readonly Sharer[],
  kinds: readonly CheckKind[],
  leases: readonly CheckLease[],
  acknowledged: Shares | null,
  now: Instant,
): SharePlan {
  const hold = new Map<CheckKind, number>();
  const release = new Map<CheckKind, number>();
  const standing = new Map(leases.map((lease) => [`${lease.kind}/${lease.slot}`, lease]));
  let settled = true;
  const add = (to: Map<CheckKind, number>, kind: CheckKind, slot: number) =>
    to.set(kind, ((to.get(kind) ?? 0) | (1 << slot)) >>> 0);
  for (const kind of kinds) {
    for (let slot = 0; slot < slotCount; slot++) {
      if (ownerOf(kind, slot, sharers) === self) {
        const lease = standing.get(`${kind}/${slot}`);
        if (lease === undefined || lease.probe === self || lease.expiresAt <= now) {
          add(hold, kind, slot);
        } else {
          settled = false;
        }
      }
    }
  }
  for (const { kind, slot, probe, expiresAt } of leases) {
    if (probe === self && !hasSlot(hold, kind, slot)) {
      const letGo = acknowledged !== null && !hasSlot(acknowledged, kind, slot);
      if (letGo || expiresAt <= now) {
        add(release, kind, slot);
      } else {
        settled = false;
      }
    }
  }
  return { hold, release, settled };
}

/** Whether a slot is among these. */
export function hasSlot(shares: Shares, kind: CheckKind, slot: number): boolean {
  return (((shares.get(kind) ?? 0) >>> slot) & 1) === 1;
}

/** How many slots these are. */
export function slotsIn(shares: Shares): number {
  let count = 0;
  for (let bits of shares.values()) {
    for (; bits !== 0; bits = (bits & (bits - 1)) >>> 0) {
      count++;
    }
  }
  return count;
}

/** Shares as a short text, the same for the same shares: `http:ffffffff.tcp:0000ff00`. */
export function printShares(shares: Shares): string {
  return [...shares]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, bits]) => `${kind}:${bits.toString(16).padStart(8, "0")}`)
    .join(".");
}

/** The shares in a text; null when it is none. */
export function parseShares(text: string, kinds: readonly CheckKind[]): Shares | null {
  const shares = new Map<CheckKind, number>();
  for (const part of text === "" ? [] : text.split(".")) {
    const [, name, bits] = /^([a-z-]+):([0-9a-f]{8})$/.exec(part) ?? [];
    const kind = kinds.find((one) => one === name);
    if (kind === undefined) {
      return null;
    }
    shares.set(kind, parseInt(bits!, 16));
  }
  return shares;
}

/** 32 well-mixed bits of a text: FNV-1a, then an avalanche, so that texts that differ little differ wholly. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
