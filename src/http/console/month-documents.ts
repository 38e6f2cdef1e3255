/** The reports of a month as one download for people in the console: what `/api/v1/reports/{month}/documents` gives, behind its door. */
import { z } from "@hono/zod-openapi";
import type { Hono } from "hono";
import { monthDocuments } from "../../documents/month.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import { monthInput } from "../input.ts";
import { answerMonth } from "../month-documents.ts";
import { requestIdOf } from "../problem.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type ConsoleEnv, needs } from "./room.ts";

const place = z.object({ month: monthInput, document: z.enum(monthDocuments) });
const choice = z.object({
  customer: z.string().max(100).optional(),
  language: z.enum(customerLanguages).optional(),
});

/** Adds the route. */
export function addMonthDocuments(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/closings/:month/documents/:document", needs("read:reports"), (c) => {
    const wanted = place.safeParse(c.req.param());
    if (!wanted.success) {
      return c.notFound();
    }
    // A form leaves what nobody chose empty.
    const chosen = choice.safeParse(
      Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== "")),
    );
    if (!chosen.success) {
      throw new InvalidInput("invalid_document", "There is no such language.", [
        { pointer: "?language", detail: `One of ${customerLanguages.join(", ")}.` },
      ]);
    }
    const { customer = null, language = null } = chosen.data;
    return answerMonth(deps.db, deps.board().settings, { ...wanted.data, customer, language }, (error) => {
      deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
    });
  });
}
