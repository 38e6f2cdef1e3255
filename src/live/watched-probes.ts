/**
 * The probes as alerts look at them: what each holds of its location's checks, when it was heard of, and what only watching can tell: since
 * when it has held anything, and what it had refused before. Forgotten when this server no longer looks.
 */
import { holdsLong, type WatchedProbe } from "../domain/alerting/troubles.ts";
import { canAsk, slotOf } from "../domain/monitoring/share.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listCheckLeases } from "../store/check-leases.ts";
import type { Database } from "../store/database.ts";
import { listStandingProbes, type StandingProbe } from "../store/probes.ts";
import type { LiveCheck } from "./live-check.ts";

export interface ProbeMemory {
  /** Looks at all probes that were not revoked. */
  look(db: Database, checks: Iterable<LiveCheck>, now: Instant): Promise<WatchedProbe[]>;
  forget(): void;
}

interface Remembered {
  chargedSince: Instant;
  refusedBefore: number;
}

/** Checks of one location and kind, by slot. */
interface SlotCharge {
  checks: number;
  intervalMs: number;
}

export function openProbeMemory(): ProbeMemory {
  const remembered = new Map<string, Remembered>();
  let watchedSince: Instant | null = null;

  function remember(probe: StandingProbe, isCharged: boolean, now: Instant): Remembered {
    const known = remembered.get(probe.id);
    const refused = probe.state?.refused ?? 0;
    const holds = probe.state !== null && holdsLong(probe.state, now);
    // A counter that fell began anew with its process. One that is first seen while samples pile up counts from nothing.
    const before = known === undefined ? (holds ? 0 : refused) : Math.min(known.refusedBefore, refused);
    const memory = {
      chargedSince: isCharged && known !== undefined ? known.chargedSince : now,
      refusedBefore: holds ? before : refused,
    };
    remembered.set(probe.id, memory);
    return memory;
  }

  return {
    async look(db, checks, now) {
      watchedSince ??= now;
      const probes = (await listStandingProbes(db)).filter(({ revokedAt }) => revokedAt === null);
      const slots = slotsOf(checks);
      const held = await heldSlots(db, new Set(probes.map(({ locationId }) => locationId)));
      const since = watchedSince;
      return probes.map((probe): WatchedProbe => {
        const own = held.get(probe.id) ?? [];
        const charge = sum(own.map((slot) => slots.get(`${probe.location} ${slot}`)));
        const kinds = new Set([...slots.keys()].filter((key) => key.startsWith(`${probe.location} `)));
        return {
          id: probe.id,
          location: probe.location,
          isServers: probe.engine === "server",
          charge,
          isNeeded: [...kinds].some((key) => canAsk(probe, key.split(" ")[1] as LiveCheckKind)),
          watchedSince: since,
          seenAt: probe.seenAt,
          deliveredAt: probe.delivered?.at ?? null,
          state: probe.state,
          skewMs: probe.skewMs,
          ...remember(probe, charge !== null, now),
        };
      });
    },
    forget() {
      remembered.clear();
      watchedSince = null;
    },
  };
}

type LiveCheckKind = LiveCheck["revisions"][number]["definition"]["target"]["kind"];

/** The checks in force by `location kind slot`. */
function slotsOf(checks: Iterable<LiveCheck>): Map<string, SlotCharge> {
  const slots = new Map<string, SlotCharge>();
  for (const { id, archivedAt, revisions } of checks) {
    const { locations, target, intervalMs } = revisions.at(-1)!.definition;
    for (const location of archivedAt === null ? locations : []) {
      const key = `${location} ${target.kind} ${slotOf(id)}`;
      const known = slots.get(key);
      slots.set(key, {
        checks: (known?.checks ?? 0) + 1,
        intervalMs: Math.min(known?.intervalMs ?? intervalMs, intervalMs),
      });
    }
  }
  return slots;
}

/** By probe, `kind slot` of what it holds or held last; a lease that ran out and that nobody took is still its own to answer for. */
async function heldSlots(db: Database, locationIds: ReadonlySet<number>): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>();
  for (const locationId of locationIds) {
    for (const { probe, kind, slot } of await listCheckLeases(db, locationId)) {
      held.set(probe, [...(held.get(probe) ?? []), `${kind} ${slot}`]);
    }
  }
  return held;
}

function sum(charges: readonly (SlotCharge | undefined)[]): SlotCharge | null {
  return charges.reduce<SlotCharge | null>(
    (total, charge) =>
      charge === undefined
        ? total
        : {
            checks: (total?.checks ?? 0) + charge.checks,
            intervalMs: Math.min(total?.intervalMs ?? charge.intervalMs, charge.intervalMs),
          },
    null,
  );
}
