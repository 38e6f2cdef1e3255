/** The page of an outage, by its service, its check and the instant at which it began. */
import type { Hono } from "hono";
import { NotFound } from "../../domain/errors.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { outagePage } from "./outage-page.ts";
import { type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

/** Adds the page of an outage. */
export function addOutagePages(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/services/:service/outages/:check/:start", needs("read:reports"), async (c) => {
    const { service, check, start } = c.req.param();
    if (!/^\d{1,15}$/.test(start)) {
      throw new NotFound("outage_not_found", `There is no outage that began at "${start}".`);
    }
    const context = consoleContext(c, deps);
    const page = await outagePage({ service, check, start: Number(start) }, deps, context);
    const title = context.language.say("console.outage.title", {
      service: page.service.title,
      day: page.day,
    });
    const path = `/services/${encodeURIComponent(service)}/outages/${encodeURIComponent(check)}/${start}`;
    const model = consoleShell({ page }, { title, path }, context, deps);
    return answerPage(c, deps.look, { template: "console/outage", model, status: 200 });
  });
}
