/** Who is on duty, over the API: rota by rota, for the days to come; taking a duty over, and giving it back. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { readDutyGround } from "../../actions/read-circumstances.ts";
import { giveDutyBack, takeDuty } from "../../actions/take-duty.ts";
import { dutyPlan } from "../../domain/alerting/rota.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import type { RecordedOverride } from "../../store/rota-overrides.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, slugInput } from "../input.ts";
import { idempotencyHeader, instantOutput, jsonAnswer, jsonBody, refusals, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const dayMs = 86_400_000;

const stretchOutput = z.object({
  start: instantOutput,
  end: instantOutput,
  person: z.string().nullable().openapi({ description: "Id of the person; null: nobody is on duty." }),
  can_be_called: z.boolean(),
  channels: z.array(z.string()),
  takeover: z.int().nullable(),
});

const rotaOutput = z
  .object({ slug: z.string(), title: z.string(), time_zone: z.string(), duties: z.array(stretchOutput) })
  .openapi("Rota");

const takeoverOutput = z
  .object({
    id: z.int(),
    rota: z.string(),
    person: z.string(),
    start: instantOutput,
    end: instantOutput,
    note: z.string(),
    author: z.string(),
    withdrawn_at: instantOutput.nullable(),
  })
  .openapi("Takeover");

/** Adds the routes of rotas. */
export function addOnCall(api: OpenAPIHono, deps: ApiDeps): void {
  const writes = withScope("write:alerts", deps);
  const security = [{ token: [] }];

  api.openapi(
    createRoute({
      method: "get",
      path: "/on-call",
      tags: ["alerts"],
      summary: "Who is on duty, from now on",
      security,
      middleware: [withScope("read:alerts", deps)] as const,
      request: { query: z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(14) }) },
      responses: {
        200: jsonAnswer(
          "Each rota with stretches that follow each other without a hole.",
          z.object({ rotas: z.array(rotaOutput) }),
        ),
        ...refusals,
      },
    }),
    async (c) => {
      const now = deps.now();
      const within = { start: now, end: now + c.req.valid("query").days * dayMs };
      const ground = await readDutyGround(deps.db, within);
      const rotas = ground.rules.rotas.map((rota) => ({
        ...{ slug: rota.slug, title: rota.title, time_zone: rota.timeZone },
        duties: dutyPlan(rota, ground.overrides, within, ground.openTimeOf).map(({ start, end, duty }) => {
          const person = duty === null ? undefined : ground.personOf(duty.person);
          return {
            start: isoInstant(start),
            end: isoInstant(end),
            // An address that nobody here signs in with stays in the file.
            person: person ?? null,
            can_be_called: person !== undefined,
            channels: duty?.channels ?? [],
            takeover: duty?.override ?? null,
          };
        }),
      }));
      return c.json({ rotas }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/on-call/takeovers",
      tags: ["alerts"],
      summary: "Take the duty of a rota over for a while",
      security,
      middleware: [writes] as const,
      request: {
        headers: idempotencyHeader,
        body: jsonBody(
          z.strictObject({
            rota: slugInput,
            person: z.string().openapi({ description: "Id or mail address of whoever takes it." }),
            start: instantInput.optional().openapi({ description: "Left out: now." }),
            end: instantInput,
            note: z.string().default(""),
          }),
        ),
      },
      responses: { 201: jsonAnswer("What was taken over.", takeoverOutput), ...writeRefusals },
    }),
    async (c) => {
      const { start, ...wish } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const taken = await takeDuty(db, { ...wish, start: start ?? now }, author, now);
        return { body: toTakeoverJson(taken), location: "/api/v1/on-call" };
      });
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/on-call/takeovers/{id}",
      tags: ["alerts"],
      summary: "Take that back: it is whose turn it was",
      security,
      middleware: [writes] as const,
      request: { params: z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) }) },
      responses: { 200: jsonAnswer("What was taken back.", takeoverOutput), ...writeRefusals },
    }),
    async (c) => {
      const { author } = c.get("caller");
      return c.json(
        toTakeoverJson(await giveDutyBack(deps.db, c.req.valid("param").id, author, deps.now())),
        200,
      );
    },
  );
}

function toTakeoverJson({ id, rota, person, start, end, note, author, withdrawnAt }: RecordedOverride) {
  return {
    ...{ id, rota, person, note, author },
    start: isoInstant(start),
    end: isoInstant(end),
    withdrawn_at: isoInstant(withdrawnAt),
  };
}
