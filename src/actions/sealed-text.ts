/**
 * Secrets that have to be known again: enciphered (AES-256-GCM) by a key made from the server's secret, one for each purpose, so that a
 * copy of the database alone opens nothing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What is sealed for one purpose is never opened as another; `bound`, what else must be the same when it is opened. */
export interface SealPurpose {
  secretKey: string;
  purpose: "authenticators" | "checks";
  bound: string;
}

const nonceBytes = 12;
const tagBytes = 16;

/** A nonce, the tag, the cipher text. */
export function seal(at: SealPurpose, clear: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", keyOf(at), nonce).setAAD(Buffer.from(at.bound));
  const text = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws whatever the cipher says of a box that was not sealed so */
export function openSealed(at: SealPurpose, box: Uint8Array): Uint8Array<ArrayBuffer> {
  const decipher = createDecipheriv("aes-256-gcm", keyOf(at), box.subarray(0, nonceBytes))
    .setAAD(Buffer.from(at.bound))
    .setAuthTag(box.subarray(nonceBytes, nonceBytes + tagBytes));
  const clear = Buffer.concat([decipher.update(box.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return new Uint8Array(clear);
}

function keyOf({ secretKey, purpose }: SealPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", `fournines ${purpose}`, 32));
}

/** The name of a reference that stands for a secret of a check: `${sealed:…}` (platform-file/secrets.ts). */
export function sealCheckSecret(secretKey: string, secret: string): string {
  return Buffer.from(seal({ secretKey, purpose: "checks", bound: "" }, Buffer.from(secret))).toString(
    "base64url",
  );
}

/** What the name stands for; undefined: it was not sealed with this key. */
export function openCheckSecret(secretKey: string, name: string): string | undefined {
  try {
    const box = Buffer.from(name, "base64url");
    return Buffer.from(openSealed({ secretKey, purpose: "checks", bound: "" }, box)).toString("utf8");
  } catch {
    return undefined;
  }
}
