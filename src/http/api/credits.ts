/** The ledger of credits over the API: how each stands, the next step, and everything as CSV for accounting. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { moveCredit } from "../../actions/move-credit.ts";
import { creditModes } from "../../domain/sla/promise/clauses.ts";
import { creditStates } from "../../domain/sla/close/credit-ledger.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listCredits, type StoredCreditLine } from "../../store/credits.ts";
import { withScope } from "../authentication.ts";
import { answerCredits } from "../credit-file.ts";
import { createOnce } from "../idempotency.ts";
import { monthInput, slugInput } from "../input.ts";
import { idempotencyHeader, instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const creditOutput = z
  .object({
    customer: z.string(),
    contract: z.string(),
    month: z.string(),
    revision: z.int().openapi({ description: "The revision that brought it." }),
    amount_minor: z.int().openapi({ description: "Minor units; below 0: taken back." }),
    currency: z.string(),
    mode: z.enum(creditModes),
    claim_until: instantOutput.nullable().openapi({ description: "Inclusive; null: whenever." }),
    state: z.enum(creditStates),
    entries: z.array(
      z.object({
        state: z.enum(creditStates),
        reason: z.string(),
        author: z.string(),
        recorded_at: instantOutput,
      }),
    ),
  })
  .openapi("Credit");

/** Adds the routes of credits. */
export function addCredits(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["credits"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const query = z.strictObject({ contract: slugInput.optional(), month: monthInput.optional() });
  const among = ({ contract, month }: z.infer<typeof query>) => ({
    ...(contract === undefined ? {} : { contract }),
    ...(month === undefined ? {} : { label: month }),
  });

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/credits" },
      summary: "The ledger of credits",
      request: { query },
      responses: {
        200: jsonAnswer(
          "In order of contract, month and revision.",
          z.object({ credits: z.array(creditOutput) }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const lines = await listCredits(deps.db, among(c.req.valid("query")));
      return c.json({ credits: lines.map(toCreditJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/credits.csv" },
      summary: "The same for accounting",
      request: { query },
      responses: {
        200: { description: "CSV, UTF-8.", content: { "text/csv": { schema: z.string() } } },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const lines = await listCredits(deps.db, among(c.req.valid("query")));
      return answerCredits(c, lines) as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...shared, middleware: withScope("write:reports", deps), method: "post" },
      path: "/contracts/{slug}/credits/{month}/{revision}/steps",
      summary: "Claim, approve, reject, issue or void a credit",
      request: {
        params: z.object({
          slug: slugInput,
          month: monthInput,
          revision: z.coerce.number().int().min(1).max(1_000_000).openapi({ type: "integer", example: 1 }),
        }),
        headers: idempotencyHeader,
        body: jsonBody(
          z
            .strictObject({
              state: z.enum(["claimed", "approved", "rejected", "issued", "void"]),
              reason: z.string().default("").openapi({ description: "Needed to reject or void." }),
            })
            .openapi("CreditStep"),
        ),
      },
      responses: { 201: jsonAnswer("The credit after the step.", creditOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug, month, revision } = c.req.valid("param");
      const { state, reason } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const name = { contract: slug, label: month, revision };
        const moved = await moveCredit(db, name, { to: state, reason, author }, now);
        return { body: toCreditJson(moved), location: null };
      })) as never;
    },
  );
}

function toCreditJson(line: StoredCreditLine) {
  return {
    customer: line.customer,
    contract: line.contract,
    month: line.label,
    revision: line.revision,
    amount_minor: line.amountMinor,
    currency: line.currency,
    mode: line.mode,
    claim_until: isoInstant(line.claimUntil),
    state: line.state,
    entries: line.entries.map(({ state, reason, author, recordedAt }) => ({
      state,
      reason,
      author,
      recorded_at: isoInstant(recordedAt),
    })),
  };
}
