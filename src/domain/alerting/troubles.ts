/**
 * What stands at an instant that a person should know: services that are down, checks that only inform, probes in trouble, batches that are
 * refused or wait. Pure, from facts; alert.ts makes alerts of it.
 */
import type { ProbeState } from "../../../probes/protocol.ts";
import { checkBehind, type Family, type Kin, kinOf, servicesBehind } from "../status/parents.ts";
import type { ReadingState } from "../monitoring/timeline.ts";
import type { Instant } from "../time/interval.ts";
import { type AlertFacts, type AlertKind, alertKey, type Trouble } from "./alert.ts";
import { type SupportSituation, troublesOfSupport } from "./support-troubles.ts";
import type { QuietWindow } from "./mute.ts";

/** A service as it reads now. */
export interface WatchedService extends Family {
  title: string;
  reading: ReadingState;
  readingSince: Instant | null;
  /** Slug of its group; absent or null: it is in none. */
  groupSlug?: string | null;
  checks: readonly WatchedServiceCheck[];
}

export interface WatchedServiceCheck extends Kin {
  kind: string;
  /** Why it fails, in words. */
  trouble: string | null;
  /** Slugs of the locations that ask; absent: not known. */
  locations?: readonly string[];
}

/** A probe that was not revoked. */
export interface WatchedProbe {
  id: string;
  location: string;
  /** Whether it is a server's own: one that is gone leaves nothing to be told, where others ask in its place. */
  isServers: boolean;
  /** What it holds of its location's checks, and the shortest of their intervals; null: others ask all of them. */
  charge: { checks: number; intervalMs: number } | null;
  /** Whether its location has any check that it could ask. */
  isNeeded: boolean;
  /** Since when it has been seen to hold that, or anything at all was looked at: nothing is expected of it before. */
  chargedSince: Instant;
  watchedSince: Instant;
  /** When it last polled or delivered; when its last batch came. */
  seenAt: Instant | null;
  deliveredAt: Instant | null;
  state: ProbeState | null;
  skewMs: number | null;
  /** Samples it had refused when it last held none for long: what is above this was refused lately. */
  refusedBefore: number;
}

/** Batches that were refused for one reason. */
export interface Refusals {
  code: string;
  count: number;
  lastAt: Instant;
  /** The probe that the last one named. */
  probe: string | null;
}

/** A hole in a probe's chain of evidence. */
export interface ChainGap {
  probe: string;
  /** The sequences that are missing, inclusive. */
  from: number;
  through: number;
}

/** A channel on which nobody can be told anything at the moment. */
export interface FailingChannel {
  channel: string;
  title: string;
  since: Instant;
  /** In plain words, without a secret. */
  reason: string;
}

/** Kinds that are looked at more rarely than everything else: they cost more, and nobody has to hurry. */
export const slowKinds: readonly AlertKind[] = [
  "budget_spent",
  "budget_projected",
  "budget_burning",
  "promise_unmonitored",
  "service_unrouted",
];

export interface Situation {
  services: readonly WatchedService[];
  probes: readonly WatchedProbe[];
  refusals: readonly Refusals[];
  gaps: readonly ChainGap[];
  /** When the oldest batch was received that has not been derived from; null: there is none. */
  waitingSince: Instant | null;
  /** Mails that were given up or came back, and since when the first of them; null: there are none. */
  undelivered: { count: number; since: Instant } | null;
  /** What of support needs a person; absent: nothing. */
  support?: SupportSituation;
  /** What of planned work needs a person (maintenance-troubles.ts); absent: nothing. */
  maintenance?: readonly Trouble[];
  /** Channels that take nothing; absent: none. */
  failingChannels?: readonly FailingChannel[];
  /** What stands by a look that is taken more rarely (slowKinds); null or absent: none was taken yet. */
  slow?: readonly Trouble[] | null;
  /** Announced work that is not over or called off; absent: none. */
  windows?: readonly QuietWindow[];
}

