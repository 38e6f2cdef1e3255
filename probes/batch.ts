/**
 * The signed bundle in which a probe delivers: a canonical encoding in columns (the same batch gives the same bytes, and a
 * compressor finds long runs), a digest that chains it to the one before, an Ed25519 signature. WebCrypto only: Node and Workers alike.
 */

import { maxDetailLength } from "./failure.ts";
import { failureReasons, outcomes, phases, protocolVersion } from "./protocol.ts";
import type {
  Batch,
  BatchHeader,
  FailureReason,
  Observation,
  Outcome,
  Phase,
  SignedBatch,
  Timings,
} from "./protocol.ts";

/** What the first batch of a chain names as the one before. */
export const noPrevious = "0".repeat(64);

/** More than a probe ever puts into one batch; a server refuses beyond it. */
export const maxBatchSamples = 100_000;

/** The bytes are not a batch: `rule` says which rule they break. */
export class MalformedBatch extends Error {
  readonly rule: string;

  constructor(rule: string, options?: ErrorOptions) {
    super(`malformed batch: ${rule}`, options);
    this.name = "MalformedBatch";
    this.rule = rule;
  }
}

/** One character a sample, in the order of `outcomes`. */
const outcomeLetters = "osfp";

/** Timings as they are kept: to 0.1 ms below 10 ms, to whole ms from there on. */
export function quantise(ms: number): number {
  const tenths = Math.round(ms * 10);
  return tenths < 100 ? tenths / 10 : Math.round(ms);
}

/**
 * Canonical bytes of a batch. Observations may come in any order; they are laid down by `at`, then `check` (samples alike in
 * both keep the order given). Numbers that repeat a pattern are written as differences to the one before.
 */
export function encodeBatch(
  header: BatchHeader,
  observations: readonly Observation[],
): Uint8Array<ArrayBuffer> {
  const sorted = observations.toSorted((a, b) => a.at - b.at || a.check - b.check);
  const columns: Record<string, unknown> = {
    version: header.version,
    probe: header.probe,
    location: header.location,
    sequence: header.sequence,
    previous: header.previous,
    closedAt: header.closedAt,
    ...(header.skewMs === undefined ? {} : { skewMs: header.skewMs }),
    ...(header.refused === undefined ? {} : { refused: header.refused }),
    outcome: sorted.map(({ outcome }) => outcomeLetters[outcomes.indexOf(outcome)]).join(""),
    check: differences(sorted.map(({ check }) => check)),
    at: differences(sorted.map(({ at }) => at)),
  };
  for (const phase of phases) {
    if (sorted.some(({ timings }) => timings[phase] !== undefined)) {
      columns[phase] = sorted.map(({ timings }) => columnValue(phase, timings));
    }
  }
  columns.notes = sorted.flatMap(({ reason, detail }, index) =>
    reason === undefined && detail === undefined ? [] : [[index, reason ?? null, detail ?? null]],
  );
  return utf8(JSON.stringify(columns));
}

/** A phase in ms; `total` as what it has over the sum of the others, which is nearly always the same little. */
function columnValue(phase: Phase, timings: Timings): number | null {
  const ms = timings[phase];
  if (ms === undefined) {
    return null;
  }
  return phase === "total" ? (tenths(ms) - partsOf(timings)) / 10 : quantise(ms);
}

function tenths(ms: number): number {
  return Math.round(quantise(ms) * 10);
}

/** Tenths of a ms of all phases but the total. */
function partsOf(timings: Timings): number {
  return phases.reduce((sum, phase) => sum + (phase === "total" ? 0 : tenths(timings[phase] ?? 0)), 0);
}

