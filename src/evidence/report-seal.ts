/**
 * The seal beside a report: an Ed25519 signature over the SHA-256 of its canonical JSON, which names the digest of the inputs it was
 * computed from. Whoever has the report, its seal and the issuer's public key can tell that nobody has touched it since.
 */
import { createHash } from "node:crypto";
import { importPublicKey, verifyBatch } from "../../probes/batch.ts";

/** What stands beside a sealed text. */
export interface Seal {
  algorithm: "Ed25519";
  /** The 32 raw bytes, base64. */
  public_key: string;
  /** SHA-256 of the text's UTF-8 bytes, hex. */
  sha256: string;
  /** Over the 32 bytes of the digest, base64. */
  signature: string;
}

/** Whoever holds the key; actions/report-seal.ts opens the server's. */
export interface Sealer {
  publicKey: string;
  /** Signature over the 32 bytes of a digest, base64. */
  sign(digest: Uint8Array): string;
}

/** Seals a text. The same text and key make the same seal: Ed25519 signatures are deterministic. */
export function sealText(text: string, { publicKey, sign }: Sealer): Seal {
  const digest = digestOf(text);
  return sealOf({ publicKey, sha256: digest.toString("hex"), signature: sign(digest) });
}

/** The seal of a report as it is stored. */
export function sealOf(stored: { publicKey: string; sha256: string; signature: string }): Seal {
  const { publicKey, sha256, signature } = stored;
  return { algorithm: "Ed25519", public_key: publicKey, sha256, signature };
}

/** What is wrong with a seal over a text; null: it holds. Never throws for what the seal says. */
export async function sealFault(text: string, seal: Seal): Promise<string | null> {
  const digest = digestOf(text);
  const found = digest.toString("hex");
  if (found !== seal.sha256) {
    return `its digest is ${found}, and the seal is over ${seal.sha256}`;
  }
  try {
    const key = await importPublicKey(seal.public_key);
    const signature = Uint8Array.fromBase64(seal.signature);
    const holds = await verifyBatch({ bytes: new Uint8Array(digest), signature }, key);
    return holds ? null : "the signature is not of this key";
  } catch {
    return "the seal holds no key and signature of the known form";
  }
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
