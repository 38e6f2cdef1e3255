/**
 * The status board of a running server: platform, services as measured, and people's words, in memory and always ready, so that a
 * page or an API answer never waits for the database. After the store, before http.
 */
import { corrected } from "../domain/monitoring/correction.ts";
import { measureService } from "../domain/monitoring/service-measurement.ts";
import type { BrandFile } from "../domain/status/brand.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { ShownPlace } from "../domain/status/page-scope.ts";
import type { PlatformSettings, ServiceGroupDefinition } from "../domain/status/platform.ts";
import type { SeriesStretch } from "../domain/status/series-stretch.ts";
import type { MeasuredCheck, MeasuredService, PublicCorrection } from "../domain/status/service.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { troubleInWords } from "../domain/monitoring/trouble.ts";
import { countingMeasurements, type LiveCheck, presentRules } from "./live-check.ts";
import type { LiveReadings } from "./live-readings.ts";

/** A service as it is described, without what was measured. */
export interface ListedService {
  slug: string;
  title: string;
  description: string;
  groupSlug: string | null;
  /** Whether it is shown only on pages that name it; absent: as its group. */
  isPrivate?: boolean;
  createdAt: Instant;
  archivedAt: Instant | null;
}

/** What people made: read from the store whenever it changed. */
export interface BoardWords {
  settings: PlatformSettings;
  /** When the platform was set down first; absent: nobody knows. */
  platformSince?: Instant;
  groups: ServiceGroupDefinition[];
  /** In order of the page; archived ones are left out. */
  services: ListedService[];
  /** Archived ones; absent: there are none. */
  pastServices?: readonly ShownPlace[];
  incidents: Incident[];
  windows: MaintenanceWindow[];
  /** Planned work that comes again; absent: there is none. */
  repeating?: readonly SeriesStretch[];
  /** From when on incidents and windows were read; absent: from the beginning. */
  since?: Instant;
  /** Corrections in force by service, in the order in which they were approved; absent: none. */
  corrections?: ReadonlyMap<string, readonly PublicCorrection[]>;
  /** Files of the brand, by digest; absent: it has none. */
  brandFiles?: ReadonlyMap<string, BrandFile>;
}

export interface LiveBoard {
  /** The facts as of `now`; cheap, may be called for every request. */
  at(now: Instant): StatusBoard & { version: number };
  /** Takes over what people changed. */
  setWords(words: BoardWords): void;
  /** Something was measured: these services may read differently now. */
  touch(serviceSlugs: Iterable<string>): void;
  /** Looks whether time alone has turned a reading since the last look: silence makes it unknown. */
  tick(now: Instant): void;
  setDatabaseAway(since: Instant | null): void;
  /** Calls back after every change of version. */
  onChange(listener: () => void): void;
}

/** A service's measured part, kept until something of it changes. */
interface Measured {
  service: MeasuredService;
  /** False while time alone changes what is told of it: a stretch of anything but up, or an outage, that lasts. */
  settled: boolean;
  /** Whether one of its checks was silent. */
  silent: boolean;
  /** A change dated at or after the look, by a probe whose clock is ahead: told once this has passed. */
  turnsAt: Instant | null;
}

/** For how long one look at the facts serves everybody who asks, unless something changes. */
const keptMs = 500;