/** The batch in the bytes. Throws MalformedBatch unless they are exactly what `encodeBatch` makes of it. */
export function decodeBatch(bytes: Uint8Array): Batch {
  const columns = parse(bytes);
  const header = readHeader(columns);
  const letters = columns.outcome;
  demand(typeof letters === "string" && /^[osfp]*$/.test(letters), "outcome: one letter of osfp a sample");
  const size = letters.length;
  demand(size <= maxBatchSamples, `at most ${maxBatchSamples} samples`);
  const check = sums(integers(columns.check, size, "check"));
  const at = sums(integers(columns.at, size, "at"));
  const observations: Observation[] = [];
  for (let i = 0; i < size; i++) {
    const number = check[i]!;
    const instant = at[i]!;
    demand(number >= 1 && Number.isSafeInteger(number), `check: sample ${i} has no check number`);
    demand(instant >= 0 && instant <= maxInstant, `at: sample ${i} is out of range`);
    demand(
      i === 0 || instant > at[i - 1]! || (instant === at[i - 1] && number >= check[i - 1]!),
      `order: sample ${i}`,
    );
    const outcome = outcomes[outcomeLetters.indexOf(letters[i]!)] as Outcome;
    observations.push({ check: number, at: instant, outcome, timings: {} });
  }
  for (const phase of phases) {
    readPhase(phase, columns[phase], observations);
  }
  readNotes(columns.notes, observations);
  const batch: Batch = { ...header, observations };
  demand(equal(encodeBatch(header, observations), bytes), "canonical: keys, order or spelling differ");
  return batch;
}

/** Text in UTF-8, in a buffer of its own (which not every platform's types say). */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

/**
 * Who says to have sealed these bytes, and as which of the chain, read from how they begin; null = no batch begins so. Enough to find the
 * key and check the signature, before any work is spent on the rest.
 */
