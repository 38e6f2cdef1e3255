/** Alerts over the API: which are open, what happened to each, taking one and giving it back. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { acknowledgeAlert, unacknowledgeAlert } from "../../actions/acknowledge-alert.ts";
import { readNextCall } from "../../actions/read-next-call.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listAlertEvents } from "../../store/alert-events.ts";
import {
  countMembers,
  getAlert,
  listOpenForPeople,
  listOverAlerts,
  listTellings,
} from "../../store/told-alerts.ts";
import { withScope } from "../authentication.ts";
import { instantInput } from "../input.ts";
import { alertOutput, toAlertJson, toHistoryJson, toTellingJson, wholeAlertOutput } from "./alert-answer.ts";
import { jsonAnswer, jsonBody, lookupRefusals, refusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const idParameter = z.object({
  id: z.coerce.number().int().min(1).max(2_147_483_647).openapi({ example: 7 }),
});

/** Adds the routes of alerts. */
export function addAlerts(api: OpenAPIHono, deps: ApiDeps): void {
  const reads = withScope("read:alerts", deps);
  const writes = withScope("write:alerts", deps);
  const security = [{ token: [] }];

  api.openapi(
    createRoute({
      method: "get",
      path: "/alerts",
      tags: ["alerts"],
      summary: "Alerts: the open ones, most urgent first; or those that are over, newest first",
      security,
      middleware: [reads] as const,
      request: {
        query: z.strictObject({
          state: z.enum(["open", "over"]).default("open"),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          before: z.coerce.number().int().min(1).optional().openapi({
            description: "Of those that are over: number after which to go on, for the next page.",
          }),
        }),
      },
      responses: {
        200: jsonAnswer(
          "A page of them. `next` is the number to go on `before`, null where nothing follows; open ones come whole.",
          z.object({ alerts: z.array(alertOutput), next: z.int().nullable() }),
        ),
        ...refusals,
      },
    }),
    async (c) => {
      const { state, limit, before } = c.req.valid("query");
      const found =
        state === "open"
          ? await listOpenForPeople(deps.db)
          : await listOverAlerts(deps.db, before ?? null, limit + 1);
      const page = state === "open" ? found : found.slice(0, limit);
      const counts = await countMembers(
        deps.db,
        page.map(({ id }) => id),
      );
      const next = found.length > page.length ? page.at(-1)!.id : null;
      return c.json({ alerts: page.map((one) => toAlertJson(one, counts.get(one.id))), next }, 200);
    },
  );

  const whole = async (id: number) => {
    const alert = await getAlert(deps.db, id);
    const counts = await countMembers(deps.db, [id]);
    const next = await readNextCall(deps.db, alert, deps.now());
    return {
      ...toAlertJson(alert, counts.get(id)),
      history: (await listAlertEvents(deps.db, id)).map(toHistoryJson),
      tellings: (await listTellings(deps.db, id)).map(toTellingJson),
      next: next && {
        ...{ step: next.step, at: isoInstant(next.at), unless: next.unless },
        channels: next.reached.map(({ channel }) => channel),
      },
    };
  };

  api.openapi(
    createRoute({
      method: "get",
      path: "/alerts/{id}",
      tags: ["alerts"],
      summary: "One alert with its history, what was told of it, and what comes next",
      security,
      middleware: [reads] as const,
      request: { params: idParameter },
      responses: { 200: jsonAnswer("The alert.", wholeAlertOutput), ...lookupRefusals },
    }),
    async (c) => c.json(await whole(c.req.valid("param").id), 200),
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/alerts/{id}/acknowledgement",
      tags: ["alerts"],
      summary: "Take an alert: its escalation stops. Sent again, it does nothing twice",
      security,
      middleware: [writes] as const,
      request: {
        params: idParameter,
        body: jsonBody(
          z.strictObject({
            until: instantInput
              .optional()
              .openapi({ description: "Until when; then it calls anew. Left out: until it is over." }),
          }),
        ),
      },
      responses: {
        200: jsonAnswer(
          "The alert that was taken: of a member, the one that speaks for it.",
          wholeAlertOutput,
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { author } = c.get("caller");
      const until = c.req.valid("json").until ?? null;
      const taken = await acknowledgeAlert(
        deps.db,
        { id: c.req.valid("param").id, author, until },
        deps.now(),
      );
      return c.json(await whole(taken.id), 200);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/alerts/{id}/acknowledgement",
      tags: ["alerts"],
      summary: "Give an alert back: it calls anew, from the first step on",
      security,
      middleware: [writes] as const,
      request: { params: idParameter },
      responses: { 200: jsonAnswer("The alert.", wholeAlertOutput), ...writeRefusals },
    }),
    async (c) => {
      const { author } = c.get("caller");
      const free = await unacknowledgeAlert(deps.db, { id: c.req.valid("param").id, author }, deps.now());
      return c.json(await whole(free.id), 200);
    },
  );
}
