/**
 * The seal on reports: an Ed25519 key that is derived from the server's secret key, so that every server over one database seals alike
 * and nothing more has to be kept. Each report carries the public key that sealed it.
 */
import { createPrivateKey, createPublicKey, hash, hkdfSync, sign } from "node:crypto";

export interface ReportSeal {
  /** Raw, 32 bytes, base64. */
  publicKey: string;
  /** Signature over the 32 bytes of a digest, base64. */
  sign(digest: Uint8Array): string;
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const pkcs8Lead = Buffer.from("302e020100300506032b657004220420", "hex");

export function openSeal(secretKey: string): ReportSeal {
  const seed = Buffer.from(hkdfSync("sha256", secretKey, "", "fournines seal of reports", 32));
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Lead, seed]), format: "der", type: "pkcs8" });
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return {
    publicKey: raw.toString("base64"),
    sign: (digest) => sign(null, digest, key).toString("base64"),
  };
}

/** SHA-256 of a text. */
export function digestOfText(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
