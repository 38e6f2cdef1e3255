/** The audit over the API: looked through, taken away whole, and hashed again. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { auditKinds } from "../../domain/audit/audit-chain.ts";
import { auditEvents } from "../../domain/audit/audit-event.ts";
import { type AuditSearch, checkAuditChain, findAudit } from "../../store/audit.ts";
import { exportAudit, toAuditJson } from "../audit-export.ts";
import { withScope } from "../authentication.ts";
import { instantInput } from "../input.ts";
import { jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const entryOutput = z
  .object({
    sequence: z.int(),
    kind: z.enum(auditKinds),
    subject: z.string(),
    event: z.enum(auditEvents),
    author: z.string().openapi({ description: "Id of a person, or the name of a token." }),
    content: z.string().openapi({ description: "Canonical JSON of what stood before and stands after." }),
    previous: z.string().nullable(),
    digest: z.string(),
    recorded_at: z.int().openapi({ description: "Epoch milliseconds, as it is hashed." }),
    address: z.string().nullable(),
    agent: z.string().nullable(),
    request_id: z.string().nullable(),
  })
  .openapi("AuditEntry");

const searchInput = {
  kind: z.enum(auditKinds).optional(),
  author: z.string().max(100).optional(),
  subject: z.string().max(200).optional(),
  text: z.string().max(200).optional(),
  from: instantInput.optional(),
  to: instantInput.optional(),
};

/** Adds the routes of the audit. */
export function addAudit(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = {
    tags: ["audit"],
    security: [{ token: [] as string[] }],
    middleware: withScope("read:audit", deps),
    method: "get" as const,
  };

  api.openapi(
    createRoute({
      ...{ ...shared, path: "/audit" },
      summary: "Everything anybody changed, newest first",
      request: {
        query: z.strictObject({
          ...searchInput,
          before: z.coerce.number().int().positive().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
      },
      responses: {
        200: jsonAnswer("Steps.", z.object({ audit: z.array(entryOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { before = null, limit, ...search } = c.req.valid("query");
      const found = await findAudit(deps.db, search as AuditSearch, { before, limit });
      return c.json({ audit: found.map(toAuditJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...shared, path: "/audit/chain" },
      summary: "Every step hashed again: whether the chain holds",
      responses: {
        200: jsonAnswer(
          "The chain.",
          z.object({
            entries: z.int(),
            head: z.string().nullable(),
            broken_at: z.int().nullable().openapi({ description: "null: it holds" }),
          }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { brokenAt, ...chain } = await checkAuditChain(deps.db);
      return c.json({ ...chain, broken_at: brokenAt }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...shared, path: "/audit.csv" },
      summary: "The same as one file, however much it is",
      request: { query: z.strictObject(searchInput) },
      responses: {
        200: { description: "CSV.", content: { "text/csv": { schema: z.string() } } },
        ...writeRefusals,
      },
    }),
    (c) => exportAudit(c, deps.db, c.req.valid("query") as AuditSearch, "csv") as never,
  );
}
