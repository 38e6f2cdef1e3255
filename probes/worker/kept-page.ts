/**
 * The pushed copy as one isolate of the Worker knows it: which files there are, looked up anew every few seconds, and the bytes of those
 * asked for lately. What is kept by its digest is never wrong.
 */

import type { Clock } from "../clock.ts";
import { type CopiedFile, type CopyManifest, isWithdrawal } from "../page-copy.ts";
import type { PageCopy } from "./page-copy.ts";

/** Where the copy lies. */
export type CopyStub = Pick<DurableObjectStub<PageCopy>, "current" | "file">;

export interface KeptPage {
  /** The copy as it was looked up last; null: it never was, or none was pushed. */
  known(): KnownCopy | null;
  /** The copy that is served, looked up anew where that is due; null: none was pushed. */
  latest(copy: CopyStub): Promise<KnownCopy | null>;
  /** The bytes of a file, compressed with gzip; null: they are gone, since a newer copy came. */
  content(copy: CopyStub, file: CopiedFile): Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface KnownCopy {
  manifest: CopyManifest;
  files: ReadonlyMap<string, CopiedFile>;
}

const lookEveryMs = 5_000;
const heldBytes = 16 * 1024 * 1024;

export function openKeptPage(clock: Pick<Clock, "now">): KeptPage {
  let known: { copy: KnownCopy; digest: string } | null = null;
  let lookedAt = -Infinity;
  const held = new Map<string, Uint8Array<ArrayBuffer>>();
  let size = 0;
  return {
    known: () => known?.copy ?? null,
    async latest(copy) {
      if (known === null || clock.now() - lookedAt >= lookEveryMs) {
        const found = await copy.current(known?.digest ?? null);
        lookedAt = clock.now();
        if (found === null || (found !== "known" && isWithdrawal(found.manifest))) {
          known = null;
          held.clear();
          size = 0;
        } else if (found !== "known") {
          const { manifest, seal } = found;
          const files = new Map(manifest.files.map((file) => [file.name, file]));
          known = { copy: { manifest, files }, digest: seal.sha256 };
        }
      }
      return known?.copy ?? null;
    },
    async content(copy, { sha256 }) {
      const at = held.get(sha256);
      if (at !== undefined) {
        return at;
      }
      const found = await copy.file(sha256);
      if (found === null) {
        lookedAt = -Infinity;
        return null;
      }
      held.set(sha256, found);
      size += found.length;
      for (const [oldest, bytes] of held) {
        if (size <= heldBytes || oldest === sha256) {
          break;
        }
        held.delete(oldest);
        size -= bytes.length;
      }
      return found;
    },
  };
}
