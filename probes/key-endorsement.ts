/**
 * How a probe changes its key: the old key vouches for the new one from a sequence on, so that the chain of batches can be followed
 * across the change by whoever knows only the first key. Web standards only.
 */

import { utf8 } from "./batch.ts";

/** What the old key vouches for. */
export interface NextKey {
  probe: string;
  /** The first batch that is signed by the new key. */
  fromSequence: number;
  /** The new key: its 32 raw bytes, base64. */
  publicKey: string;
}

/** The old key's signature over the change, base64. */
export async function endorseKey(next: NextKey, oldPrivateKey: CryptoKey): Promise<string> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", oldPrivateKey, textOf(next))).toBase64();
}

/** Whether the old key vouched for exactly this change; false also for what is not a signature at all. */
export async function verifyEndorsement(
  next: NextKey,
  endorsement: string,
  oldPublicKey: CryptoKey,
): Promise<boolean> {
  try {
    const signature = Uint8Array.fromBase64(endorsement);
    return await crypto.subtle.verify("Ed25519", oldPublicKey, signature, textOf(next));
  } catch {
    return false;
  }
}

function textOf({ probe, fromSequence, publicKey }: NextKey): Uint8Array<ArrayBuffer> {
  return utf8(`fournines key\n${probe}\n${fromSequence}\n${publicKey}`);
}
