/**
 * Asks over HTTP. undici speaks the protocol, at its lowest level: one client kept per target, a connection of its own per
 * asking, no streams, no timer, no signal. That costs half of what its `request` does.
 */

import { Client } from "undici";
import type { Dispatcher } from "undici";
import type { Socket } from "node:net";
import { judgeHead, judgeResponse, judgesBody } from "../expectations.ts";
import type { Answer, HttpResponse } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import { firstRequest, isRedirect, redirected, smallBodyBytes } from "../http-request.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Asking } from "../prober.ts";
import type { HttpTarget } from "../protocol.ts";
import { decodeBody } from "./body.ts";
import { openConnection } from "./connection.ts";

/** Probe function of the kind `http`. */
export async function askHttp(asking: Asking<HttpTarget>): Promise<Answer> {
  const { target } = asking;
  const line = lineOf(target);
  let request = line.request;
  for (let hops = 0; ; hops++) {
    const own = request.origin === line.request.origin;
    const exchange = new Exchange(
      asking,
      request,
      own ? line : newLine(request, target),
      own && target.keepConnection,
    );
    const answer = await exchange.settled;
    if (answer !== null) {
      return answer;
    }
    request = redirected(request, exchange.status, exchange.location, target.headers);
    if (hops + 1 > target.maxRedirects) {
      throw new ProbeFailure("too_many_redirects", `more than ${target.maxRedirects} redirects`);
    }
  }
}

/** What is kept between the askings of one target; it goes with the target. */
interface Line {
  client: Client;
  request: HttpRequest;
  /** The asking that is on the line now, for its phases. */
  exchange: Exchange | null;
  socket: Socket | null;
}

const lines = new WeakMap<HttpTarget, Line>();

function lineOf(target: HttpTarget): Line {
  let line = lines.get(target);
  if (line === undefined) {
    line = newLine(firstRequest(target), target);
    lines.set(target, line);
  }
  return line;
}

function newLine(request: HttpRequest, target: HttpTarget): Line {
  const line: Line = { request, exchange: null, socket: null, client: null as unknown as Client };
  line.client = new Client(request.origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 120_000,
    strictContentLength: false,
    connect: (_, done) => {
      connectLine(line, target, done as (error: Error | null, socket: Socket | null) => void);
    },
  });
  return line;
}

function connectLine(
  line: Line,
  target: HttpTarget,
  done: (error: Error | null, socket: Socket | null) => void,
): void {
  const { exchange, request } = line;
  if (exchange === null) {
    done(new Error("nobody asks"), null);
    return;
  }
  const { asking } = exchange;
  line.socket = openConnection(
    {
      host: request.host,
      port: request.port,
      family: asking.assignment.family,
      ...(request.secure ? { tls: { serverName: request.host, verify: target.verifyCertificate } } : {}),
    },
    asking.timings,
    asking.elapsed,
    (error, socket) => {
      exchange.since = asking.elapsed();
      exchange.fresh = true;
      done(error, error === null ? socket : null);
    },
  );
}

/** Why a connection is let go of when all that is needed was read. */
const enough = new Error("enough was read");

/** One request and its response. Null when it is a redirect to follow. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly settled: Promise<Answer | null>;
  readonly asking: Asking<HttpTarget>;
  status = 0;
  location = "";
  since: number;
  fresh = false;
  #line: Line;
  #request: HttpRequest;
  #settle!: (answer: Answer | null) => void;
  #refuse!: (error: Error) => void;
  /** Whether the connection stays open for the next asking. */
  #keep: boolean;
  #controller: Dispatcher.DispatchController | null = null;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] | null = null;
  #size = 0;
  #over = false;
  #retried = false;

  constructor(asking: Asking<HttpTarget>, request: HttpRequest, line: Line, keep: boolean) {
    this.asking = asking;
    this.since = asking.elapsed();
    this.#request = request;
    this.#line = line;
    this.#keep = keep;
    this.settled = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#refuse = reject;
    });
    asking.cancel = () => this.#letGo();
    this.#send();
  }

  #send(): void {
    const { method, path, headers, body } = this.#request;
    this.#line.exchange = this;
    this.#line.client.dispatch({ method, path, headers, body: body ?? null, reset: !this.#keep }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) {
      return;
    }
    const { target, timings, elapsed } = this.asking;
    timings.firstByte = elapsed() - this.since;
    this.status = status;
    this.#headers = headers;
    const location = first(headers.location);
    if (target.maxRedirects > 0 && location !== undefined && isRedirect(status)) {
      this.location = location;
      this.#finish(null, controller);
      return;
    }
    const wrong = judgeHead(target, this.#response());
    if (wrong !== null) {
      this.#finish(wrong, controller);
    } else if (judgesBody(target)) {
      this.#chunks = [];
    } else if (!this.#keep && !(Number(first(headers["content-length"])) <= smallBodyBytes)) {
      this.#finish({ outcome: "ok" }, controller);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) {
      return;
    }
    const left = this.asking.target.maxBodyBytes - this.#size;
    // The parser uses its memory again: what is kept has to be copied.
    this.#chunks?.push(Buffer.from(chunk.subarray(0, left)));
    this.#size += Math.min(chunk.length, left);
    if (chunk.length > left) {
      this.#judge(true, controller);
    }
  }

  onResponseEnd(): void {
    if (!this.#over) {
      this.#judge(false, null);
    }
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#over) {
      return;
    }
    // A kept connection that the server closed meanwhile says nothing: ask once more, over a new one.
    if (this.#keep && !this.fresh && !this.#retried && this.status === 0) {
      this.#retried = true;
      this.since = this.asking.elapsed();
      this.#send();
      return;
    }
    this.#over = true;
    this.#refuse(error);
  }

  #judge(cut: boolean, controller: Dispatcher.DispatchController | null): void {
    const { target } = this.asking;
    if (this.#chunks === null) {
      this.#finish({ outcome: "ok" }, controller);
      return;
    }
    const response = this.#response();
    let answer: Answer;
    try {
      const body = decodeBody(
        this.#chunks,
        first(this.#headers["content-encoding"]),
        target.maxBodyBytes,
        cut,
      );
      answer = judgeResponse(target, { ...response, ...body });
    } catch (error) {
      this.#over = true;
      this.#refuse(error as Error);
      controller?.abort(enough);
      return;
    }
    this.#finish(answer, controller);
  }

  #response(): HttpResponse {
    const headers = this.#headers;
    return {
      status: this.status,
      header(name) {
        const value = headers[name];
        return Array.isArray(value) ? value.join(", ") : value;
      },
    };
  }

  /** With a controller the connection is let go of; without one the response is at its end anyway. */
  #finish(answer: Answer | null, controller: Dispatcher.DispatchController | null): void {
    this.#over = true;
    this.#settle(answer);
    controller?.abort(enough);
  }

  #letGo(): void {
    this.#over = true;
    this.#settle({ outcome: "ok" });
    this.#controller?.abort(enough);
    this.#line.socket?.destroy(enough);
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
