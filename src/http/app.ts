/** Everything that is answered through the framework: the API and what machines ask, the console, the portal, and where one subscribes. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { apiRoutes } from "./api/routes.ts";
import type { ConsoleDeps } from "./console/deps.ts";
import { consoleRoutes } from "./console/routes.ts";
import { doorRoutes } from "./pages/door-routes.ts";
import { addApiDocs } from "./pages/api-docs-page.ts";
import { reportRoutes } from "./pages/report-page.ts";
import { portalRoutes } from "./portal/routes.ts";
import { subscribingRoutes } from "./subscribing/routes.ts";

export function webApp(deps: ConsoleDeps): OpenAPIHono {
  const app = apiRoutes(deps);
  app.route("/console", consoleRoutes(deps));
  app.route("/portal", portalRoutes(deps));
  app.route("/", doorRoutes(deps));
  app.route("/", reportRoutes(deps));
  app.route("/", subscribingRoutes(deps));
  addApiDocs(app, deps);
  // Where browsers and keepers of passwords look for it (W3C, A Well-Known URL for Changing Passwords).
  app.get("/.well-known/change-password", (c) => c.redirect("/console/account", 302));
  return app;
}