/** A probe that holds samples for longer than this is not just on its way to deliver them. */
const heldTooLongMs = 120_000;
const leastSilenceMs = 120_000;
const clockToleranceMs = 2_000;
/** Beyond this a probe's samples are set aside (domain/monitoring/evidence.ts). */
export const clockUnusableMs = 60_000;
/** Fewer refusals than this within the time that they are remembered happen to anybody. */
export const refusalsMatter = 3;
export const refusalsForgottenMs = 600_000;
/** The server that derives has so long to do it before it is behind. */
export const derivationWithinMs = 60_000;

/** All troubles that stand, or of which nothing can be said now. */
export function troublesIn(situation: Situation, now: Instant): Trouble[] {
  const { services, probes, refusals, gaps, waitingSince, undelivered } = situation;
  const { failingChannels = [], slow } = situation;
  const troubles = [
    ...(slow ?? []),
    ...(situation.maintenance ?? []),
    ...failingChannels.map((one) => trouble("channel_failing", one.channel, { ...one })),
    ...troublesOfServices(services),
    ...probes.flatMap((probe) => troublesOfProbe(probe, now)),
  ];
  for (const { code, count, lastAt, probe } of refusals) {
    if (count >= refusalsMatter && now - lastAt < refusalsForgottenMs) {
      troubles.push(trouble("batches_refused", code, { code, count, last_at: lastAt, probe }));
    }
  }
  for (const { probe, from, through } of gaps) {
    troubles.push(trouble("evidence_gap", `${probe} ${from}`, { probe, from, through }));
  }
  if (waitingSince !== null && now - waitingSince > derivationWithinMs) {
    troubles.push(trouble("derivation_behind", "batches", { since: waitingSince }));
  }
  if (undelivered !== null) {
    troubles.push(trouble("mail_undelivered", "mailings", undelivered));
  }
  return situation.support === undefined ? troubles : [...troubles, ...troublesOfSupport(situation.support)];
}

function troublesOfServices(services: readonly WatchedService[]): Trouble[] {
  const behind = servicesBehind(services);
  let kin: ReturnType<typeof kinOf> | undefined;
  const keyOf = (slug: string) => alertKey({ kind: "service_down", subject: slug });
  const troubles: Trouble[] = [];
  for (const { slug, title, reading, readingSince, checks } of services) {
    const down = checks.filter((check) => check.counts && check.reading === "down");
    // A service that is not measured may be down still: what was told of it stands until it is seen to be up.
    if (reading === "down" || reading === "unknown") {
      const facts = {
        service: slug,
        title,
        since: readingSince,
        trouble: down.find((check) => check.trouble !== null)?.trouble ?? null,
      };
      troubles.push({
        ...trouble("service_down", slug, facts),
        certain: reading === "down",
        behind: (behind.get(slug) ?? []).map(keyOf),
        parents: parentsOf(slug, down).map(keyOf),
        causes: causesOf(down),
      });
    }
    const informers = checks.filter(
      ({ counts, kind, reading: its }) => its !== "up" && (!counts || (kind === "tls" && its === "degraded")),
    );
    for (const check of informers) {
      const behindIt = checkBehind(check, (kin ??= kinOf(services)));
      troubles.push(
        ...troubleOfInformer({ slug, title }, check, behindIt ? [keyOf(behindIt.serviceSlug)] : []),
      );
    }
  }
  return troubles;
}

/** Services that could explain all of these checks by being down themselves; none when one of the checks stands for itself. */
function parentsOf(slug: string, down: readonly Kin[]): string[] {
  const others = down.flatMap(({ parent }) => parent?.split("/")[0] ?? []).filter((other) => other !== slug);
  return others.length === down.length ? [...new Set(others)].sort() : [];
}

