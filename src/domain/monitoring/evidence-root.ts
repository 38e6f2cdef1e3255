/**
 * The word of a UTC day on all evidence: where every chain of batches stood at its end, and by which rules each service was judged, under
 * a digest that names the day before. Whoever holds one can tell later that nothing up to that day was rewritten.
 *
 * By receipt: a chain stood at the last batch that the server had stored before the day was over. A batch that comes late belongs to the
 * day it arrived, whatever time its samples speak of.
 */
import { InvalidInput } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { isoDay } from "../time/written-instant.ts";

const dayMs = 86_400_000;

/** Where a probe's chain stood: its last batch then, and the key that signs from there on. */
export interface ChainPosition {
  probe: string;
  location: string;
  sequence: number;
  /** SHA-256 of that batch's bytes, hex. */
  digest: string;
  /** Raw public key, base64. */
  key: string;
}

/** Digest of the rules of a service (evidence-rules.ts). */
export interface RulesDigest {
  service: string;
  /** SHA-256 of the canonical text, hex. */
  digest: string;
}

export interface RootStatement {
  /** Start of the UTC day. */
  day: Instant;
  /** The root of the day before; null: it is the first. */
  previous: string | null;
  /** In order of probe. */
  chains: ChainPosition[];
  /** In order of service. */
  rules: RulesDigest[];
}

/** What the first root names as the one before. */
const noPrevious = "0".repeat(64);

const format = "fournines-evidence-root";
const version = 1;

/** Canonical text of a statement: the root is the SHA-256 of its UTF-8 bytes. The order of what is given does not matter. */
export function rootText({ day, previous, chains, rules }: RootStatement): string {
  return JSON.stringify({
    format,
    version,
    day: isoDay(day),
    previous: previous ?? noPrevious,
    chains: chains
      .toSorted((a, b) => compare(a.probe, b.probe))
      .map(({ probe, location, sequence, digest, key }) => ({ probe, location, sequence, digest, key })),
    rules: rules
      .toSorted((a, b) => compare(a.service, b.service))
      .map(({ service, digest }) => ({ service, digest })),
  });
}

/**
 * The statement of a text.
 *
 * @throws InvalidInput root_malformed unless the text is exactly what `rootText` makes of it
 */
export function parseRootText(text: string): RootStatement {
  const statement = readStatement(text);
  if (statement === null || rootText(statement) !== text) {
    throw new InvalidInput("root_malformed", "the statement of a day's root is not of the known form");
  }
  return statement;
}

/** The days whose roots are due, oldest first: those that are over and have none, from the first on. */
export function daysWithoutRoot(lastDay: Instant | null, firstReceivedAt: Instant, now: Instant): Instant[] {
  const today = startOfDay(now);
  const days: Instant[] = [];
  for (
    let day = lastDay === null ? startOfDay(firstReceivedAt) : lastDay + dayMs;
    day < today;
    day += dayMs
  ) {
    days.push(day);
  }
  return days;
}

/** Start of the UTC day of an instant. */
export function startOfDay(at: Instant): Instant {
  return Math.floor(at / dayMs) * dayMs;
}

/** The instant at which a day is over. */
export function endOfDay(day: Instant): Instant {
  return day + dayMs;
}

function readStatement(text: string): RootStatement | null {
  try {
    const said = JSON.parse(text) as Record<string, unknown>;
    const day = Date.parse(`${said.day as string}T00:00:00Z`);
    const chains = said.chains as ChainPosition[];
    const rules = said.rules as RulesDigest[];
    const whole =
      said.format === format &&
      said.version === version &&
      Number.isSafeInteger(day) &&
      isDigest(said.previous) &&
      Array.isArray(chains) &&
      chains.every(isPosition) &&
      Array.isArray(rules) &&
      rules.every(({ service, digest }) => typeof service === "string" && isDigest(digest));
    return whole
      ? { day, previous: said.previous === noPrevious ? null : (said.previous as string), chains, rules }
      : null;
  } catch {
    return null;
  }
}

function isPosition({ probe, location, sequence, digest, key }: ChainPosition): boolean {
  const texts = typeof probe === "string" && typeof location === "string" && typeof key === "string";
  return texts && Number.isSafeInteger(sequence) && sequence >= 1 && isDigest(digest);
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