/** @param horizon nothing before it is told */
export function openBoard(live: LiveReadings, words: BoardWords, horizon: () => Instant): LiveBoard {
  let version = 1;
  let databaseAwaySince: Instant | null = null;
  let present = words;
  const measured = new Map<string, Measured>();
  let latest: (StatusBoard & { version: number }) | undefined;
  const listeners: (() => void)[] = [];
  const changed = () => {
    version++;
    listeners.forEach((listener) => listener());
  };

  function measure(listed: ListedService, checks: readonly LiveCheck[], now: Instant): Measured {
    const kept = measured.get(listed.slug);
    const silent = checks.some((check) => isSilent(check, now));
    if (kept?.settled === true && !silent && !hasTurned(kept, now)) {
      kept.service.lastSampleAt = lastSampleOf(checks);
      return kept;
    }
    const corrections = present.corrections?.get(listed.slug) ?? [];
    const service = measuredService(listed, checks, { start: horizon(), end: now }, corrections);
    const turnsAt = checks.reduce<Instant | null>(
      (first, check) => earliest([first, changeFrom(check, now)]),
      null,
    );
    const fresh = { service, settled: !silent && !isRunning(service), silent, turnsAt };
    measured.set(listed.slug, fresh);
    return fresh;
  }

  const board: LiveBoard = {
    at(now) {
      if (latest?.version === version && Math.abs(now - latest.at) < keptMs) {
        return latest;
      }
      const byService = Map.groupBy(live.checks.values(), (check) => check.serviceSlug);
      latest = {
        version,
        settings: present.settings,
        ...(present.platformSince === undefined ? {} : { platformSince: present.platformSince }),
        ...(present.brandFiles === undefined ? {} : { brandFiles: present.brandFiles }),
        groups: present.groups,
        services: present.services.map(
          (listed) => measure(listed, byService.get(listed.slug) ?? [], now).service,
        ),
        ...(present.pastServices === undefined ? {} : { pastServices: present.pastServices }),
        incidents: present.incidents,
        ...(present.since === undefined ? {} : { wordsSince: present.since }),
        windows: present.windows,
        ...(present.repeating === undefined ? {} : { repeating: present.repeating }),
        at: now,
        databaseAwaySince,
      };
      return latest;
    },
    setWords(fresh) {
      present = fresh;
      measured.clear();
      changed();
    },
    touch(serviceSlugs) {
      let some = false;
      for (const slug of serviceSlugs) {
        measured.delete(slug);
        some = true;
      }
      if (some) {
        changed();
      }
    },
    tick(now) {
      const turned = new Set<string>();
      for (const check of live.checks.values()) {
        const kept = measured.get(check.serviceSlug);
        if (kept !== undefined && (hasTurned(kept, now) || (!kept.silent && isSilent(check, now)))) {
          turned.add(check.serviceSlug);
        }
      }
      board.touch(turned);
    },
    setDatabaseAway(since) {
      if ((since === null) !== (databaseAwaySince === null)) {
        databaseAwaySince = since;
        changed();
      }
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
  return board;
}

function hasTurned({ turnsAt }: Measured, now: Instant): boolean {
  return turnsAt !== null && now > turnsAt;
}

/** The first change of a check that is not before an instant; there is none unless a probe's clock is ahead of ours. */
function changeFrom(check: LiveCheck, now: Instant): Instant | null {
  let first: Instant | null = null;
  for (let i = check.changes.length - 1; i >= 0 && check.changes[i]!.at >= now; i--) {
    first = check.changes[i]!.at;
  }
  return first;
}

/** Whether a check that is still asked has gone longer without a conclusive round than a reading holds. */
function isSilent(check: LiveCheck, now: Instant): boolean {
  const { lastConclusiveAt } = check.derivation.head.state;
  return (
    check.archivedAt === null &&
    lastConclusiveAt !== null &&
    now - lastConclusiveAt > presentRules(check).staleAfterMs
  );
}

/** Whether something of it is not over: its end is then only as far as was looked. */
function isRunning({ reading, outages }: MeasuredService): boolean {
  return reading !== "up" || outages.some(({ end }) => end === null);
}

function lastSampleOf(checks: readonly LiveCheck[]): Instant | null {
  return checks.reduce<Instant | null>(
    (latest, check) =>
      check.lastSampleAt !== null && (latest === null || check.lastSampleAt > latest)
        ? check.lastSampleAt
        : latest,
    null,
  );
}

/** What the checks of a service say together over a window that ends now (sla-semantics 3), corrections laid over it. */
export function measuredService(
  listed: ListedService,
  checks: readonly LiveCheck[],
  window: Interval,
  corrections: readonly PublicCorrection[],
): MeasuredService {
  const measured = measureService(countingMeasurements(checks), window);
  return {
    ...listed,
    ...measured,
    ...(corrections.length === 0
      ? {}
      : {
          segments: corrected(measured.segments, corrections, window.end),
          measuredSegments: measured.segments,
          corrections,
        }),
    lastSampleAt: lastSampleOf(checks),
    checks: checks
      .filter((check) => check.archivedAt === null)
      .map((check) => measuredCheck(check, window.end)),
  };
}

function measuredCheck(check: LiveCheck, now: Instant): MeasuredCheck {
  const definition = check.revisions.at(-1)!.definition;
  const { state } = check.derivation.head;
  const silent = isSilent(check, now);
  return {
    slug: check.slug,
    kind: definition.target.kind,
    intervalMs: definition.intervalMs,
    counts: definition.counts,
    rules: {
      ...presentRules(check),
      locations: definition.locations,
      slowAboveMs: definition.slowAboveMs,
    },
    parent: definition.parent,
    reading: silent ? "unknown" : state.reading,
    trouble: check.trouble === null ? null : troubleInWords(check.trouble.reason, check.trouble.detail),
  };
}

function earliest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}
