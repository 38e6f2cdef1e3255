/** A server as a probe sees it, over real sockets: it checks what it gets as the real one does, and can be as unreachable as a test wants. */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { decodeBatch, digestOf, importPublicKey, noPrevious, verifyBatch } from "../../../probes/batch.ts";
import { verifyEndorsement } from "../../../probes/key-endorsement.ts";
import type { Assignment, Batch, ProbeState, Target } from "../../../probes/protocol.ts";
import { isExpired, readRequestSignature, verifyRequest } from "../../../probes/request.ts";

export const invitation = "fnp_of-a-test";

class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`refused: ${code}`);
    this.status = status;
    this.code = code;
  }
}

interface KeyChange {
  public_key: string;
  from_sequence: number;
  endorsement: string;
}

interface Answer {
  status: number;
  body?: unknown;
  etag?: string;
}

export interface SmallServer {
  url: string;
  probe: string;
  batches: Batch[];
  states: ProbeState[];
  /** Status of every answer to a poll. */
  polls: number[];
  /** How many answers never arrived. */
  lost(): number;
  /** Samples in all batches, by their `at` and check; one that came twice stands twice. */
  samples(): string[];
  assign(assignments: Assignment[], selfCheck?: Target[]): void;
  /** What it does wrong, or differently. */
  set: {
    /** By so much its clock is ahead of the machine's. */
    clockAheadMs: number;
    revoked: boolean;
    /** Takes what comes, and the answer never arrives. */
    loseAnswersTo: string | null;
    pollAfterMs: number;
    unknownInvitation: boolean;
  };
  /** Nobody listens any more; connections are cut. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startSmallServer(): Promise<SmallServer> {
  const probe = "osaka-1";
  const set = {
    clockAheadMs: 0,
    revoked: false,
    loseAnswersTo: null as string | null,
    pollAfterMs: 200,
    unknownInvitation: false,
  };
  const batches: Batch[] = [];
  const states: ProbeState[] = [];
  const polls: number[] = [];
  let lost = 0;
  const digests: string[] = [];
  let keys: { from: number; publicKey: string }[] = [];
  let list = { version: 1, assignments: [] as Assignment[], selfCheck: [] as Target[] };
  const now = () => Date.now() + set.clockAheadMs;

  async function answer(request: IncomingMessage, body: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const path = request.url!;
    if (path === "/api/v1/probes") {
      return register(request, body);
    }
    if (path === "/api/v1/batches") {
      return take(request, body);
    }
    await mustBeSigned(request, body);
    const what = path.slice(`/api/v1/probes/${probe}/`.length);
    switch (`${request.method} ${what}`) {
      case "GET assignments": {
        const etag = `"${list.version}"`;
        const known = request.headers["if-none-match"] === etag;
        polls.push(known ? 304 : 200);
        const whole = { ...list, probe, location: "osaka", pollAfterMs: set.pollAfterMs };
        return known ? { status: 304, etag } : { status: 200, etag, body: whole };
      }
      case "GET chain":
        return {
          status: 200,
          body: { sequence: batches.length, previous: digests.at(-1) ?? noPrevious },
        };
      case "PUT state":
        states.push(JSON.parse(new TextDecoder().decode(body)) as ProbeState);
        return { status: 204 };
      case "PUT key":
        await changeKey(JSON.parse(new TextDecoder().decode(body)) as KeyChange);
        return { status: 204 };
      default:
        throw new Refused(404, "unknown_address");
    }
  }

  function register({ headers }: IncomingMessage, body: Uint8Array): Answer {
    if (headers.authorization !== `Bearer ${invitation}` || set.unknownInvitation) {
      throw new Refused(401, "invitation_unknown");
    }
    const { public_key } = JSON.parse(new TextDecoder().decode(body)) as { public_key: string };
    if (keys.length > 0 && keys[0]!.publicKey !== public_key) {
      throw new Refused(409, "invitation_used");
    }
    keys = [{ from: 1, publicKey: public_key }];
    return { status: 201, body: { probe, location: "osaka", warnings: [] } };
  }

  async function take({ headers }: IncomingMessage, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const receivedAt = now();
    const signature = Uint8Array.fromBase64(headers["fournines-signature"] as string);
    const batch = decodeBatch(bytes);
    const key = keys.findLast(({ from }) => from <= batch.sequence)!;
    if (!(await verifyBatch({ bytes, signature }, await importPublicKey(key.publicKey)))) {
      throw new Refused(401, "wrong_signature");
    }
    if (set.revoked) {
      throw new Refused(403, "revoked_probe");
    }
    if (batch.closedAt - Math.max(0, batch.skewMs ?? 0) > receivedAt + 60_000) {
      throw new Refused(422, "batch_from_the_future");
    }
    const digest = await digestOf(bytes);
    if (batch.sequence <= batches.length) {
      if (digests[batch.sequence - 1] !== digest) {
        throw new Refused(409, "forked_chain");
      }
    } else if (batch.sequence !== batches.length + 1 || batch.previous !== (digests.at(-1) ?? noPrevious)) {
      throw new Refused(409, "sequence_gap");
    } else {
      batches.push(batch);
      digests.push(digest);
    }
    return { status: 200, body: { acknowledged: batches.length, receivedAt } };
  }

  async function mustBeSigned(request: IncomingMessage, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const said = readRequestSignature((name) => request.headers[name.toLowerCase()] as string);
    if (said === null || said.probe !== probe) {
      throw new Refused(401, "signature_missing");
    }
    if (isExpired(said.sentAt, now())) {
      throw new Refused(401, "request_expired");
    }
    const asked = { method: request.method!, path: request.url!, body };
    const isOf = async (key: { publicKey: string } | undefined) =>
      key !== undefined && verifyRequest(asked, said, await importPublicKey(key.publicKey));
    const newestIsUnused = keys.at(-1)!.from > batches.length;
    if (!(await isOf(keys.at(-1))) && !(newestIsUnused && (await isOf(keys.at(-2))))) {
      throw new Refused(401, "wrong_signature");
    }
    if (set.revoked) {
      throw new Refused(403, "revoked_probe");
    }
  }

  async function changeKey(asked: KeyChange): Promise<void> {
    const { public_key: publicKey, from_sequence: from, endorsement } = asked;
    if (keys.some((key) => key.from === from && key.publicKey === publicKey)) {
      return;
    }
    if (from <= batches.length) {
      throw new Refused(422, "sequence_taken");
    }
    const old = await importPublicKey(keys.at(-1)!.publicKey);
    if (!(await verifyEndorsement({ probe, fromSequence: from, publicKey }, endorsement, old))) {
      throw new Refused(403, "wrong_endorsement");
    }
    keys.push({ from, publicKey });
  }

  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;

  async function listen(): Promise<void> {
    server = createServer(async (request, response) => {
      const body = Uint8Array.from(Buffer.concat(await request.toArray()));
      let given: Answer;
      try {
        given = await answer(request, body);
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        const { status, code, message } = error;
        given = { status, body: { code, detail: message } };
      }
      if (set.loseAnswersTo !== null && request.url!.endsWith(set.loseAnswersTo)) {
        lost++;
        request.socket.destroy();
        return;
      }
      response.writeHead(given.status, {
        "Fournines-Time": String(now()),
        ...(given.etag === undefined ? {} : { ETag: given.etag }),
      });
      response.end(given.body === undefined ? "" : JSON.stringify(given.body));
    });
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  }

  async function goAway(): Promise<void> {
    sockets.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    probe,
    batches,
    states,
    polls,
    lost: () => lost,
    samples: () =>
      batches.flatMap(({ observations }) => observations.map(({ at, check }) => `${at} ${check}`)),
    assign(assignments, selfCheck = []) {
      list = { version: list.version + 1, assignments, selfCheck };
    },
    set,
    goAway,
    comeBack: listen,
    close: goAway,
  };
}
