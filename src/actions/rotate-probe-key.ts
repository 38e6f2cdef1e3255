/**
 * A probe changes its key: the key in force vouches for the next one, which signs from a batch on that is not stored yet. What the old
 * key signed stays signed by it.
 */
import { importPublicKey } from "../../probes/batch.ts";
import { verifyEndorsement } from "../../probes/key-endorsement.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { Conflict, Forbidden, InvalidInput } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { findChainHead } from "../store/batches.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findKeyOwner, listProbeKeys, type ProbeKey, putNextKey } from "../store/probe-keys.ts";
import { mustBeKey } from "./register-probe.ts";

export interface NextProbeKey {
  publicKey: Uint8Array<ArrayBuffer>;
  fromSequence: number;
  /** Base64. */
  endorsement: string;
}

/**
 * Asked again for the same, it does nothing. A key that was announced and has signed nothing yet gives way to another one.
 *
 * @throws InvalidInput bad_public_key, sequence_taken
 * @throws Forbidden wrong_endorsement
 * @throws Conflict key_taken
 */
export async function rotateProbeKey(
  db: Database,
  probeId: string,
  { publicKey, fromSequence, endorsement }: NextProbeKey,
  now: Instant,
): Promise<void> {
  await mustBeKey(publicKey);
  await db.transaction(async (tx) => {
    // No batch may come in between: the key of the next one is being decided.
    await lockInTransaction(tx, `chain ${probeId}`);
    const keys = await listProbeKeys(tx, probeId);
    if (keys.some((key) => key.fromSequence === fromSequence && isSame(key.publicKey, publicKey))) {
      return;
    }
    // The first key is there for the first batch, delivered or not.
    const head = Math.max(1, (await findChainHead(tx, probeId)).sequence);
    if (fromSequence <= head) {
      const detail = `must be ${head + 1} or later: batches up to ${head} belong to the key before`;
      throw new InvalidInput("sequence_taken", `The new key cannot sign from batch ${fromSequence} on.`, [
        { pointer: "/from_sequence", detail },
      ]);
    }
    const old = keyInForce(keys, head);
    const next = { probe: probeId, fromSequence, publicKey: publicKey.toBase64() };
    if (!(await verifyEndorsement(next, endorsement, await importPublicKey(old.publicKey.toBase64())))) {
      throw new Forbidden("wrong_endorsement", "The key in force did not vouch for this one.", [
        {
          pointer: "/endorsement",
          detail: "must be the signature of the key that signs at present, over the new key",
        },
      ]);
    }
    if ((await findKeyOwner(tx, publicKey)) !== undefined) {
      throw new Conflict("key_taken", "This key is or was one of a probe.", [
        { pointer: "/public_key", detail: "must be a key that no probe has or had" },
      ]);
    }
    const signature = Uint8Array.fromBase64(endorsement);
    await putNextKey(tx, probeId, head, { publicKey, fromSequence, endorsement: signature, createdAt: now });
    await appendAudit(tx, {
      ...{ kind: "probe", subject: probeId, event: "key rotated", author: probeId, recordedAt: now },
      ...changeOf({ publicKey: old.publicKey.toHex() }, { publicKey: publicKey.toHex(), fromSequence }),
    });
  });
}

/** The key that signed the last stored batch: the latest of those that sign up to it. */
function keyInForce(keys: readonly ProbeKey[], head: number): ProbeKey {
  return keys.findLast(({ fromSequence }) => fromSequence <= head)!;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.toHex() === b.toHex();
}
