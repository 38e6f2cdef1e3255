/**
 * The addresses that jobs call, for who has a token: they are secrets, so no public answer tells them.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listCheckInJobs } from "../../store/check-in-jobs.ts";
import { withScope } from "../authentication.ts";
import { checkInToken } from "../check-in-address.ts";
import { instantOutput, jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const jobOutput = z
  .object({
    service: z.string(),
    check: z.string(),
    path: z.string().openapi({ example: "/check-in/7-bC1w…", description: "Call it by GET, POST or HEAD." }),
    fail_path: z.string().openapi({ description: "To say that the job failed." }),
    last_called_at: instantOutput.nullable(),
    last_outcome: z.enum(["ok", "fail"]).nullable(),
  })
  .openapi("CheckInJob");

/** Adds the list of check-in addresses. */
export function addCheckIns(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/check-ins",
      tags: ["check-ins"],
      summary: "Jobs that call us, with the addresses they call",
      security: [{ token: [] }],
      middleware: [withScope("read:check-ins", deps)] as const,
      responses: {
        200: jsonAnswer("All of them.", z.object({ check_ins: z.array(jobOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const jobs = await listCheckInJobs(deps.db);
      c.header("Cache-Control", "no-store");
      return c.json(
        {
          check_ins: jobs.map(({ checkId, serviceSlug, checkSlug, calledAt, outcome }) => {
            const path = `/check-in/${checkInToken(deps.secretKey, checkId)}`;
            return {
              service: serviceSlug,
              check: checkSlug,
              path,
              fail_path: `${path}/fail`,
              last_called_at: isoInstant(calledAt),
              last_outcome: outcome,
            };
          }),
        },
        200,
      );
    },
  );
}
