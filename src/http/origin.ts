/** Where a request came from: told to the audit with everything that is changed by it (store/audit-origin.ts). */
import type { Context, MiddlewareHandler } from "hono";
import { cameFrom } from "../store/audit-origin.ts";
import { requestIdOf } from "./problem.ts";

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

/** The address at the other end of the connection; behind a proxy, that of the proxy. */
export function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
