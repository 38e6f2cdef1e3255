/**
 * Pushes the copy of the page to the Worker that serves it when this server does not answer: the sealed manifest first, then the files that
 * the Worker wants. What it has is remembered, so that no more is packed than changed.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { encodePack, type PackedFile, type PushAnswer, pushPaths, signPush } from "../../probes/copy-push.ts";
import { printSealed } from "../../probes/page-copy.ts";
import type { Instant } from "../domain/time/interval.ts";
import { eachFile, type MadeCopy } from "../http/pages/compose-copy.ts";

/** The Worker did not take the copy, or did not answer: why, in words. */
export class PushFailed extends Error {}

export interface Pusher {
  /**
   * Brings the Worker's copy up to date. Sent again, it does nothing twice.
   *
   * @returns how many files went over
   * @throws PushFailed
   */
  push(make: () => MadeCopy): Promise<{ files: number; bytes: number }>;
}

export interface PusherDeps {
  /** Address of the Worker, without a slash at the end. */
  url: string;
  /** An Ed25519 signature by the server's key, base64. */
  sign(bytes: Uint8Array): string;
  now(): Instant;
}

const packBytes = 4 * 1024 * 1024;
const patienceMs = 30_000;
const compress = promisify(gzip);

export function openPusher(deps: PusherDeps): Pusher {
  let has = new Set<string>();

  async function pushOnce(make: () => MadeCopy) {
    const packed = new Map<string, PackedFile>();
    const sealed = await eachFile(make(), async ({ file: { sha256 }, content }) => {
      if (!has.has(sha256) && !packed.has(sha256)) {
        packed.set(sha256, { sha256, gzip: new Uint8Array(await compress(content)) });
      }
    });
    let answer = await send(deps, pushPaths.manifest, new TextEncoder().encode(printSealed(sealed)));
    if (answer.wanted.some((sha256) => !packed.has(sha256))) {
      return null;
    }
    let bytes = 0;
    for (const pack of packsOf(answer.wanted.map((sha256) => packed.get(sha256)!))) {
      const body = encodePack(pack);
      answer = await send(deps, pushPaths.files, body);
      bytes += body.length;
    }
    if (!answer.isKept) {
      throw new PushFailed("it has all files, and does not keep the copy");
    }
    has = new Set(sealed.manifest.files.map(({ sha256 }) => sha256));
    return { files: packed.size, bytes };
  }

  return {
    async push(make) {
      const first = await pushOnce(make);
      if (first !== null) {
        return first;
      }
      // It lost what it had: then everything goes over once more.
      has = new Set();
      const second = await pushOnce(make);
      if (second === null) {
        throw new PushFailed("it wants files that the copy does not have");
      }
      return second;
    },
  };
}

async function send(
  { url, sign, now }: PusherDeps,
  path: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<PushAnswer> {
  const headers = await signPush({ method: "POST", path, body }, now(), sign);
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/octet-stream", "user-agent": "Fournines" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (cause) {
    throw new PushFailed("it does not answer", { cause });
  }
  const said = (await response.json().catch(() => ({}))) as Partial<PushAnswer> & { problem?: string };
  if (!response.ok) {
    throw new PushFailed(`it answered ${response.status}${said.problem ? `: ${said.problem}` : ""}`);
  }
  if (typeof said.isKept !== "boolean" || !Array.isArray(said.wanted)) {
    throw new PushFailed("it answers, but not as the Worker does");
  }
  return { isKept: said.isKept, wanted: said.wanted };
}

/** Files in as few packs as their sizes allow. */
function* packsOf(files: readonly PackedFile[]): Generator<PackedFile[]> {
  let pack: PackedFile[] = [];
  let size = 0;
  for (const file of files) {
    if (pack.length > 0 && size + file.gzip.length > packBytes) {
      yield pack;
      [pack, size] = [[], 0];
    }
    pack.push(file);
    size += file.gzip.length;
  }
  if (pack.length > 0) {
    yield pack;
  }
}
