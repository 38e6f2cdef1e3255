/**
 * The last copy of the page that the server pushed: a Durable Object, so that all of Cloudflare sees one copy, whole. A newer one is taken
 * file by file beside it and takes its place when nothing is missing; an older one, or one under another seal, never does. One without
 * files withdraws those before it, and is kept like any other, so that none of them comes back.
 */

import { DurableObject } from "cloudflare:workers";
import { digestOf } from "../batch.ts";
import { decodePack, type PushAnswer } from "../copy-push.ts";
import { copySealFault, MalformedCopy, parseSealed } from "../page-copy.ts";
import type { CopiedFile, SealedManifest } from "../page-copy.ts";
import { pageOf, type Settings } from "./settings.ts";
import { unpackedWithin } from "./unpacking.ts";

/** Why something pushed is not taken, as an HTTP status and words. */
export interface PushRefusal {
  status: 401 | 403 | 409 | 413 | 422;
  problem: string;
}

/** How the copy is: what `/status` shows. Instants are epoch ms. */
export interface CopyState {
  /** Of which instant it is; null: none was pushed yet. */
  at: number | null;
  /** 0: the copies before were withdrawn. */
  files: number;
  /** Files that are missing from a newer one that is on its way; null: none is. */
  missing: number | null;
}

/** A row of the storage has at most 2 MB. */
const rowBytes = 1_500_000;

/** A copy of later than now comes from a wrong clock, and would keep all others off. */
const aheadMs = 5 * 60_000;

type Slot = "current" | "next";

export class PageCopy extends DurableObject<Settings> {
  readonly #sealed = new Map<Slot, SealedManifest | null>();

