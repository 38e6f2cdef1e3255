/**
 * A platform whose evidence can be exported: Beacon, asked from Lisbon and Osaka every 15 s by probes that deliver signed batches through
 * the real recording, with a board over the same memory. Time is what a test says.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import {
  digestOf,
  encodeBatch,
  exportPublicKey,
  generateKeys,
  noPrevious,
  signBatch,
} from "../../probes/batch.ts";
import { endorseKey } from "../../probes/key-endorsement.ts";
import { type BatchHeader, checkKinds, type Observation, protocolVersion } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { type ExportDeps, exportEvidence, type ExportRequest } from "../../src/actions/export-evidence.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import type { EvidenceLine } from "../../src/evidence/format.ts";
import { type Verdict, verifyEvidence, type VerifyOptions } from "../../src/evidence/verify.ts";
import { type BoardWords, openBoard } from "../../src/live/live-board.ts";
import { type LiveReadings, loadReadings } from "../../src/live/live-readings.ts";
import type { Database } from "../../src/store/database.ts";
import { putNextKey } from "../../src/store/probe-keys.ts";
import { insertProbe, revokeProbe } from "../../src/store/probes.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { sample, watch } from "./watched.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What a probe saw from when to when, every 15 s; the rest of the time it saw "ok". */
export type Seen = { from: number; to: number; outcome: Observation["outcome"] | "nothing" }[];

export interface EvidenceProbe {
  id: string;
  /** Delivers what it saw in [from, to), a batch every `everyMs`; received `lateMs` after each was closed. */
  watch(
    from: number,
    to: number,
    seen?: Seen,
    more?: { everyMs?: number; lateMs?: number; header?: Partial<BatchHeader> },
  ): Promise<void>;
  /** The next batch, delivered. */
  deliver(observations: Observation[], closedAt: number, header?: Partial<BatchHeader>): Promise<void>;
  /** From the next batch on, a new key. */
  rotate(now: number): Promise<void>;
  revoke(now: number, reason: string): Promise<void>;
}

export interface EvidenceWorld {
  db: Database;
  check: number;
  live: LiveReadings;
  probe(location: string, name?: string): Promise<EvidenceProbe>;
  /** Derives again what came late. */
  settle(now: number): Promise<void>;
  board(now: number): ReturnType<ReturnType<typeof openBoard>["at"]>;
  deps(now: number): ExportDeps;
  /** The lines of an export. */
  export(request: Omit<ExportRequest, "serviceSlug">, now: number): Promise<string[]>;
}

/** Empties the tables that evidence is about. */
export async function forgetEvidence(db: Database): Promise<void> {
  await db.execute(
    sql`truncate batches, batch_packs, evidence_roots, reopenings, underived_batches, samples, readings, outages, checkpoints, rollups, probe_keys, probes, check_revisions, checks, services, locations restart identity cascade`,
  );
}

/** Beacon in an empty database. */
export async function evidenceWorld(
  db: Database,
  since: number,
  definition: Partial<CheckDefinition> = {},
): Promise<EvidenceWorld> {
  const check = await watch(db, "beacon", { locations: ["lisbon"], ...definition }, since);
  const live = await loadReadings(db, 0);
  const words: BoardWords = {
    settings: {
      name: "Acme",
      address: null,
      timeZone: "Europe/Copenhagen",
      languages: ["en"],
      commitment: { targetPercent: "99.99", anchorDay: 1 },
    },
    groups: [],
    services: [
      {
        slug: "beacon",
        title: "Beacon",
        description: "",
        groupSlug: null,
        createdAt: since,
        archivedAt: null,
      },
    ],
    incidents: [],
    windows: [],
  };
  const board = (now: number) => openBoard(live, words, () => 0).at(now);
  const deps = (now: number): ExportDeps => ({ db, board: () => board(now), sleep: () => Promise.resolve() });
  return {
    db,
    check,
    live,
    board,
    deps,
    probe: (location, name = `${location}-1`) => openProbe(db, live, check, location, name),
    async settle(now) {
      while ((await rederiveChecks(db, live, alone, now)) !== null);
    },
    export: async (request, now) =>
      Array.fromAsync((await exportEvidence(deps(now), { serviceSlug: "beacon", ...request })).lines),
  };
}

