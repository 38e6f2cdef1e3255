/**
 * What a location's probes are asked: the checks in force there, with their secrets put in and the last calls of jobs, and of these to
 * each probe the ones in the slots it holds. Read once after every change of the configuration, so that a poll costs its lease and no more.
 */
import { eq } from "drizzle-orm";
import { digestOf } from "../../probes/batch.ts";
import {
  type Assignment,
  type AssignmentList,
  type CheckKind,
  checkKinds,
  protocolVersion,
  type Target,
} from "../../probes/protocol.ts";
import { type AskedOfLocation, leaseFor, pollAfter, shareChecks } from "../actions/share-checks.ts";
import { hasSlot, parseShares, printShares, type Shares, slotOf } from "../domain/monitoring/share.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listCheckIns } from "../store/check-ins.ts";
import type { Database } from "../store/database.ts";
import type { Probe } from "../store/probes.ts";
import { locations, platforms } from "../store/tables/watched.ts";
import type { LiveCheck } from "./live-check.ts";

/** The answer to a poll. */
export interface PolledAssignments {
  /** Stands for the list, and for the slots it was made of: whoever names it is known to have both. */
  etag: string;
  /** Null: it is what the probe has already. */
  list: AssignmentList | null;
}

export interface Assignments {
  /**
   * A probe polls: renews its share, and says what it is to ask.
   *
   * @param known the `etag` of the list that the probe goes by; null: of none
   * @throws Forbidden revoked_probe
   * @throws InvalidInput secret_missing
   */
  poll(
    probe: Pick<Probe, "id" | "locationId" | "location">,
    known: string | null,
    now: Instant,
  ): Promise<PolledAssignments>;
  /** What was configured has changed: it is read again at the next poll. */
  forget(): void;
}

export interface AssignmentsDeps {
  db: Database;
  checks(): Iterable<LiveCheck>;
  /** Puts the values of secret references into a target; what it returns goes to a probe and nowhere else. */
  withSecrets: (target: Target) => Target;
}

/** One location as it is asked. */
interface Place {
  asked: AskedOfLocation;
  assignments: readonly Assignment[];
  selfCheck: Target[];
  /** What each probe was told last: of which slots and period it was made, so that it is not made again. */
  told: Map<string, { made: string; etag: string }>;
}

/** Opens what probes are asked. */
export function openAssignments({ db, checks, withSecrets }: AssignmentsDeps): Assignments {
  let places = new Map<string, Promise<Place>>();

  function placeOf(location: string): Promise<Place> {
    const known = places.get(location);
    if (known !== undefined) {
      return known;
    }
    const reading = readPlace(db, checks(), location, withSecrets);
    const kept = places;
    kept.set(location, reading);
    // What could not be read is read again by the next one who asks.
    reading.catch(() => kept.delete(location));
    return reading;
  }

  return {
    forget() {
      places = new Map();
    },
    async poll(probe, known, now) {
      const place = await placeOf(probe.location);
      const { shares, settled } = await shareChecks(db, probe, place.asked, sharesIn(known), now);
      const pollAfterMs = pollAfter(place.asked.leaseMs, settled);
      const made = `${printShares(shares)} ${pollAfterMs}`;
      const told = place.told.get(probe.id);
      if (told?.made === made && told.etag === known) {
        return { etag: known, list: null };
      }
      const list: AssignmentList = {
        version: protocolVersion,
        probe: probe.id,
        location: probe.location,
        pollAfterMs,
        selfCheck: place.selfCheck,
        assignments: place.assignments.filter(({ check, target }) =>
          hasSlot(shares, target.kind, slotOf(check)),
        ),
      };
      const etag = told?.made === made ? told.etag : await etagOf(shares, list);
      place.told.set(probe.id, { made, etag });
      return { etag, list: etag === known ? null : list };
    },
  };
}

/** The slots are told apart from what is in them: a probe that names the list has thereby let go of all other slots. */
async function etagOf(shares: Shares, list: AssignmentList): Promise<string> {
  const digest = await digestOf(new TextEncoder().encode(JSON.stringify(list)));
  return `"${printShares(shares)}~${digest.slice(0, 32)}"`;
}

function sharesIn(etag: string | null): Shares | null {
  const text = /^"([^"~]*)~[0-9a-f]{32}"$/.exec(etag ?? "")?.[1];
  return text === undefined ? null : parseShares(text, checkKinds);
}

async function readPlace(
  db: Database,
  checks: Iterable<LiveCheck>,
  location: string,
  withSecrets: (target: Target) => Target,
): Promise<Place> {
  const assignments = await readAssignments(db, checks, location, withSecrets);
  const kinds = new Set<CheckKind>(assignments.map(({ target }) => target.kind));
  return {
    asked: { kinds: [...kinds], leaseMs: leaseFor(assignments.map(({ intervalMs }) => intervalMs)) },
    assignments,
    selfCheck: await readSelfCheck(db, location),
    told: new Map(),
  };
}

/** The reference targets of a location: its own, else those of the platform. */
async function readSelfCheck(db: Database, location: string): Promise<Target[]> {
  const [place] = await db
    .select({ selfCheck: locations.selfCheck })
    .from(locations)
    .where(eq(locations.slug, location));
  const [platform] = await db.select({ settings: platforms.settings }).from(platforms);
  return place?.selfCheck ?? platform?.settings.selfCheck ?? [];
}

/**
 * Everything that is asked from a location, whoever asks it.
 *
 * @param withSecrets puts the values of secret references into a target; what it returns goes to the probe and nowhere else
 */
export async function readAssignments(
  db: Database,
  checks: Iterable<LiveCheck>,
  location: string,
  withSecrets: (target: Target) => Target,
): Promise<Assignment[]> {
  const calls = new Map((await listCheckIns(db)).map(({ checkId, ...call }) => [checkId, call]));
  const assignments: Assignment[] = [];
  for (const check of checks) {
    const definition = check.revisions.at(-1)!.definition;
    if (check.archivedAt !== null || !definition.locations.includes(location)) {
      continue;
    }
    assignments.push({
      check: check.id,
      key: `${check.serviceSlug}/${check.slug}`,
      intervalMs: definition.intervalMs,
      timeoutMs: definition.timeoutMs,
      slowAboveMs: definition.slowAboveMs,
      family: definition.family,
      confirmDown: definition.confirmDown,
      confirmUp: definition.confirmUp,
      target: withLastCall(withSecrets(definition.target), calls.get(check.id)),
    });
  }
  return assignments;
}

function withLastCall(
  target: Target,
  call: { calledAt: Instant; outcome: "ok" | "fail" } | undefined,
): Target {
  return target.kind !== "check-in" || call === undefined
    ? target
    : { ...target, lastCallAt: call.calledAt, lastCallResult: call.outcome };
}
