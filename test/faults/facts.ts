/**
 * Everything a database holds of a fault run once it is over, read out at one go: the evidence, decoded, and what was derived from it.
 */
import { sql } from "drizzle-orm";
import { decodeBatch } from "../../probes/batch.ts";
import type { Batch, Outcome, SignedBatch } from "../../probes/protocol.ts";
import { type CheckRules, rulesOf } from "../../src/domain/monitoring/check.ts";
import type { Outage } from "../../src/domain/monitoring/outage.ts";
import type { ReadingChange } from "../../src/domain/monitoring/timeline.ts";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import { listBatches } from "../../src/store/batches.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";

export interface StoredBatch extends SignedBatch {
  digest: string;
  batch: Batch;
}

export interface SampleFact {
  check: number;
  location: string;
  at: number;
  outcome: Outcome;
}

export interface Facts {
  /** In order of probe and sequence. */
  batches: StoredBatch[];
  /** Keys of each probe in order of the sequence they begin with, base64. */
  keys: Map<string, { from: number; publicKey: string }[]>;
  /** Rows of single samples. */
  samples: SampleFact[];
  /** By number of the check. */
  checks: Map<number, { service: string; rules: CheckRules }>;
  /** Counts of five minutes, for charts; those that are being counted have no row yet. */
  buckets: { check: number; location: string; start: number; count: number; failures: number }[];
  readings: Map<number, ReadingChange[]>;
  outages: Map<number, Outage[]>;
}

/** Reads a database that nobody writes to any more. */
export async function readFacts(url: string): Promise<Facts> {
  const { db, close } = await openDatabase({ url, connections: 2 });
  try {
    return {
      batches: await batchesOf(db),
      keys: await keysOf(db),
      samples: await samplesOf(db),
      checks: await checksOf(db),
      buckets: await bucketsOf(db),
      readings: await readingsOf(db),
      outages: await outagesOf(db),
    };
  } finally {
    await close();
  }
}

async function batchesOf(db: Database): Promise<StoredBatch[]> {
  const stored = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
  return stored.map(({ bytes, signature, digest }) => ({
    bytes,
    signature: signature!,
    digest,
    batch: decodeBatch(bytes),
  }));
}

async function keysOf(db: Database): Promise<Facts["keys"]> {
  const keys: Facts["keys"] = new Map();
  const rows = await queryRows<{ probe: string; from: number; key: string }>(
    db,
    sql`select probe_id as probe, from_sequence::float as from, encode(public_key, 'base64') as key
      from probe_keys order by 1, 2`,
  );
  rows.forEach(({ probe, from, key }) => grouped(keys, probe).push({ from, publicKey: key }));
  return keys;
}

async function samplesOf(db: Database): Promise<SampleFact[]> {
  const outcomes: readonly Outcome[] = ["ok", "slow", "fail", "probe_error"];
  const rows = await queryRows<{ check_id: number; location: string; at: number; outcome: number }>(
    db,
    sql`select check_id, l.slug as location, at::float, outcome from samples join locations l on l.id = location_id`,
  );
  return rows.map(({ check_id, location, at, outcome }) => ({
    check: check_id,
    location,
    at,
    outcome: outcomes[outcome]!,
  }));
}

async function checksOf(db: Database): Promise<Facts["checks"]> {
  const rows = await queryRows<{ id: number; service: string; definition: string }>(
    db,
    sql`select c.id, s.slug as service, r.definition::text as definition
      from checks c join services s on s.id = c.service_id join check_revisions r on r.check_id = c.id
      order by c.id, r.effective_at`,
  );
  return new Map(
    rows.map(({ id, service, definition }) => [
      id,
      { service, rules: rulesOf(JSON.parse(definition) as CheckDefinition) },
    ]),
  );
}

function bucketsOf(db: Database): Promise<Facts["buckets"]> {
  return queryRows(
    db,
    sql`select check_id as check, l.slug as location, start::float, count, failures
      from rollups join locations l on l.id = location_id where seconds = 300`,
  );
}

async function readingsOf(db: Database): Promise<Facts["readings"]> {
  const readings: Facts["readings"] = new Map();
  const rows = await queryRows<{ check_id: number; at: number; state: ReadingChange["state"] }>(
    db,
    sql`select check_id, at::float, state from readings order by check_id, at`,
  );
  rows.forEach(({ check_id, at, state }) => grouped(readings, check_id).push({ at, state }));
  return readings;
}

async function outagesOf(db: Database): Promise<Facts["outages"]> {
  const outages: Facts["outages"] = new Map();
  const rows = await queryRows<{ check_id: number; uncertainty: number } & Omit<Outage, "uncertaintyMs">>(
    db,
    sql`select check_id, start::float, "end"::float, last_fail_at::float as "lastFailAt",
        last_ok_before_at::float as "lastOkBeforeAt", first_ok_after_at::float as "firstOkAfterAt",
        uncertainty_ms as uncertainty
      from outages order by check_id, start`,
  );
  for (const { check_id, uncertainty, ...outage } of rows) {
    grouped(outages, check_id).push(uncertainty === 0 ? outage : { ...outage, uncertaintyMs: uncertainty });
  }
  return outages;
}

/** The list under a key, begun where there is none yet. */
export function grouped<K, T>(lists: Map<K, T[]>, key: K): T[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
