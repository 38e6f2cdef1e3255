/** Issued reports as documents over the API: on paper, as workbook or table, and as the bundle that a customer verifies. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import { withScope } from "../authentication.ts";
import { monthInput, slugInput } from "../input.ts";
import { documentNames, issuedDocument } from "../issued-document.ts";
import { writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/** Adds the route of a report's documents. */
export function addReportDocuments(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/contracts/{slug}/reports/{month}/documents/{document}",
      tags: ["reports"],
      security: [{ token: [] }],
      middleware: [withScope("read:reports", deps)] as const,
      summary: "A report as PDF, workbook, CSV, or as the bundle that `fournines verify` computes again",
      request: {
        params: z.object({ slug: slugInput, month: monthInput, document: z.enum(documentNames) }),
        query: z.strictObject({
          revision: z.coerce
            .number()
            .int()
            .min(1)
            .max(1_000_000)
            .optional()
            .openapi({ type: "integer", description: "Left out: the latest." }),
          language: z
            .enum(customerLanguages)
            .optional()
            .openapi({ description: "Left out: the report's. A bundle is always in the report's." }),
        }),
      },
      responses: {
        200: { description: "The document.", content: { "application/octet-stream": { schema: z.any() } } },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug, month, document } = c.req.valid("param");
      const wanted = { contract: slug, label: month, ...c.req.valid("query") };
      const { bytes, headers } = await issuedDocument(document, wanted, deps);
      return c.body(bytes, 200, headers) as never;
    },
  );
}
