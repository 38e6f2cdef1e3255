/**
 * The HTTP server: finished pages are answered in front of everything, the rest goes to the API; slow and oversized requests are
 * cut off. Started and stopped by main.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { PageRoutes } from "./pages/routes.ts";

export interface HttpServer {
  /** Where it really listens: with port 0, the port it was given. */
  address: { host: string; port: number };
  /** Takes no new requests, lets running ones finish for a moment, then closes every connection. */
  stop(): Promise<void>;
}

const stopWithinMs = 2000;

/**
 * @param pages undefined where only machines are served
 * @throws the system's error when the port cannot be had
 */
export async function startHttp(
  { host, port }: { host: string; port: number },
  app: Hono | OpenAPIHono,
  pages: PageRoutes,
): Promise<HttpServer> {
  const api = getRequestListener(app.fetch);
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      if (!pages.listener(request, response)) {
        void api(request, response);
      }
    },
  );
  server.maxRequestsPerSocket = 0;
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    address: { host, port: address.port },
    async stop() {
      pages.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), stopWithinMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
