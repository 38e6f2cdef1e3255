/**
 * Is everything there, once, and whole? Chains without a hole, signatures that hold, every acknowledged batch stored as it was
 * acknowledged, and one row for every sample that may be derived from.
 */
import { createHash } from "node:crypto";
import { importPublicKey, noPrevious, verifyBatch } from "../../probes/batch.ts";
import { usableObservations } from "../../src/domain/monitoring/evidence.ts";
import type { Facts, StoredBatch } from "./facts.ts";
import { grouped } from "./facts.ts";
import type { Acknowledged } from "./witness.ts";

/** What is wrong, in words; empty = nothing. */
export async function judgeEvidence(facts: Facts, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  return [
    ...(await judgeChains(facts)),
    ...judgeAcknowledged(facts, acknowledged),
    ...judgeOnce(facts),
    ...judgeRows(facts),
  ];
}

async function judgeChains({ batches, keys }: Facts): Promise<string[]> {
  const findings: string[] = [];
  const chains = new Map<string, StoredBatch[]>();
  batches.forEach((stored) => grouped(chains, stored.batch.probe).push(stored));
  for (const [probe, chain] of chains) {
    let previous = noPrevious;
    for (const [i, { batch, bytes, digest, signature }] of chain.entries()) {
      const name = `batch ${batch.sequence} of ${probe}`;
      if (batch.sequence !== i + 1) {
        findings.push(`${name} stands where ${i + 1} should`);
        break;
      }
      if (batch.previous !== previous) {
        findings.push(`${name} names another batch before it than the one that is stored`);
      }
      if (sha256(bytes) !== digest) {
        findings.push(`${name} is not the one its digest was taken of`);
      }
      const key = keys.get(probe)?.findLast(({ from }) => from <= batch.sequence);
      if (
        key === undefined ||
        !(await verifyBatch({ bytes, signature }, await importPublicKey(key.publicKey)))
      ) {
        findings.push(`${name} has no signature that holds`);
      }
      previous = digest;
    }
  }
  return findings;
}

function judgeAcknowledged({ batches }: Facts, acknowledged: readonly Acknowledged[]): string[] {
  const stored = new Map(batches.map(({ batch, digest }) => [`${batch.probe} ${batch.sequence}`, digest]));
  return acknowledged
    .filter(({ probe, sequence, digest }) => stored.get(`${probe} ${sequence}`) !== digest)
    .map(({ probe, sequence }) => {
      const what = stored.has(`${probe} ${sequence}`) ? "with other contents" : "nowhere";
      return `batch ${sequence} of ${probe} was acknowledged and stands ${what}`;
    });
}

/** A sample is in one batch only. */
function judgeOnce({ batches }: Facts): string[] {
  const seen = new Map<string, number>();
  for (const { batch } of batches) {
    for (const { check, at } of batch.observations) {
      const name = `check ${check} at ${at} by ${batch.probe}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
  }
  return [...seen].filter(([, times]) => times > 1).map(([name, times]) => `${times} samples of ${name}`);
}

/** The rows are the samples of the evidence, each once. */
function judgeRows({ batches, samples, checks }: Facts): string[] {
  const difference = new Map<string, number>();
  const count = (name: string, by: number) => difference.set(name, (difference.get(name) ?? 0) + by);
  for (const { batch } of batches) {
    for (const { check, at, outcome } of usableObservations(batch)) {
      if (checks.has(check)) {
        count(`check ${check} at ${at} in ${batch.location}: ${outcome}`, 1);
      }
    }
  }
  samples.forEach(({ check, location, at, outcome }) =>
    count(`check ${check} at ${at} in ${location}: ${outcome}`, -1),
  );
  return [...difference]
    .filter(([, by]) => by !== 0)
    .map(([name, by]) => (by > 0 ? `no row for the sample of ${name}` : `a row too many for ${name}`));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
