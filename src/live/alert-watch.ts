/**
 * Looks again and again at what stands, and lets the alerts follow and be told: the server that derives for all, every server for the
 * batches that it refused itself. After the board, before the people who run the platform.
 */
import { followAlerts, type FollowedAlert } from "../actions/follow-alerts.ts";
import { readSupportSituation } from "../actions/read-support-situation.ts";
import type { Engine } from "../actions/draft-cycle.ts";
import { readFailingChannels } from "../actions/read-failing-channels.ts";
import { readMaintenanceTroubles } from "../actions/read-maintenance-troubles.ts";
import { readSlowTroubles } from "../actions/read-slow-troubles.ts";
import { reportRefusals } from "../actions/report-refusals.ts";
import { quietWindows } from "../domain/alerting/mute.ts";
import type { ChainGap, WatchedService } from "../domain/alerting/troubles.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listChainGaps } from "../store/chain-gaps.ts";
import { findFailedMailings } from "../store/mailings.ts";
import { findWaitingSince } from "../store/underived-batches.ts";
import type { Database } from "../store/database.ts";
import type { AlertChannels } from "./alert-channels.ts";
import type { AlertTellers } from "./alert-tellers.ts";
import type { LiveCheck } from "./live-check.ts";
import { keepLooking } from "./looks.ts";
import { openRefusalTally } from "./refusal-tally.ts";
import { openSlowLook } from "./slow-look.ts";
import { soon } from "./soon.ts";
import { openProbeMemory } from "./watched-probes.ts";

export interface AlertWatch {
  /** A batch was refused here. */
  refused(code: string, probe: string | null, now: Instant): void;
  /** Something was measured, said or acknowledged: looks a moment later, whatever the pause. */
  changed(): void;
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface AlertWatchDeps {
  db: Database;
  now(): Instant;
  channels: Pick<AlertChannels, "list" | "close">;
  tellers: AlertTellers;
  board(): StatusBoard;
  checks(): Iterable<LiveCheck>;
  /** Whether this is the server that derives. */
  derives(): boolean;
  /** What computes figures of contracts. */
  engine: Engine;
  /** Told of every alert that was opened or closed here. */
  followed(alert: FollowedAlert): void;
  failed(error: unknown): void;
}

/** What a change settles within: one look for a flurry of them, and long before anybody would wait. */
const settleMs = 50;
const lookWithinMs = 200;
const gapsEveryMs = 3_600_000;
/** Nobody has to hurry for what is looked at so rarely. */
const slowEveryMs = 60_000;

/** @param everyMs pause between two looks */
export function watchAlerts(deps: AlertWatchDeps, everyMs = 5_000): AlertWatch {
  const { db, channels, tellers, now } = deps;
  const tally = openRefusalTally();
  const probes = openProbeMemory();
  let gaps: { seenAt: Instant; list: ChainGap[] } | null = null;

  async function gapsLately(at: Instant): Promise<ChainGap[]> {
    if (gaps === null || at - gaps.seenAt >= gapsEveryMs) {
      gaps = { seenAt: at, list: await listChainGaps(db) };
    }
    return gaps.list;
  }

  async function follow(at: Instant): Promise<void> {
    const { services, windows } = deps.board();
    const situation = {
      services: withLocations(services, deps.checks()),
      windows: quietWindows(windows),
      maintenance: await readMaintenanceTroubles(db, windows, at),
      probes: await probes.look(db, deps.checks(), at),
      gaps: await gapsLately(at),
      waitingSince: await findWaitingSince(db),
      undelivered: await findFailedMailings(db),
      support: await readSupportSituation(db, at),
      failingChannels: await readFailingChannels(db, channels.list(), at),
      slow: slow.latest(at),
    };
    const names = channels.list().map(({ name }) => name);
    (await followAlerts(db, situation, names, at)).forEach(deps.followed);
    // Nobody waits for a channel: what it does not take now is taken later.
    await tellers.wake();
  }

  async function lookOnce(): Promise<void> {
    try {
      const at = now();
      if (deps.board().databaseAwaySince !== null) {
        return;
      }
      await reportRefusals(db, tally.take(at));
      if (deps.derives()) {
        await follow(at);
      } else {
        probes.forget();
        gaps = null;
        slow.forget();
      }
    } catch (error) {
      deps.failed(error);
    }
  }

  const slow = openSlowLook(
    (at) => {
      const names = channels.list().map(({ name }) => name);
      return readSlowTroubles(db, deps.engine, deps.board().services, names, at);
    },
    { atLeastMs: slowEveryMs, now, failed: deps.failed, onSeen: () => void look() },
  );
  const { look, end } = keepLooking(lookOnce, everyMs);
  const changed = soon(settleMs, lookWithinMs, look);
  return {
    refused: tally.count,
    changed: changed.call,
    look,
    async stop() {
      await Promise.all([changed.end(), end()]);
      await slow.settled();
      await tellers.stop();
      channels.close();
    },
  };
}

/** Services with the locations that ask each of their checks: what is seen from one place only may be that place's trouble. */
function withLocations(services: readonly WatchedService[], checks: Iterable<LiveCheck>): WatchedService[] {
  const locations = new Map<string, readonly string[]>();
  for (const { serviceSlug, slug, revisions } of checks) {
    locations.set(`${serviceSlug}/${slug}`, revisions.at(-1)!.definition.locations);
  }
  return services.map((service) => ({
    ...service,
    checks: service.checks.map((check) => ({
      ...check,
      locations: locations.get(`${service.slug}/${check.slug}`) ?? [],
    })),
  }));
}
