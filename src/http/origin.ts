/** Where a request came from: told to the audit with everything that is changed by it (store/audit-origin.ts). */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { cameFrom } from "../store/audit-origin.ts";
import { requestIdOf } from "./problem.ts";
import { clientOfRequest } from "./proxies.ts";

const longestAgent = 300;

/** Does whatever the request asks for as something that came from there. */
export const noteOrigin: MiddlewareHandler = (c, next) =>
  cameFrom(
    {
      address: addressOf(c),
      agent: (c.req.header("User-Agent") ?? "").slice(0, longestAgent),
      requestId: requestIdOf(c),
    },
    next,
  );

/** The address of whoever asks, as far as a trusted proxy tells it; else that at the other end of the connection. */
export function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  return clientOfRequest(incoming)?.address ?? incoming?.socket?.remoteAddress ?? "unknown";
}
