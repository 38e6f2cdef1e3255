/** Ready-made policies and credit tables to choose from, and what a planned window would break of what contracts promise. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { windowJudge } from "../../actions/judge-window.ts";
import { creditTables } from "../../platform-file/credit-tables.ts";
import { findPolicy, policyNames } from "../../platform-file/policies.ts";
import { withScope } from "../authentication.ts";
import { instantInput, slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const policyOutput = z
  .object({
    name: z.string(),
    title: z.string(),
    document: z.string(),
    language: z.string(),
    implements: z.array(z.object({ clause: z.string(), rules: z.array(z.int()), words: z.string() })),
    open: z.array(
      z.object({
        setting: z.string(),
        question: z.string(),
        rules: z.array(z.int()),
        chosen: z.unknown(),
        because: z.string(),
        alternatives: z.array(z.object({ value: z.unknown(), means: z.string() })),
      }),
    ),
  })
  .openapi("Policy");

const tableOutput = z
  .object({
    name: z.string(),
    title: z.string(),
    seen_at: z.string(),
    bands: z.array(z.object({ below: z.string(), percent: z.string() })),
  })
  .openapi("CreditTable");

const windowCheckInput = z
  .strictObject({
    services: z.array(slugInput).min(1),
    planned_start: instantInput,
    planned_end: instantInput,
    reference: z
      .string()
      .optional()
      .openapi({ description: "Of a window that is planned anew: it is not compared with itself." }),
  })
  .refine((plan) => plan.planned_start < plan.planned_end, {
    path: ["planned_end"],
    message: "It ends after it starts.",
  });

/** Adds the routes. */
export function addPolicies(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = {
    tags: ["contracts"],
    security: [{ token: [] as string[] }],
    middleware: withScope("read:contracts", deps),
  };

  api.openapi(
    createRoute({
      ...shared,
      method: "get",
      path: "/policies",
      summary: "Ready-made policies and market-typical credit tables",
      responses: {
        200: jsonAnswer(
          "What a contract can start from.",
          z.object({ policies: z.array(policyOutput), credit_tables: z.array(tableOutput) }),
        ),
        ...writeRefusals,
      },
    }),
    (c) => {
      const policies = policyNames().map((name) => {
        const { clauses: _, ...policy } = findPolicy(name)!;
        return policy;
      });
      const tables = creditTables().map(({ seenAt, ...table }) => ({ ...table, seen_at: seenAt }));
      return c.json({ policies, credit_tables: tables }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/contracts/window-checks",
      summary: "What a planned maintenance window would break of what contracts promise about windows",
      request: { body: jsonBody(windowCheckInput) },
      responses: {
        200: jsonAnswer(
          "Contracts that warn; none where the window keeps every promise.",
          z.object({
            contracts: z.array(
              z.object({
                contract: z.string(),
                warnings: z.array(z.object({ code: z.string(), detail: z.string() })),
              }),
            ),
          }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { services, planned_start: start, planned_end: end, reference } = c.req.valid("json");
      const leaving = reference === undefined ? [] : [reference];
      const judge = await windowJudge(deps.db, { from: start, serviceSlugs: services, leaving });
      const broken = judge({ start, end, serviceSlugs: services }, deps.now());
      const contracts = [...Map.groupBy(broken, ({ contract }) => contract)].map(([contract, rules]) => ({
        contract,
        warnings: rules.map(({ code, detail }) => ({ code, detail })),
      }));
      return c.json({ contracts }, 200);
    },
  );
}
