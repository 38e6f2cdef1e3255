/**
 * Who the probe of one object is. Its key is made here at the first start, or taken from a secret, and kept in the object's storage
 * before anybody hears of it, so that a registration whose answer was lost is asked again with the same key.
 */

import { kindsOfEngine } from "../abilities.ts";
import {
  digestOf,
  exportPrivateKey,
  exportPublicKey,
  generateKeys,
  importPrivateKey,
  importPublicKey,
  utf8,
} from "../batch.ts";
import { registerProbe } from "../remote.ts";
import type { Way } from "../remote.ts";
import { WrongSetting, secretOf } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** What is kept under the key `identity`. */
interface Kept {
  /** PKCS #8, base64. */
  privateKey: string;
  /** Absent until the server has answered. */
  registered?: { probe: string; location: string };
  /** SHA-256 of the invitation that was used, once the probe was revoked: another one begins anew. */
  revokedInvitation?: string;
}

export interface WorkerIdentity {
  probe: string;
  location: string;
  privateKey: CryptoKey;
}

const key = "identity";

/**
 * Known from before, or registered now with the invitation among the secrets. After a revocation: registered anew, by a new key, as
 * soon as there is a new invitation.
 */
export async function identityOf(
  storage: SyncKvStorage,
  environment: Settings,
  name: string,
  way: Way,
): Promise<WorkerIdentity> {
  let kept = storage.get<Kept>(key) ?? { privateKey: await firstKey(environment, name) };
  const token = secretOf(environment, "PROBE_TOKEN", name);
  if (kept.revokedInvitation !== undefined) {
    if (token === undefined || (await digestOfText(token)) === kept.revokedInvitation) {
      throw new WrongSetting(`${name} was revoked: put a new invitation as its secret, and deploy`);
    }
    kept = { privateKey: await newKey() };
  }
  storage.put(key, kept);
  const privateKey = await importPrivateKey(kept.privateKey);
  if (kept.registered !== undefined) {
    return { ...kept.registered, privateKey };
  }
  if (token === undefined) {
    throw new WrongSetting(`${name} is not registered: put an invitation as its secret PROBE_TOKEN_…`);
  }
  const publicKey = await exportPublicKey(await publicKeyOf(privateKey));
  const introduction = { publicKey, kinds: kindsOfEngine.workers, engine: "workers" as const };
  const { warnings, ...registered } = await registerProbe(way, token, introduction);
  warnings.forEach((warning) => console.warn(`${name}: ${warning}`));
  storage.put(key, { ...kept, registered } satisfies Kept);
  return { ...registered, privateKey };
}

/** The server takes nothing of this probe any more. */
export async function noteRevocation(
  storage: SyncKvStorage,
  environment: Settings,
  name: string,
): Promise<void> {
  const revokedInvitation = await digestOfText(secretOf(environment, "PROBE_TOKEN", name) ?? "");
  const kept = storage.get<Kept>(key);
  if (kept !== undefined && kept.revokedInvitation === undefined) {
    storage.put(key, { ...kept, revokedInvitation } satisfies Kept);
  }
}

async function firstKey(environment: Settings, name: string): Promise<string> {
  return secretOf(environment, "PROBE_KEY", name) ?? newKey();
}

async function newKey(): Promise<string> {
  return exportPrivateKey((await generateKeys()).privateKey);
}

/** The public half is in the private one: WebCrypto shows it as a JWK. */
async function publicKeyOf(privateKey: CryptoKey): Promise<CryptoKey> {
  const { x } = (await crypto.subtle.exportKey("jwk", privateKey)) as JsonWebKey;
  return importPublicKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" }).toBase64());
}

function digestOfText(text: string): Promise<string> {
  return digestOf(utf8(text));
}
