/**
 * Turns what a file says of one check into its definition: its own values, then the file's defaults, then those of its kind.
 */
import type { CheckKind } from "../../probes/protocol.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import { printDuration } from "../domain/time/duration.ts";
import { askersIn, whyNotAsked, whyNotAsMeant } from "./askers.ts";
import type { Surroundings } from "./surroundings.ts";
import type { SaidFile, SaidService } from "./said-file.ts";
import type { Note, Path } from "./mistakes.ts";
import { guess } from "./nearest-word.ts";
import { printReference, referencesIn } from "./secrets.ts";
import { toTarget } from "./targets.ts";

export type SaidCheck = NonNullable<
  NonNullable<SaidService["checks"]> extends Map<string, infer C> ? C : never
>;
type SaidDefaults = NonNullable<SaidFile["defaults"]>;
type SaidConfirm = SaidDefaults["confirm"];

/** What a check is made among. */
export interface CheckContext {
  surroundings: Surroundings;
  note: Note;
  /** Slugs of the platform's locations. */
  locations: string[];
  defaults: SaidDefaults;
  timeZone: string;
}

const secondMs = 1_000;
const defaultIntervalMs = 15 * secondMs;
/** A certificate changes rarely. */
const tlsIntervalMs = 3_600 * secondMs;
const longestDefaultTimeoutMs = 10 * secondMs;

/** The check; null where too little of it could be read. `parent` is as written, parents.ts resolves it. */
export function toCheck(
  said: SaidCheck,
  kind: CheckKind,
  path: Path,
  context: CheckContext,
): CheckDefinition | null {
  const { defaults, surroundings, note } = context;
  const locations = locationsOf(said, kind, path, context);
  noteUnaskable(kind, locations, [...path, kind], context);
  const intervalMs =
    said.interval ?? defaults.interval ?? (kind === "tls" ? tlsIntervalMs : defaultIntervalMs);
  const timeoutMs = timeoutOf(said, intervalMs, path, context);
  const confirm = { ...confirmOf(defaults.confirm), ...confirmOf(said.confirm) };
  const target = toTarget(kind, said, context.timeZone);
  if (target === null) {
    return null;
  }
  if (target.kind === "tls" && target.warnDays < target.minDays) {
    note(`warn_days (${target.warnDays}) must not be fewer than min_days (${target.minDays})`, [
      ...path,
      kind,
    ]);
  }
  const family = said.family ?? defaults.family ?? "any";
  for (const location of locations) {
    const why = whyNotAsMeant(surroundings.askers ?? [], location, target, family);
    if (why !== null) {
      note(why, [...path, kind], "key");
    }
  }
  noteUnsetSecrets(said[kind], [...path, kind], surroundings, note);
  return {
    target,
    intervalMs,
    timeoutMs,
    slowAboveMs: slowAboveOf(said, timeoutMs, path, context),
    family,
    locations,
    confirmDown: confirm.down ?? 2,
    confirmUp: confirm.up ?? 1,
    quorumFail: quorumOf(said, confirm.locations, locations.length, path, note),
    counts: said.counts ?? kind !== "tls",
    parent: said.parent ?? null,
  };
}

/** Where nothing is known of a location's probes, it is taken to be this machine. */
function noteUnaskable(
  kind: CheckKind,
  locations: readonly string[],
  path: Path,
  { surroundings: { capabilities, askers = [] }, note }: CheckContext,
): void {
  const isKnown = locations.some((location) => askersIn(askers, location).length > 0);
  if (kind === "icmp" && !capabilities.icmp && !isKnown) {
    note("this machine has no ping that may be used; ask by tcp or http, or install it", path, "key");
  }
  for (const location of locations) {
    const why = whyNotAsked(askers, location, kind);
    if (why !== null) {
      note(why, path, "key");
    }
  }
}

/** Keys under which a secret may stand (secrets.ts puts them in there). */
const secretKeys = ["headers", "body", "basic_auth", "bearer_token", "send"];

function noteUnsetSecrets(said: unknown, path: Path, { readSecret }: Surroundings, note: Note): void {
  if (readSecret === undefined || typeof said !== "object") {
    return;
  }
  const look = (value: unknown, where: Path): void => {
    if (typeof value === "string") {
      const unset = referencesIn(value).filter((reference) => readSecret(reference) === undefined);
      unset.forEach((reference) => note(`no value for ${printReference(reference)}`, where));
    } else if (value !== undefined) {
      const entries = value instanceof Map ? [...value] : Object.entries(value as object);
      entries.forEach(([name, inner]) => look(inner, [...where, name as string]));
    }
  };
  const given = said as Record<string, unknown>;
  secretKeys.forEach((name) => look(given[name], [...path, name]));
}

function locationsOf(said: SaidCheck, kind: CheckKind, path: Path, context: CheckContext): string[] {
  const { defaults, locations: known, note } = context;
  const own = namesOf(said.locations);
  noteWrongLocations(said.locations, [...path, "locations"], known, note);
  const wanted = own ?? namesOf(defaults.locations) ?? known;
  if (kind === "check-in") {
    // The job calls the server, no matter from where: several locations would be several ears of one.
    if (own !== undefined && own.length > 1) {
      note("a job calls one location; name only one", [...path, "locations"]);
    }
    return wanted.slice(0, 1);
  }
  return wanted;
}

/** Notes locations that are not known or stand twice. */
export function noteWrongLocations(
  said: string | string[] | undefined,
  path: Path,
  known: readonly string[],
  note: Note,
): void {
  const names = namesOf(said) ?? [];
  names.forEach((slug, i) => {
    const where = Array.isArray(said) ? [...path, i] : path;
    if (!known.includes(slug)) {
      note(`there is no location "${slug}"${guess(slug, known)}`, where);
    } else if (names.indexOf(slug) !== i) {
      note(`"${slug}" stands here a second time`, where);
    }
  });
}

/** A timeout of the defaults is cut to the interval; one of the check itself must fit. */
function timeoutOf(
  said: SaidCheck,
  intervalMs: number,
  path: Path,
  { defaults, note }: CheckContext,
): number {
  if (said.timeout !== undefined && said.timeout > intervalMs) {
    note(`must not be longer than the interval, ${printDuration(intervalMs)}`, [...path, "timeout"]);
  }
  return said.timeout ?? Math.min(defaults.timeout ?? longestDefaultTimeoutMs, intervalMs);
}

function slowAboveOf(
  said: SaidCheck,
  timeoutMs: number,
  path: Path,
  { defaults, note }: CheckContext,
): number | null {
  if (said.slow_above === undefined) {
    const inherited = defaults.slow_above ?? null;
    return inherited === null || inherited >= timeoutMs ? null : inherited;
  }
  if (said.slow_above !== null && said.slow_above >= timeoutMs) {
    note(`must be shorter than the timeout, ${printDuration(timeoutMs)}: nothing could ever be slow`, [
      ...path,
      "slow_above",
    ]);
  }
  return said.slow_above;
}

function quorumOf(
  said: SaidCheck,
  wanted: number | undefined,
  locations: number,
  path: Path,
  note: Note,
): number | null {
  const own = confirmOf(said.confirm).locations;
  if (own !== undefined && own > locations) {
    note(`must be at most ${locations}, the number of locations that ask`, [...path, "confirm", "locations"]);
  }
  return wanted === undefined ? null : Math.min(wanted, locations);
}

function confirmOf(said: SaidConfirm): { down?: number; up?: number; locations?: number } {
  return typeof said === "number" ? { down: said } : (said ?? {});
}

function namesOf(said: string | string[] | undefined): string[] | undefined {
  return typeof said === "string" ? [said] : said;
}
