/** Silences of alerts over the API: what is not to call anybody, and what that mutes. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { liftSilence, silenceAlerts } from "../../actions/silence-alerts.ts";
import { alertKinds } from "../../domain/alerting/alert.ts";
import { listSilences } from "../../store/alert-silences.ts";
import { listMutedBySilence } from "../../store/told-alerts.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, slugInput } from "../input.ts";
import { silenceOutput, toSilenceJson } from "./alert-answer.ts";
import { idempotencyHeader, jsonAnswer, jsonBody, refusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const mostListed = 500;

const silenceInput = z
  .strictObject({
    services: z.array(slugInput).default([]),
    groups: z.array(slugInput).default([]),
    kinds: z.array(z.enum(alertKinds)).default([]),
    start: instantInput.optional().openapi({ description: "Left out: now." }),
    end: instantInput.openapi({ description: "At most 31 days after its start." }),
    reason: z.string(),
  })
  .openapi("SilenceWish");

/** Adds the routes of silences. */
export function addSilences(api: OpenAPIHono, deps: ApiDeps): void {
  const writes = withScope("write:alerts", deps);
  const security = [{ token: [] }];

  api.openapi(
    createRoute({
      method: "get",
      path: "/silences",
      tags: ["alerts"],
      summary: "Silences, newest first",
      security,
      middleware: [withScope("read:alerts", deps)] as const,
      responses: {
        200: jsonAnswer("The latest ones.", z.object({ silences: z.array(silenceOutput) })),
        ...refusals,
      },
    }),
    async (c) => {
      const muted = await listMutedBySilence(deps.db);
      const silences = (await listSilences(deps.db, mostListed)).map((one) =>
        toSilenceJson(
          one,
          (muted.get(one.id) ?? []).map(({ id }) => id),
          deps.now(),
        ),
      );
      return c.json({ silences }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/silences",
      tags: ["alerts"],
      summary: "Silence certain alerts for a while",
      security,
      middleware: [writes] as const,
      request: { headers: idempotencyHeader, body: jsonBody(silenceInput) },
      responses: { 201: jsonAnswer("The silence.", silenceOutput), ...writeRefusals },
    }),
    async (c) => {
      const { start, ...wish } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const silence = await silenceAlerts(db, { ...wish, start: start ?? now }, author, now);
        return { body: toSilenceJson(silence, [], now), location: "/api/v1/silences" };
      });
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/silences/{id}",
      tags: ["alerts"],
      summary: "End a silence before its time: what it mutes and still stands calls",
      security,
      middleware: [writes] as const,
      request: { params: z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) }) },
      responses: { 200: jsonAnswer("The silence.", silenceOutput), ...writeRefusals },
    }),
    async (c) => {
      const { author } = c.get("caller");
      const lifted = await liftSilence(deps.db, c.req.valid("param").id, author, deps.now());
      return c.json(toSilenceJson(lifted, [], deps.now()), 200);
    },
  );
}
