/** How a probe is doing, in one word: made of what it said last and of how long it has been silent. Pure. */
import type { Instant } from "../time/interval.ts";

/** The first that fits holds. */
export const probeConditions = [
  /** It is heard no more. */
  "revoked",
  /** It joined, and was never heard of since. */
  "never_heard",
  /** It has not polled or delivered for a minute. */
  "quiet",
  /** It says that its own network is lost. */
  "network_lost",
  /** It asks its share of the location's checks. */
  "asking",
  /** It polls, and others ask everything; or there is nothing to ask. */
  "standing_by",
] as const;
export type ProbeCondition = (typeof probeConditions)[number];

/** A probe polls every 10 s at least: after so long it is not merely late. */
const quietAfterMs = 60_000;

export interface KnownOfProbe {
  revokedAt: Instant | null;
  /** When it last polled or delivered. */
  seenAt: Instant | null;
  networkLostSince: Instant | null;
  /** Slots of its location's checks that it holds. */
  share: number;
}

export function probeConditionOf(
  { revokedAt, seenAt, networkLostSince, share }: KnownOfProbe,
  now: Instant,
): ProbeCondition {
  if (revokedAt !== null) {
    return "revoked";
  }
  if (seenAt === null) {
    return "never_heard";
  }
  if (now - seenAt > quietAfterMs) {
    return "quiet";
  }
  if (networkLostSince !== null) {
    return "network_lost";
  }
  return share > 0 ? "asking" : "standing_by";
}
