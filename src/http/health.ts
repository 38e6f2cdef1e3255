/**
 * What machines ask about this process: does it live, is it ready, what are its numbers.
 */
import { Hono } from "hono";
import type { ApiDeps } from "./api/deps.ts";

/** `/healthz`, `/readyz`, `/metrics`. */
export function healthRoutes(deps: ApiDeps): Hono {
  const routes = new Hono();

  routes.get("/healthz", (c) => c.json({ alive: true }, 200, { "Cache-Control": "no-store" }));

  routes.get("/readyz", async (c) => {
    const parts = await deps.readiness();
    const ready = parts.every(({ trouble }) => trouble === null);
    return c.json({ ready, parts }, ready ? 200 : 503, { "Cache-Control": "no-store" });
  });

  routes.get("/metrics", async (c) => {
    const text = await deps.metrics.metrics();
    return c.body(text, 200, { "Content-Type": deps.metrics.contentType, "Cache-Control": "no-store" });
  });

  return routes;
}
