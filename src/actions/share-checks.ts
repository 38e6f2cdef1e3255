/**
 * A probe polls: it keeps, gives up and takes its share of its location's checks, in one short transaction. What it is then asked
 * follows from the slots it holds (live/assignments.ts).
 */
import type { CheckKind } from "../../probes/protocol.ts";
import { Forbidden } from "../domain/errors.ts";
import { type CheckLease, hasSlot, planShare, type Shares, slotsIn } from "../domain/monitoring/share.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  listCheckLeases,
  listSharers,
  lockShares,
  noteSharing,
  releaseCheckLeases,
  renewCheckLeases,
  takeCheckLeases,
} from "../store/check-leases.ts";
import type { Database } from "../store/database.ts";

/** What a location is asked, as far as sharing goes. */
export interface AskedOfLocation {
  kinds: readonly CheckKind[];
  /** How long a lease lasts without renewal. */
  leaseMs: number;
}

export interface HeldShare {
  shares: Shares;
  /** False while something is on its way from one probe to another: then it does well to poll soon. */
  settled: boolean;
}

const shortestLeaseMs = 3_000;
const longestLeaseMs = 30_000;

/** A lease lasts one interval of the check that is asked most often, within [3 s, 30 s]: a dead probe is replaced within two. */
export function leaseFor(intervalsMs: readonly number[]): number {
  const shortest = intervalsMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  return Math.min(longestLeaseMs, Math.max(shortestLeaseMs, shortest));
}

/** While something changes hands, both sides poll so often. */
const hurriedPollMs = 1_000;

/** When to poll again: a third of the lease, so that two polls may fail. */
export function pollAfter(leaseMs: number, settled: boolean): number {
  const usual = Math.floor(leaseMs / 3);
  return settled ? usual : Math.min(usual, hurriedPollMs);
}

/**
 * Renews, gives up and takes.
 *
 * @param acknowledged what the probe asks by its own account; null: not known
 * @throws Forbidden revoked_probe
 */
export function shareChecks(
  db: Database,
  probe: { id: string; locationId: number },
  asked: AskedOfLocation,
  acknowledged: Shares | null,
  now: Instant,
): Promise<HeldShare> {
  return db.transaction(async (tx) => {
    await lockShares(tx, probe.locationId);
    const clock = await noteSharing(tx, probe.id, asked.leaseMs, now);
    if (clock === undefined) {
      throw new Forbidden("revoked_probe", `probe ${probe.id} has been revoked`);
    }
    const sharers = await listSharers(tx, probe.locationId, clock);
    const leases = await listCheckLeases(tx, probe.locationId);
    const plan = planShare(probe.id, sharers, asked.kinds, leases, acknowledged, clock);
    const expiresAt = clock + asked.leaseMs;
    if (isHeldAlready(probe.id, plan.hold, leases)) {
      await renewCheckLeases(tx, probe.locationId, probe.id, expiresAt);
    } else {
      await releaseCheckLeases(tx, probe.locationId, probe.id, plan.release);
      await takeCheckLeases(tx, probe.locationId, probe.id, plan.hold, expiresAt);
    }
    return { shares: plan.hold, settled: plan.settled };
  });
}

/** Whether exactly these slots are the probe's: nothing to take, nothing given up. */
function isHeldAlready(probe: string, hold: Shares, leases: readonly CheckLease[]): boolean {
  const own = leases.filter((lease) => lease.probe === probe);
  return own.length === slotsIn(hold) && own.every(({ kind, slot }) => hasSlot(hold, kind, slot));
}
