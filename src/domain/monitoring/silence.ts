/**
 * Where a location said nothing of a check for longer than a reading holds: what coverage by location is told from (sla-semantics 5).
 * Folded along with confirmation. Only the gaps are kept, so that a location that reports as it should costs nothing.
 */
import { clip, type Instant, intersect, type Interval, union } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import type { ConfirmationState, Heard, HeardState } from "./confirmation-state.ts";
import type { Delivered } from "./round.ts";

/** From `staleAfterMs` after a location's last conclusive report until its next one, or until it was no longer asked. */
export interface Silence extends Interval {
  location: string;
}

/** What was heard last; of a state kept before silences were, as far as the latest samples tell. */
export function heardIn({ heard, latest }: Pick<ConfirmationState, "heard" | "latest">): Heard {
  return heard ?? Object.fromEntries(Object.entries(latest).map(([location, { at }]) => [location, at]));
}

/**
 * Takes what locations with a vote delivered at an instant, and tells the silences that end there. A location that is asked and was never
 * heard is awaited from the first sample on that others delivered; one that is no longer asked is forgotten.
 */
export function hear(
  before: Pick<ConfirmationState, "heard" | "heardFrom" | "latest">,
  at: Instant,
  delivered: readonly Delivered[],
  { locations, staleAfterMs }: CheckRules,
): HeardState & { silences: Silence[] } {
  const heard: Record<string, Instant> = { ...heardIn(before) };
  const silences: Silence[] = [];
  const endSilence = (location: string) => {
    const start = (heard[location] ?? at) + staleAfterMs;
    if (start < at) {
      silences.push({ location, start, end: at });
    }
  };
  for (const { location, outcome } of delivered) {
    if (outcome !== "probe_error") {
      endSilence(location);
      heard[location] = at;
    }
  }
  if (locations !== undefined) {
    for (const location in heard) {
      if (!locations.includes(location)) {
        endSilence(location);
        delete heard[location];
      }
    }
    for (const location of locations) {
      heard[location] ??= at;
    }
  }
  const heardFrom = before.heard === undefined ? at : before.heardFrom;
  return { heard, silences, ...(heardFrom === undefined ? {} : { heardFrom }) };
}

/** When a location was asked about a service, and which part of it was silent: some counting check then had no report of it. */
export interface LocationSilences {
  location: string;
  asked: Interval[];
  /** Within `asked`. */
  silent: Interval[];
}

/** A counting check, as far as its silences were derived. */
export interface CheckSilences {
  archivedAt: Instant | null;
  /** Its first change point ever; null: nothing was measured yet. */
  observedFrom: Instant | null;
  /** In order, at least one. */
  revisions: readonly { effectiveAt: Instant; locations: readonly string[] }[];
  /** Those that ended, at least all of the window. */
  silences: readonly Silence[];
  /** Where its derivation stands, and the rules in force there. */
  head: ConfirmationState;
  rules: CheckRules;
}

/**
 * What the locations of a service left unobserved in a window, as of its end, by name. Like a reading it begins with the check's first
 * observation: a location that has not spoken by then counts as silent, and so does one that was added and never came.
 *
 * @returns null when it is not known over the whole window: part of it was derived before silences were kept
 */
export function silencesOver(checks: readonly CheckSilences[], window: Interval): LocationSilences[] | null {
  const isKnown = ({ observedFrom, head }: CheckSilences) =>
    observedFrom === null || (head.heard !== undefined && (head.heardFrom ?? window.start) <= window.start);
  if (!checks.every(isKnown)) {
    return null;
  }
  const places = new Set(checks.flatMap(({ revisions }) => revisions.flatMap(({ locations }) => locations)));
  return [...places]
    .sort()
    .map((location) => {
      const each = checks.map((check) => {
        const asked = askedOf(check, location, window);
        return { asked, silent: intersect(asked, silentOf(check, location, window)) };
      });
      return {
        location,
        asked: union(...each.map(({ asked }) => asked)),
        silent: union(...each.map(({ silent }) => silent)),
      };
    })
    .filter(({ asked }) => asked.length > 0);
}

/** From the first observation of the check on, as far as its rules name the location. */
function askedOf(
  { archivedAt, observedFrom, revisions }: CheckSilences,
  location: string,
  window: Interval,
): Interval[] {
  const watched = {
    start: observedFrom ?? Number.MAX_SAFE_INTEGER,
    end: archivedAt ?? Number.MAX_SAFE_INTEGER,
  };
  const stretches = revisions.flatMap(({ effectiveAt, locations }, i) =>
    locations.includes(location)
      ? [
          {
            start: Math.max(watched.start, i === 0 ? watched.start : effectiveAt),
            end: Math.min(watched.end, revisions[i + 1]?.effectiveAt ?? watched.end),
          },
        ]
      : [],
  );
  return clip(union(stretches), window);
}

/** What ended, and what lasts at the end of the window. */
function silentOf({ silences, head, rules }: CheckSilences, location: string, window: Interval): Interval[] {
  const heardAt = head.heard?.[location];
  const ended = silences.filter((silence) => silence.location === location);
  const lasting = heardAt === undefined ? [] : [{ start: heardAt + rules.staleAfterMs, end: window.end }];
  return union(ended, lasting);
}
