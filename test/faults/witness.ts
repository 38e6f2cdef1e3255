/**
 * Hears what is delivered over a line: which batches a server has acknowledged, with their digests. It reads HTTP/1.1 for itself, so that
 * neither the probe's word nor the server's is taken for it.
 */
import { createHash } from "node:crypto";
import { decodeBatch } from "../../probes/batch.ts";
import type { Listener } from "./line.ts";

/** A batch that a server has answered with 200. */
export interface Acknowledged {
  probe: string;
  sequence: number;
  digest: string;
}

/** A delivery that was refused for what it holds: nothing that a healthy probe should ever hear. */
export interface Refused {
  at: number;
  status: number;
  code: string;
}

export interface Witness {
  acknowledged: Acknowledged[];
  refused: Refused[];
  /** Every delivery that reached a server. */
  deliveries: number;
  listen(): Listener;
}

/** A witness without memories. */
export function newWitness(): Witness {
  const witness: Witness = {
    acknowledged: [],
    refused: [],
    deliveries: 0,
    listen() {
      const asked: { isDelivery: boolean; body: Buffer }[] = [];
      return {
        asked: messages((head, body) => {
          asked.push({ isDelivery: /^POST \/api\/v1\/batches[ ?]/.test(head), body });
        }),
        answered: messages((head, body) => {
          const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]);
          const question = status >= 200 ? asked.shift() : undefined;
          if (question?.isDelivery === true) {
            note(witness, question.body, status, body);
          }
        }),
      };
    },
  };
  return witness;
}

function note(witness: Witness, delivered: Buffer, status: number, answer: Buffer): void {
  witness.deliveries++;
  if (status === 200) {
    const { probe, sequence } = decodeBatch(Uint8Array.from(delivered));
    const digest = createHash("sha256").update(delivered).digest("hex");
    witness.acknowledged.push({ probe, sequence, digest });
  } else {
    const code = /"code":"([^"]+)"/.exec(answer.toString())?.[1] ?? "?";
    witness.refused.push({ at: Date.now(), status, code });
  }
}

/** Cuts a stream of HTTP/1.1 into its messages. */
export function messages(each: (head: string, body: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const headEnd = rest.indexOf("\r\n\r\n");
      if (headEnd === -1) {
        return;
      }
      const head = rest.toString("latin1", 0, headEnd);
      const body = bodyOf(head, rest.subarray(headEnd + 4));
      if (body === null) {
        return;
      }
      rest = rest.subarray(headEnd + 4 + body.length);
      each(head, body.bytes);
    }
  };
}

/** The body that follows a head, and how many bytes it takes; null: it has not all come yet. */
function bodyOf(head: string, after: Buffer): { bytes: Buffer; length: number } | null {
  const empty = { bytes: Buffer.alloc(0), length: 0 };
  if (/^HTTP\/1\.\d (1\d\d|204|304)/.test(head)) {
    return empty;
  }
  if (/^transfer-encoding:\s*chunked/im.test(head)) {
    return chunkedBody(after);
  }
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return after.length < length ? null : { bytes: Buffer.from(after.subarray(0, length)), length };
}

function chunkedBody(after: Buffer): { bytes: Buffer; length: number } | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = after.indexOf("\r\n", at);
    if (lineEnd === -1) {
      return null;
    }
    const size = Number.parseInt(after.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (after.length < start + size + 2) {
      return null;
    }
    if (size === 0) {
      return { bytes: Buffer.concat(chunks), length: start + 2 };
    }
    chunks.push(Buffer.from(after.subarray(start, start + size)));
    at = start + size + 2;
  }
}