/** What all of these checks hang on: one parent, one location. */
function causesOf(down: readonly WatchedServiceCheck[]): string[] {
  const parents = new Set(down.map(({ parent }) => parent));
  const locations = new Set(down.map(({ locations: asking = [] }) => asking.join(" ")));
  const [parent] = parents;
  const [location] = locations;
  return [
    ...(parents.size === 1 && parent ? [`check ${parent}`] : []),
    ...(locations.size === 1 && location && !location.includes(" ") ? [`location ${location}`] : []),
  ];
}

/** A check that decides no service's state has nothing but an alert to say it with: a certificate also before it is too late. */
function troubleOfInformer(
  { slug, title }: { slug: string; title: string },
  check: WatchedServiceCheck,
  behind: string[],
): Trouble[] {
  const fails = check.reading === "down" || (check.reading === "degraded" && check.kind === "tls");
  if (!fails && check.reading !== "unknown") {
    return [];
  }
  const facts = { service: slug, title, check: check.slug, kind: check.kind, trouble: check.trouble };
  const told = (kind: AlertKind) => ({
    ...{ ...trouble(kind, `${slug}/${check.slug}`, facts), certain: fails, behind },
  });
  if (check.kind !== "tls" || check.reading === "down") {
    return [told("check_failing")];
  }
  // A certificate that fails is one thing, one that still holds and soon will not another; of one that is not seen both may stand.
  return check.reading === "degraded"
    ? [told("certificate_expiring")]
    : [told("certificate_expiring"), told("check_failing")];
}

function troublesOfProbe(probe: WatchedProbe, now: Instant): Trouble[] {
  const { id, location, state, skewMs } = probe;
  const troubles: Trouble[] = [];
  const silent = silenceOf(probe, now);
  const about = { probe: id, location };
  // What a probe that has fallen silent said of itself last, it may say no more.
  const causes = [`location ${location}`];
  const add = (kind: AlertKind, facts: AlertFacts) =>
    troubles.push({ ...trouble(kind, id, { ...about, ...facts }), certain: silent === null, causes });
  if (silent !== null) {
    const facts = { ...about, since: silent, checks: probe.charge?.checks ?? null };
    troubles.push({ ...trouble("probe_silent", id, facts), causes });
  }
  if (state !== null && state.networkLostSince !== null) {
    add("probe_network_lost", { since: state.networkLostSince });
  }
  if (skewMs !== null && Math.abs(skewMs) > clockToleranceMs) {
    add("probe_clock", { skew_ms: skewMs });
  }
  if (state !== null && state.refused > probe.refusedBefore && holdsLong(state, now)) {
    add("probe_spool_full", { refused: state.refused - probe.refusedBefore, held: state.held });
  }
  return troubles;
}

/** Whether a probe holds samples that are not just on their way. */
export function holdsLong({ held, oldestHeldAt }: ProbeState, now: Instant): boolean {
  return held > 0 && oldestHeldAt !== null && now - oldestHeldAt > heldTooLongMs;
}

/**
 * Since when a probe has been silent; null: it is not. It is when it delivers nothing for three intervals (and two minutes at least)
 * although it has checks to ask, or when it is not heard of at all although it is needed.
 */
function silenceOf(probe: WatchedProbe, now: Instant): Instant | null {
  const { charge, deliveredAt, seenAt, chargedSince, watchedSince } = probe;
  if (charge !== null) {
    const limitMs = Math.max(3 * charge.intervalMs, leastSilenceMs);
    const expectedFrom = Math.max(deliveredAt ?? 0, chargedSince);
    return now - expectedFrom > limitMs ? (deliveredAt ?? chargedSince) : null;
  }
  const heardAt = Math.max(seenAt ?? 0, deliveredAt ?? 0, watchedSince);
  const isMissed = probe.isNeeded && !probe.isServers && seenAt !== null;
  return isMissed && now - heardAt > leastSilenceMs ? Math.max(seenAt, deliveredAt ?? 0) : null;
}

function trouble(kind: AlertKind, subject: string, facts: AlertFacts): Trouble {
  return { kind, subject, facts, certain: true, behind: [], parents: [] };
}
