/**
 * Who a probe on this machine is, over its restarts: its keys, and the name the server gave it. A file that only its owner may read.
 * The keys are made before the server hears of them, so that a lost answer never leaves the server with a key that nobody has.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exportPrivateKey, exportPublicKey, generateKeys, importPrivateKey } from "../batch.ts";
import { endorseKey } from "../key-endorsement.ts";
import { replaceFile } from "./durable.ts";

/** A key, and the first batch it signs. */
interface KeptKey {
  from: number;
  /** PKCS #8, base64. */
  privateKey: string;
  /** 32 raw bytes, base64. */
  publicKey: string;
}

/** A key that was made to follow, and of which it is not known whether the server has it. */
export interface NextProbeKey extends KeptKey {
  endorsement: string;
}

interface Kept {
  server: string | null;
  /** Null = not registered yet. */
  probe: string | null;
  location: string | null;
  keys: KeptKey[];
  next: NextProbeKey | null;
}

export interface ProbeIdentity {
  /** Where it registered; null = nowhere yet. */
  registered(): { server: string; probe: string; location: string } | null;
  /** The newest public key, base64. */
  publicKey(): string;
  /** The newest key: it signs requests. */
  requestKey(): CryptoKey;
  /** The key for a batch. */
  keyFor(sequence: number): CryptoKey;
  /** The first batch that the newest key signs. */
  validFrom(): number;
  register(server: string, probe: string, location: string): Promise<void>;
  /** The key to follow: the one that was made before, if any, unless it is too late for it. */
  prepareNext(from: number, isTooLate: boolean): Promise<NextProbeKey>;
  next(): NextProbeKey | null;
  /** The server has it: from now on it signs. */
  adoptNext(): Promise<void>;
}

/** What an older key signed may have to be signed again by it, when a server lost its last batches: one of them is kept. */
const keysKept = 2;

const fileName = "identity.json";

/** Reads the folder's identity, or makes a new one. */
export async function openIdentity(folder: string): Promise<ProbeIdentity> {
  const path = join(folder, fileName);
  let kept = await readKept(path);
  if (kept === null) {
    kept = { server: null, probe: null, location: null, keys: [await newKey(1)], next: null };
    await save(kept);
  }
  let keys = await Promise.all(kept.keys.map(imported));

  async function save(next: Kept): Promise<void> {
    await replaceFile(path, `${JSON.stringify(next, null, 2)}\n`);
    kept = next;
  }

  return {
    registered() {
      const { server, probe, location } = kept!;
      return probe === null ? null : { server: server!, probe, location: location! };
    },
    publicKey: () => kept!.keys.at(-1)!.publicKey,
    requestKey: () => keys.at(-1)!.key,
    keyFor: (sequence) => (keys.findLast(({ from }) => from <= sequence) ?? keys[0]!).key,
    validFrom: () => keys.at(-1)!.from,
    register: (server, probe, location) => save({ ...kept!, server, probe, location }),
    next: () => kept!.next,
    async prepareNext(from, isTooLate) {
      if (kept!.next !== null && !isTooLate) {
        return kept!.next;
      }
      const made = kept!.next ?? (await newKey(from));
      const change = { probe: kept!.probe!, fromSequence: from, publicKey: made.publicKey };
      const endorsement = await endorseKey(change, keys.at(-1)!.key);
      const next = { ...made, from, endorsement };
      await save({ ...kept!, next });
      return next;
    },
    async adoptNext() {
      const { from, privateKey, publicKey } = kept!.next!;
      const newest = { from, privateKey, publicKey };
      await save({ ...kept!, keys: [...kept!.keys, newest].slice(-keysKept), next: null });
      keys = [...keys, await imported(newest)].slice(-keysKept);
    },
  };
}

async function readKept(path: string): Promise<Kept | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return null;
    }
    throw error;
  }
  try {
    return JSON.parse(text) as Kept;
  } catch (cause) {
    throw new Error(
      `${path} cannot be read as a probe's identity: put the right one back, or use a new folder`,
      { cause },
    );
  }
}

async function newKey(from: number): Promise<KeptKey> {
  const { privateKey, publicKey } = await generateKeys();
  return {
    from,
    privateKey: await exportPrivateKey(privateKey),
    publicKey: await exportPublicKey(publicKey),
  };
}

async function imported({ from, privateKey }: KeptKey): Promise<{ from: number; key: CryptoKey }> {
  return { from, key: await importPrivateKey(privateKey) };
}
