/** What is answered beside the page while the database is away from the start on: that this lives, that it is not ready, and later. */
import { Hono } from "hono";
import type { PageRoutes } from "./pages/routes.ts";
import { securityHeaders } from "./pages/security.ts";

/** Everything that takes the database. */
export function putOffRoutes({ problemHtml }: Pick<PageRoutes, "problemHtml">): Hono {
  const app = new Hono();
  const putOff = { ...securityHeaders, "Cache-Control": "no-store", "Retry-After": "10" };
  app.get("/healthz", (c) => c.json({ alive: true }, 200, putOff));
  app.get("/readyz", (c) =>
    c.json({ ready: false, parts: [{ part: "database", trouble: "it does not answer" }] }, 503, putOff),
  );
  app.all("*", (c) => {
    if ((c.req.header("Accept") ?? "").includes("text/html")) {
      const html = problemHtml({ status: 503, requestId: null }, c.req.path, c.req.header("Accept-Language"));
      return c.html(html, 503, putOff);
    }
    const problem = { type: "/problems/unavailable", title: "The database does not answer", status: 503 };
    return c.body(JSON.stringify(problem), 503, { ...putOff, "Content-Type": "application/problem+json" });
  });
  return app;
}
