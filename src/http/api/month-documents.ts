/** Reports of a month over all contracts, or those of one customer, as one download over the API. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { monthDocuments } from "../../documents/month.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import { withScope } from "../authentication.ts";
import { monthInput, slugInput } from "../input.ts";
import { answerMonth } from "../month-documents.ts";
import { requestIdOf } from "../problem.ts";
import { writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/** Adds the route of a month's documents. */
export function addMonthDocuments(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/reports/{month}/documents/{document}",
      tags: ["reports"],
      security: [{ token: [] }],
      middleware: [withScope("read:reports", deps)] as const,
      summary:
        "The reports of a month over all contracts: one workbook, one table, or all of them in an archive",
      description:
        "Only what was issued, each contract's latest revision. The name of the file holds a digest of what it is made of: the same name, the same bytes.",
      request: {
        params: z.object({ month: monthInput, document: z.enum(monthDocuments) }),
        query: z.strictObject({
          customer: slugInput.optional().openapi({ description: "Left out: every customer." }),
          language: z.enum(customerLanguages).optional().openapi({
            description:
              "Left out: tables in the first language of the platform; in an archive each report in its own.",
          }),
        }),
      },
      responses: {
        200: { description: "The document.", content: { "application/octet-stream": { schema: z.any() } } },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { month, document } = c.req.valid("param");
      const { customer = null, language = null } = c.req.valid("query");
      const wanted = { month, document, customer, language };
      return (await answerMonth(deps.db, deps.board().settings, wanted, (error) => {
        deps.logDefect({ requestId: requestIdOf(c), method: c.req.method, path: c.req.path, error });
      })) as never;
    },
  );
}
