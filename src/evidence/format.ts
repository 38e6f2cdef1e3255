/**
 * The evidence file: text, one JSON object a line, compressed. Written by an export, read by `fournines verify`; README describes it for
 * whoever reads it with other tools. Instants are epoch milliseconds as in batches; fields are only ever added, under the same version.
 *
 * In this order: `header`, `statement` (what the server says came of it), `root` lines, and for each probe a `probe` line with its
 * `batch` lines in order; at last `end`, with a digest over all lines before it.
 */
import { z } from "zod";
import { checkKinds } from "../../probes/protocol.ts";

export const evidenceFormat = "fournines-evidence";
export const evidenceVersion = 1;

/** A batch has at most 16 MiB; in quotes, with every quote of its own escaped, it stays below this. */
export const longestLineBytes = 48 * 1024 * 1024;

/** Beyond any installation, and far from where arithmetic ends. */
const latestInstant = Date.UTC(2200, 0, 1);
const longestPeriodMs = 50 * 366 * 86_400_000;

const instant = z.int().min(0).max(latestInstant);
const name = z.string().min(1).max(200);
const text = z.string().max(2_000);
const count = z.int().min(0);
const sequence = z.int().min(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");
/** In its one spelling: bits that mean nothing are zero. */
const base64 = z.string().max(100_000).refine(isBase64, "base64");

const revision = z.object({
  effectiveAt: z.int(),
  kind: z.enum(checkKinds),
  intervalMs: z
    .int()
    .min(1)
    .max(366 * 86_400_000),
  locations: z.array(name).min(1).max(1_000),
  quorumFail: z.int().min(1).nullable(),
  confirmDown: z.int().min(1).max(10_000),
  confirmUp: z.int().min(1).max(10_000),
  counts: z.boolean(),
});

const period = z
  .object({ from: instant, to: instant })
  .refine(({ from, to }) => from < to && to - from <= longestPeriodMs, "a stretch of time, 50 years at most");

const header = z.object({
  type: z.literal("header"),
  format: z.literal(evidenceFormat),
  version: z.literal(evidenceVersion),
  exportedAt: instant,
  platform: z.object({
    name: text,
    address: text.nullable(),
    timeZone: z.string().max(100),
    anchorDay: z.int().min(1).max(31),
    targetPercent: z.string().max(20).nullable(),
  }),
  service: z.object({ slug: name, title: text, archivedAt: instant.nullable() }),
  checks: z
    .array(
      z.object({
        id: z.int().min(1),
        slug: name,
        createdAt: z.int(),
        archivedAt: instant.nullable(),
        /** Its first reading ever, as the server says; null: none yet. */
        observedFrom: instant.nullable(),
        revisions: z.array(revision).min(1).max(10_000),
      }),
    )
    .max(10_000),
  /** What the file speaks of. */
  period,
  /** From where to where samples are replayed: before the period so far that its beginning can be judged, after it until its end is. */
  replay: period,
});

const toldOutage = z.object({
  check: name,
  start: instant,
  /** Null: it lasts at the end of the period. */
  end: instant.nullable(),
  lowerMs: count,
  observedMs: count,
  upperMs: count,
});

const percent = z.string().max(20).nullable();
const bounds = z.object({ low: percent, high: percent });

const toldMonth = z.object({
  month: z.string().max(10),
  start: z.int(),
  end: z.int(),
  provisional: z.boolean(),
  elapsedMs: count,
  downMs: count,
  unknownMs: count,
  percent,
  coveragePercent: percent,
  verdict: z.string().max(20),
  bounds,
  edges: bounds,
});

const statement = z.object({
  type: z.literal("statement"),
  /** When the server said so. */
  at: instant,
  outages: z.array(toldOutage),
  months: z.array(toldMonth).max(1_000),
});

const root = z.object({
  type: z.literal("root"),
  /** Its canonical text (domain/monitoring/evidence-root.ts); the root is the SHA-256 of its UTF-8 bytes. */
  statement: z.string(),
  /** RFC 3161 token over the root; null: none. */
  timestampToken: base64.nullable(),
});

const probe = z.object({
  type: z.literal("probe"),
  id: name,
  location: name,
  engine: z.string().max(100),
  createdAt: z.int(),
  revokedAt: instant.nullable(),
  revokedReason: text.nullable(),
  /** In order; each signs from its sequence on, and was endorsed by the one before. */
  keys: z
    .array(
      z.object({
        fromSequence: sequence,
        /** Raw Ed25519 key. */
        publicKey: base64,
        /** Signature of the key before (probes/key-endorsement.ts); null: the first key. */
        endorsement: base64.nullable(),
      }),
    )
    .min(1)
    .max(10_000),
  /** Where its chain ended when the file was made. */
  head: z.object({ sequence, digest }),
  /** Batches up to here are no longer kept; 0 = all are. */
  deletedThrough: count,
});

const batch = z.object({
  type: z.literal("batch"),
  sequence,
  /** Null: it was packed with later ones; the next signature in the chain vouches for it. */
  signature: base64.nullable(),
  /** Its exact bytes, which are UTF-8. */
  bytes: z.string(),
});

const end = z.object({
  type: z.literal("end"),
  /** Lines before this one. */
  lines: count,
  /** Of all bytes before this line. */
  sha256: digest,
});

const line = z.discriminatedUnion("type", [header, statement, root, probe, batch, end]);

export type EvidenceHeader = z.infer<typeof header>;
export type StatementLine = z.infer<typeof statement>;
export type RootLine = z.infer<typeof root>;
export type ProbeLine = z.infer<typeof probe>;
export type BatchLine = z.infer<typeof batch>;
export type EvidenceLine = z.infer<typeof line>;
export type ToldOutage = z.infer<typeof toldOutage>;
export type ToldMonth = z.infer<typeof toldMonth>;

function isBase64(written: string): boolean {
  try {
    return Uint8Array.fromBase64(written, { lastChunkHandling: "strict" }).toBase64() === written;
  } catch {
    return false;
  }
}

/** One line, with its line break. */
export function printLine(said: EvidenceLine): string {
  return `${JSON.stringify(said)}\n`;
}

/** A line read; or what is wrong with it, in words. */
export function parseLine(written: string): EvidenceLine | { wrong: string } {
  let said: unknown;
  try {
    said = JSON.parse(written);
  } catch {
    return { wrong: "it is not JSON" };
  }
  const read = line.safeParse(said);
  if (read.success) {
    return read.data;
  }
  const [issue] = read.error.issues;
  const path = issue!.path.length === 0 ? "" : `${issue!.path.join(".")}: `;
  return { wrong: `${path}${issue!.message}` };
}
