/**
 * The keys of a probe as an evidence file tells them: each but the first must be endorsed by the one before, so that whoever trusts the
 * first one can follow the chain through every change. What is signed by a key that nobody vouches for counts as unsigned.
 */
import { importPublicKey } from "../../probes/batch.ts";
import { verifyEndorsement } from "../../probes/key-endorsement.ts";
import type { Findings } from "./findings.ts";
import type { ProbeLine } from "./format.ts";

export interface KeyRing {
  /** The key under which a batch must be signed; null: there is none that is vouched for. */
  at(sequence: number): { key: CryptoKey; publicKey: string } | null;
}

/** Checks and imports the keys of a probe. */
export async function openKeyRing({ id, keys }: ProbeLine, findings: Findings): Promise<KeyRing> {
  const fault = (fromSequence: number, words: string) =>
    findings.fault({
      kind: "key",
      probe: id,
      batches: null,
      words: `the key that signs from batch ${fromSequence} on ${words}`,
    });
  const ring: { fromSequence: number; key: CryptoKey | null; publicKey: string }[] = [];
  for (const { fromSequence, publicKey, endorsement } of keys) {
    const before = ring.at(-1);
    const key = await imported(publicKey);
    const next = { probe: id, fromSequence, publicKey };
    let trusted = key;
    if (key === null) {
      fault(fromSequence, "is not an Ed25519 key");
    } else if (before === undefined) {
      if (fromSequence !== 1 || endorsement !== null) {
        fault(fromSequence, "is told as the first one, and is not");
        trusted = null;
      }
    } else if (fromSequence <= before.fromSequence) {
      fault(fromSequence, "does not come after the one before");
      trusted = null;
    } else if (
      endorsement === null ||
      before.key === null ||
      !(await verifyEndorsement(next, endorsement, before.key))
    ) {
      fault(fromSequence, "is not endorsed by the key before it");
      trusted = null;
    }
    ring.push({ fromSequence, key: trusted, publicKey });
  }
  return {
    at(sequence) {
      const found = ring.findLast(({ fromSequence }) => fromSequence <= sequence);
      return found === undefined || found.key === null
        ? null
        : { key: found.key, publicKey: found.publicKey };
    },
  };
}

async function imported(publicKey: string): Promise<CryptoKey | null> {
  try {
    return await importPublicKey(publicKey);
  } catch {
    return null;
  }
}