async function openProbe(
  db: Database,
  live: LiveReadings,
  check: number,
  location: string,
  id: string,
): Promise<EvidenceProbe> {
  let keys = await generateKeys();
  const rows = await db.select().from(locations);
  await insertProbe(db, {
    id,
    locationId: rows.find((row) => row.slug === location)!.id,
    publicKey: Uint8Array.fromBase64(await exportPublicKey(keys.publicKey)),
    engine: "node",
    kinds: [...checkKinds],
    createdAt: 0,
  });
  let sequence = 0;
  let previous = noPrevious;

  async function deliver(
    observations: Observation[],
    closedAt: number,
    header: Partial<BatchHeader> = {},
    lateMs = 100,
  ): Promise<void> {
    const bytes = encodeBatch(
      {
        version: protocolVersion,
        probe: id,
        location,
        sequence: ++sequence,
        previous,
        closedAt,
        ...header,
      },
      observations,
    );
    previous = await digestOf(bytes);
    await recordBatch(db, live, await signBatch(bytes, keys.privateKey), closedAt + lateMs);
  }

  return {
    id,
    deliver: (observations, closedAt, header) => deliver(observations, closedAt, header),
    async watch(from, to, seen = [], { everyMs = 10 * minute, lateMs = 100, header = {} } = {}) {
      for (let start = from; start < to; start += everyMs) {
        const end = Math.min(start + everyMs, to);
        const observations: Observation[] = [];
        for (let at = start; at < end; at += 15_000) {
          const outcome = seen.find((one) => one.from <= at && at < one.to)?.outcome ?? "ok";
          if (outcome !== "nothing") {
            observations.push(sample(check, at, outcome));
          }
        }
        await deliver(observations, end, header, lateMs);
      }
    },
    async rotate(now) {
      const next = await generateKeys();
      const publicKey = await exportPublicKey(next.publicKey);
      const fromSequence = sequence + 1;
      const endorsement = await endorseKey({ probe: id, fromSequence, publicKey }, keys.privateKey);
      await putNextKey(db, id, sequence, {
        fromSequence,
        publicKey: Uint8Array.fromBase64(publicKey),
        endorsement: Uint8Array.fromBase64(endorsement),
        createdAt: now,
      });
      keys = next;
    },
    revoke: (now, reason) => revokeProbe(db, id, now, reason),
  };
}

/** Writes lines as a file, verifies it, and takes it away again. */
export async function verifyLines(lines: readonly string[], options: VerifyOptions = {}): Promise<Verdict> {
  return withFile(gzipSync(lines.join("")), (file) => verifyEvidence(file, options));
}

/** Runs something over a file of these bytes. */
export async function withFile<T>(bytes: Uint8Array, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-evidence-"));
  try {
    const file = join(folder, "evidence.jsonl.gz");
    await writeFile(file, bytes);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The lines with other contents, and an end that fits them: what somebody would hand over who wants to deceive. */
export function resealed(lines: readonly string[]): string[] {
  const body = lines.filter((line) => !line.startsWith('{"type":"end"'));
  const sha256 = createHash("sha256").update(body.join("")).digest("hex");
  return [...body, `${JSON.stringify({ type: "end", lines: body.length, sha256 })}\n`];
}

/** Lets `change` touch the lines of one type; undefined leaves the line out. */
export function changed<T extends EvidenceLine["type"]>(
  lines: readonly string[],
  type: T,
  change: (line: Extract<EvidenceLine, { type: T }>, index: number) => object | undefined,
): string[] {
  let index = 0;
  return lines.flatMap((text) => {
    const line = JSON.parse(text) as EvidenceLine;
    if (line.type !== type) {
      return [text];
    }
    const next = change(line as Extract<EvidenceLine, { type: T }>, index++);
    return next === undefined ? [] : [`${JSON.stringify(next)}\n`];
  });
}
