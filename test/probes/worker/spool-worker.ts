/** A Durable Object that does with its storage spool what it is told over HTTP, one call a request; bytes travel as base64. */

import { DurableObject } from "cloudflare:workers";
import type { Spool } from "../../../probes/spool.ts";
import { storageSpool } from "../../../probes/worker/storage-spool.ts";

/** A call of the spool: its name and arguments. */
export interface SpoolCall {
  name: keyof Spool;
  args: unknown[];
}

export class SpoolObject extends DurableObject {
  readonly #spool = storageSpool(this.ctx.storage.sql, 1_000);

  override async fetch(request: Request): Promise<Response> {
    const { name, args } = revived(await request.text()) as SpoolCall;
    try {
      const call = this.#spool[name] as (...all: unknown[]) => unknown;
      return new Response(frozen({ value: (await call(...args)) ?? null }));
    } catch (error) {
      return new Response(frozen({ error: (error as Error).name }));
    }
  }
}

export default {
  fetch(request: Request, environment: { SPOOL: DurableObjectNamespace }): Promise<Response> {
    return environment.SPOOL.get(environment.SPOOL.idFromName("one")).fetch(request);
  },
};

function frozen(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? { base64: part.toBase64() } : part,
  );
}

function revived(text: string): unknown {
  return JSON.parse(text, (_, part: { base64?: string } | null) =>
    typeof part?.base64 === "string" ? Uint8Array.fromBase64(part.base64) : part,
  );
}