export function senderOf(bytes: Uint8Array): Pick<BatchHeader, "probe" | "sequence"> | null {
  const beginning = new TextDecoder().decode(bytes.subarray(0, longestBeginning));
  const found =
    /^\{"version":\d{1,9},"probe":("(?:[^"\\]|\\.){1,1200}"),"location":"(?:[^"\\]|\\.){1,1200}","sequence":(\d{1,16}),/.exec(
      beginning,
    );
  if (found === null) {
    return null;
  }
  try {
    return { probe: JSON.parse(found[1]!) as string, sequence: Number(found[2]) };
  } catch {
    return null;
  }
}

/** Two names of 200 characters, each character escaped at its longest, and the keys around them. */
const longestBeginning = 3_000;

/** SHA-256 of the bytes, hex: what the next batch of the chain names as `previous`. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

const algorithm = "Ed25519";

export async function signBatch(bytes: Uint8Array<ArrayBuffer>, privateKey: CryptoKey): Promise<SignedBatch> {
  return { bytes, signature: new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, bytes)) };
}

export function verifyBatch(signed: SignedBatch, publicKey: CryptoKey): Promise<boolean> {
  return crypto.subtle.verify(algorithm, publicKey, signed.signature, signed.bytes);
}

/** A new pair of keys for a probe. Both can be exported: the private one is kept by whoever runs the probe. */
export async function generateKeys(): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  return (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as {
    privateKey: CryptoKey;
    publicKey: CryptoKey;
  };
}

/** PKCS #8, base64. */
export async function exportPrivateKey(key: CryptoKey): Promise<string> {
  return new Uint8Array((await crypto.subtle.exportKey("pkcs8", key)) as ArrayBuffer).toBase64();
}

export function importPrivateKey(pkcs8: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", Uint8Array.fromBase64(pkcs8), algorithm, true, ["sign"]);
}

/** The 32 raw bytes, base64. */
export async function exportPublicKey(key: CryptoKey): Promise<string> {
  return new Uint8Array((await crypto.subtle.exportKey("raw", key)) as ArrayBuffer).toBase64();
}

export function importPublicKey(raw: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", Uint8Array.fromBase64(raw), algorithm, true, ["verify"]);
}

/** Last instant a Date can show. */
const maxInstant = 8_640_000_000_000_000;

/** The longest a phase may have taken: an asking never outlives a day. */
const maxPhaseMs = 86_400_000;

function differences(values: number[]): number[] {
  return values.map((value, i) => (i === 0 ? value : value - values[i - 1]!));
}

function sums(values: number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new MalformedBatch("not JSON in UTF-8", { cause });
  }
  demand(typeof parsed === "object" && parsed !== null && !Array.isArray(parsed), "not a JSON object");
  return parsed as Record<string, unknown>;
}

function readHeader(columns: Record<string, unknown>): BatchHeader {
  const { version, probe, location, sequence, previous, closedAt, skewMs, refused } = columns;
  demand(
    version === protocolVersion,
    `version: ${JSON.stringify(version)} is not known, only ${protocolVersion}`,
  );
  demand(isName(probe), "probe: a name of 1 to 200 characters");
  demand(isName(location), "location: a name of 1 to 200 characters");
  demand(Number.isSafeInteger(sequence) && (sequence as number) >= 1, "sequence: an integer from 1 on");
  demand(typeof previous === "string" && /^[0-9a-f]{64}$/.test(previous), "previous: 64 hex digits");
  demand(
    (sequence === 1) === (previous === noPrevious),
    "previous: zeros for the first of a chain, only for it",
  );
  demand(Number.isSafeInteger(closedAt) && (closedAt as number) >= 0, "closedAt: epoch milliseconds");
  demand(skewMs === undefined || Number.isSafeInteger(skewMs), "skewMs: an integer");
  demand(
    refused === undefined || (Number.isSafeInteger(refused) && (refused as number) >= 1),
    "refused: an integer from 1 on",
  );
  return {
    ...{ version, probe, location, sequence, previous, closedAt },
    ...(skewMs === undefined ? {} : { skewMs }),
    ...(refused === undefined ? {} : { refused }),
  } as BatchHeader;
}

function readPhase(phase: Phase, column: unknown, observations: Observation[]): void {
  if (column === undefined) {
    return;
  }
  demand(Array.isArray(column) && column.length === observations.length, `${phase}: one value a sample`);
  column.forEach((value: unknown, i) => {
    if (value === null) {
      return;
    }
    demand(typeof value === "number", `${phase}: sample ${i} is not a number`);
    const { timings } = observations[i]!;
    const ms = phase === "total" ? (Math.round(value * 10) + partsOf(timings)) / 10 : value;
    demand(ms >= 0 && ms <= maxPhaseMs && quantise(ms) === ms, `${phase}: sample ${i} is not a duration`);
    timings[phase] = ms;
  });
}

function readNotes(notes: unknown, observations: Observation[]): void {
  demand(Array.isArray(notes), "notes: a list");
  let last = -1;
  for (const note of notes as unknown[]) {
    demand(Array.isArray(note) && note.length === 3, "notes: [sample, reason, detail]");
    const [index, reason, detail] = note as unknown[];
    const observation = typeof index === "number" ? observations[index] : undefined;
    demand(observation !== undefined && (index as number) > last, "notes: samples in order");
    last = index as number;
    if (reason !== null) {
      demand(
        failureReasons.includes(reason as FailureReason),
        `notes: unknown reason ${JSON.stringify(reason)}`,
      );
      observation.reason = reason as FailureReason;
    }
    if (detail !== null) {
      demand(typeof detail === "string" && detail.length <= maxDetailLength, "notes: detail too long");
      demand(isStorable(detail), "notes: a detail is Unicode without NUL");
      observation.detail = detail;
    }
  }
  for (const [i, { outcome, reason }] of observations.entries()) {
    const needsReason = outcome === "fail" || outcome === "probe_error";
    demand(
      needsReason === (reason !== undefined),
      `notes: sample ${i} is ${outcome}, its reason does not fit`,
    );
  }
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length >= 1 && value.length <= 200 && isStorable(value);
}

/** No database keeps NUL or half a surrogate pair; a batch that holds one could never be acknowledged. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function integers(column: unknown, size: number, name: string): number[] {
  demand(Array.isArray(column) && column.length === size, `${name}: one value a sample`);
  demand(column.every(Number.isSafeInteger), `${name}: integers only`);
  return column as number[];
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) {
    throw new MalformedBatch(rule);
  }
}
