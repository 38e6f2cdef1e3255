/**
 * Verifies a copy of the page in a folder, without database or network: the seal over its manifest, and every file against it. Never throws
 * for what the folder holds. While a copy is being replaced, each file is of the old one or the new one, and both are sealed.
 */
import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CopyManifest,
  copySealFault,
  MalformedCopy,
  manifestName,
  parseSealed,
  type SealedManifest,
} from "../../probes/page-copy.ts";
import { plain, UnreadableEvidence } from "./findings.ts";

export interface CopyVerdict {
  /** The seal holds, and the folder is what was sealed. */
  verified: boolean;
  /** What the copy says it is of; null: its manifest cannot be read. */
  told: Pick<CopyManifest, "at" | "platform" | "address" | "languages"> | null;
  /** The key that sealed it, base64; whoever knows the server's key compares. */
  publicKey: string | null;
  files: number;
  /** Files that are of the copy which was about to take this one's place when that broke off. */
  newer: number;
  /** What is broken, each with the file it is in. */
  faults: string[];
}

/** Where an export lays down what is to take the old files' place: ours, and never part of the copy. */
export const stagingName = ".copy-next";

/**
 * @param publicKey the server's key, base64, known from elsewhere
 * @throws UnreadableEvidence when the folder holds no copy at all; whatever the system says of one that cannot be opened
 */
export async function verifyPageCopy(
  folder: string,
  { publicKey }: { publicKey?: string } = {},
): Promise<CopyVerdict> {
  const faults: string[] = [];
  const found = await readCopy(folder, faults);
  if (found === null && faults.length === 0) {
    throw new UnreadableEvidence(`the folder holds no copy of a page (${manifestName} is missing)`);
  }
  const verdict: CopyVerdict = {
    verified: false,
    told: found?.manifest ?? null,
    publicKey: found?.seal.public_key ?? null,
    files: found?.manifest.files.length ?? 0,
    newer: 0,
    faults,
  };
  if (found !== null) {
    if (publicKey !== undefined && publicKey !== found.seal.public_key) {
      faults.push(`it is sealed by another key than the one you gave: ${plain(found.seal.public_key)}`);
    }
    await checkFiles(folder, found, verdict);
  }
  verdict.verified = faults.length === 0;
  return verdict;
}

/** The copy in a folder, when it is sealed; null: there is none, or `faults` say what is wrong with it. */
export async function readCopy(folder: string, faults: string[]): Promise<SealedManifest | null> {
  const written = await textAt(join(folder, manifestName));
  if (written === null) {
    return null;
  }
  try {
    const sealed = parseSealed(written);
    const fault = await copySealFault(sealed.text, sealed.seal);
    if (fault === null) {
      return sealed;
    }
    faults.push(`${manifestName} is not what was sealed: ${fault}`);
  } catch (error) {
    if (!(error instanceof MalformedCopy)) {
      throw error;
    }
    faults.push(`${manifestName} is not of the known form: ${plain(error.message)}`);
  }
  return null;
}

async function checkFiles(
  folder: string,
  { manifest, seal }: SealedManifest,
  verdict: CopyVerdict,
): Promise<void> {
  const { faults } = verdict;
  const next = await readCopy(join(folder, stagingName), []);
  const isNext = next !== null && next.seal.public_key === seal.public_key && next.manifest.at > manifest.at;
  const newer = isNext ? new Map(next.manifest.files.map(({ name, sha256 }) => [name, sha256])) : null;
  const names = new Set([manifestName]);
  for (const { name, sha256 } of manifest.files) {
    names.add(name);
    const found = await digestAt(join(folder, name));
    if (found === sha256) {
      continue;
    }
    if (newer !== null && found === (newer.get(name) ?? null)) {
      verdict.newer++;
    } else {
      faults.push(found === null ? `${name} is missing` : `${name} was changed since the copy was sealed`);
    }
  }
  for (const name of await filesIn(folder)) {
    if (names.has(name) || name.startsWith(`${stagingName}/`)) {
      continue;
    }
    const sha256 = newer?.get(name);
    if (sha256 !== undefined && (await digestAt(join(folder, name))) === sha256) {
      verdict.newer++;
    } else {
      faults.push(`${plain(name)} is no part of the copy`);
    }
  }
}

/** Paths of all files in a folder, with "/" between their parts, in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(join(folder, "x").length - 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** SHA-256 of a file in hex; null: there is no file of that name. */
export async function digestAt(path: string): Promise<string | null> {
  try {
    return hash("sha256", await readFile(path), "hex");
  } catch (error) {
    if (isMissing(error)) {
      return null;
    }
    throw error;
  }
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) {
      return null;
    }
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