  constructor(ctx: DurableObjectState, environment: Settings) {
    super(ctx, environment);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS rows (key TEXT, part INTEGER, body BLOB, PRIMARY KEY (key, part)) WITHOUT ROWID",
    );
  }

  /** A copy is offered, by its sealed manifest. */
  async offer(written: string): Promise<PushAnswer | PushRefusal> {
    let offered: SealedManifest;
    try {
      offered = parseSealed(written);
    } catch (error) {
      return refusal(error);
    }
    const page = pageOf(this.env);
    if (page === null || offered.seal.public_key !== page.key) {
      return { status: 403, problem: "the copy is sealed by another key than PAGE_KEY" };
    }
    const fault = await copySealFault(offered.text, offered.seal);
    if (fault !== null) {
      return { status: 403, problem: `the manifest is not what was sealed: ${fault}` };
    }
    const known = this.#read("current");
    if (known?.seal.sha256 === offered.seal.sha256) {
      return { isKept: true, wanted: [] };
    }
    if (known !== null && offered.manifest.at <= known.manifest.at) {
      return { status: 409, problem: "a later copy is kept already" };
    }
    const coming = this.#read("next");
    if (coming !== null && offered.manifest.at < coming.manifest.at) {
      // Of several servers that push at once, the latest copy is not given up for an older one.
      return { status: 409, problem: "a later copy is on its way already" };
    }
    if (offered.manifest.at > Date.now() + aheadMs) {
      return { status: 409, problem: "the copy is of an instant that is yet to come: a clock is wrong" };
    }
    this.#write("next", encoded(written));
    this.#sealed.set("next", offered);
    return this.#settle();
  }

  /** Files of the offered copy, in a pack. */
  async take(pack: ArrayBuffer): Promise<PushAnswer | PushRefusal> {
    const next = this.#read("next");
    if (next === null) {
      return { status: 409, problem: "no copy is on its way: offer its manifest first" };
    }
    const named = new Map(next.manifest.files.map((file) => [file.sha256, file]));
    try {
      for (const { sha256, gzip } of decodePack(new Uint8Array(pack))) {
        const file = named.get(sha256);
        if (file === undefined) {
          return { status: 422, problem: "the pack holds a file that the copy does not name" };
        }
        await checkContent(file, gzip);
        this.#write(sha256, gzip);
      }
    } catch (error) {
      return refusal(error);
    }
    return this.#settle();
  }

  /** The manifest of the copy that is served, unless it is the one whose digest is known; null: there is none. */
  current(knownDigest: string | null): SealedManifest | "known" | null {
    const current = this.#read("current");
    return current !== null && current.seal.sha256 === knownDigest ? "known" : current;
  }

  /** The bytes of a file, compressed with gzip; null: they are not kept. */
  file(sha256: string): Uint8Array<ArrayBuffer> | null {
    return this.#bytesOf(sha256);
  }

  state(): CopyState {
    const current = this.#read("current");
    const next = this.#read("next");
    return {
      at: current?.manifest.at ?? null,
      files: current?.manifest.files.length ?? 0,
      missing: next === null ? null : this.#wantedBy(next).length,
    };
  }

  /** Once nothing is missing from the offered copy, it is the one. */
  #settle(): PushAnswer {
    const next = this.#read("next")!;
    const wanted = this.#wantedBy(next);
    if (wanted.length > 0) {
      return { isKept: false, wanted };
    }
    this.ctx.storage.transactionSync(() => {
      const { sql } = this.ctx.storage;
      sql.exec("DELETE FROM rows WHERE key = 'current'");
      sql.exec("UPDATE rows SET key = 'current' WHERE key = 'next'");
      const named = new Set(next.manifest.files.map(({ sha256 }) => sha256));
      for (const key of this.#keys()) {
        if (key.length === 64 && !named.has(key)) {
          sql.exec("DELETE FROM rows WHERE key = ?", key);
        }
      }
    });
    this.#sealed.set("current", next);
    this.#sealed.set("next", null);
    return { isKept: true, wanted: [] };
  }

  #wantedBy({ manifest }: SealedManifest): string[] {
    const kept = new Set(this.#keys());
    return [...new Set(manifest.files.map(({ sha256 }) => sha256))].filter((sha256) => !kept.has(sha256));
  }

  #keys(): string[] {
    return this.ctx.storage.sql
      .exec<{ key: string }>("SELECT key FROM rows WHERE part = 0")
      .toArray()
      .map(({ key }) => key);
  }

  #read(slot: Slot): SealedManifest | null {
    let sealed = this.#sealed.get(slot);
    if (sealed === undefined) {
      const bytes = this.#bytesOf(slot);
      sealed = bytes === null ? null : parseSealed(new TextDecoder().decode(bytes));
      this.#sealed.set(slot, sealed);
    }
    return sealed;
  }

  #bytesOf(key: string): Uint8Array<ArrayBuffer> | null {
    const parts = this.ctx.storage.sql
      .exec<{ body: ArrayBuffer }>("SELECT body FROM rows WHERE key = ? ORDER BY part", key)
      .toArray()
      .map(({ body }) => new Uint8Array(body));
    if (parts.length === 0) {
      return null;
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let place = 0;
    for (const part of parts) {
      bytes.set(part, place);
      place += part.length;
    }
    return bytes;
  }

  #write(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.ctx.storage.transactionSync(() => {
      const { sql } = this.ctx.storage;
      sql.exec("DELETE FROM rows WHERE key = ?", key);
      for (let part = 0; part === 0 || part * rowBytes < bytes.length; part++) {
        const body = bytes.slice(part * rowBytes, (part + 1) * rowBytes).buffer;
        sql.exec("INSERT INTO rows (key, part, body) VALUES (?, ?, ?)", key, part, body);
      }
    });
  }
}

/** @throws MalformedCopy unless they unpack to exactly what the manifest names */
async function checkContent(file: CopiedFile, gzip: Uint8Array<ArrayBuffer>): Promise<void> {
  const content = await unpackedWithin(gzip, file.bytes);
  if (content === null || (await digestOf(content)) !== file.sha256) {
    throw new MalformedCopy(`${file.name} is not what the manifest names`);
  }
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

function refusal(error: unknown): PushRefusal {
  if (error instanceof MalformedCopy) {
    return { status: 422, problem: error.message };
  }
  throw error;
}
