/**
 * The HTTP server: finished pages are answered in front of everything, the rest goes to the API; slow and oversized requests are
 * cut off. Started and stopped by main.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { Conflict } from "../domain/errors.ts";
import type { PageRoutes } from "./pages/routes.ts";
import { clientOfRequest, openProxies } from "./proxies.ts";

export interface HttpServer {
  /** Where it really listens: with port 0, the port it was given. */
  address: { host: string; port: number };
  /** From now on these answer; streams of those before end. */
  handOver(app: Hono | OpenAPIHono, pages: PageRoutes): void;
  /** Takes no new requests, lets running ones finish for a moment, then closes every connection. */
  stop(): Promise<void>;
}

const stopWithinMs = 2000;
const sweepEveryMs = 50;

export interface Listening {
  host: string;
  port: number;
  /** A client that has not sent its headers by then is cut off. */
  headersWithinMs?: number;
  /** The same for the whole of what it asks, its body included. */
  requestWithinMs?: number;
  /** A connection on which nothing went either way for so long is closed: whoever takes no byte of an answer is gone. */
  silentForMs?: number;
  /** Proxies whose word is taken for who asks and how. */
  trustedProxies?: readonly string[];
}

/**
 * @throws Conflict port_taken, port_closed, host_unknown when it cannot listen there
 */
export async function startHttp(
  {
    host,
    port,
    headersWithinMs = 10_000,
    requestWithinMs = 30_000,
    silentForMs = 120_000,
    trustedProxies = [],
  }: Listening,
  app: Hono | OpenAPIHono,
  pages: PageRoutes,
): Promise<HttpServer> {
  const readClient = openProxies(trustedProxies);
  let present = { app, pages };
  const api = getRequestListener((request, env) => {
    const { incoming } = env as HttpBindings;
    return present.app.fetch(clientOfRequest(incoming)?.isSecure === true ? secured(request) : request, env);
  });
  const server = createServer(
    {
      requestTimeout: requestWithinMs,
      headersTimeout: Math.min(headersWithinMs, requestWithinMs),
      // Node looks for slow ones every 30 s unless it is told: they would be cut off three times too late.
      connectionsCheckingInterval: Math.min(headersWithinMs, requestWithinMs, 2_000),
      keepAliveTimeout: 65_000,
      // Who has lost their line without a word is found out: event streams are open for hours.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      const next = () => {
        readClient(request);
        void api(request, response);
      };
      if (!present.pages.listener(request, response, request.url, next)) {
        next();
      }
    },
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = silentForMs;
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    address: { host, port: address.port },
    handOver(nextApp, nextPages) {
      const before = present.pages;
      present = { app: nextApp, pages: nextPages };
      before.close();
    },
    async stop() {
      present.pages.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection whose request was running is idle only once it is answered, and would be kept for the next.
      const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
      const timer = setTimeout(() => server.closeAllConnections(), stopWithinMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(timer);
    },
  };
}

/** As it was asked for: a proxy took the TLS off. */
function secured(request: Request): Request {
  return new Request(request.url.replace(/^http:/, "https:"), request);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(whyNot(error, host, port));
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

function whyNot(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (cause.code) {
    case "EADDRINUSE":
      return new Conflict(
        "port_taken",
        `port ${port} of ${host} is taken by another program; set PORT to another one`,
        [],
        { cause },
      );
    case "EACCES":
      return new Conflict(
        "port_closed",
        `port ${port} may not be used by this user; set PORT to one above 1023`,
        [],
        { cause },
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return new Conflict(
        "host_unknown",
        `HOST is ${host}, which is no address of this machine (${cause.code}); set it to 127.0.0.1, or to 0.0.0.0 for all`,
        [],
        { cause },
      );
    default:
      return cause;
  }
}
