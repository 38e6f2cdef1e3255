/** What if, over the API: what a window, a correction, an exclusion or other terms would change in every customer's month. Nothing is stored. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type MonthFigures, type Overlay, type TouchedMonth, whatIf } from "../../actions/what-if.ts";
import { readingStates } from "../../domain/monitoring/timeline.ts";
import { cycleStates } from "../../domain/sla/close/cycle-state.ts";
import { exclusionKinds } from "../../domain/sla/promise/clauses.ts";
import { readContract, writtenShapes } from "../../platform-file/written.ts";
import { withScope } from "../authentication.ts";
import { instantInput, monthInput, slugInput } from "../input.ts";
import { jsonAnswer, jsonBody, percentOutput, writeRefusals } from "./answer.ts";
import { readAgreementContext } from "./contract-answer.ts";
import type { ApiDeps } from "./deps.ts";
import { writtenInput } from "./written-input.ts";

const stretchInput = { start: instantInput, end: instantInput };

const whatIfInput = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("maintenance"),
      services: z.array(slugInput).min(1),
      ...stretchInput,
      is_down: z
        .boolean()
        .default(true)
        .openapi({ description: "The services are taken to be down for its whole length." }),
    }),
    z.strictObject({
      kind: z.literal("correction"),
      service: slugInput,
      ...stretchInput,
      reads_as: z.enum(readingStates),
    }),
    z.strictObject({
      kind: z.literal("exclusion"),
      excludes: z.enum(exclusionKinds),
      contract: slugInput.nullable().default(null),
      services: z.union([z.literal("*"), z.array(slugInput).min(1)]),
      ...stretchInput,
    }),
    z.strictObject({
      kind: z.literal("contract"),
      slug: slugInput,
      contract: writtenInput("WrittenContract", writtenShapes.contract),
      since: monthInput.openapi({ description: "As if its last terms had held from this month on." }),
    }),
  ])
  .openapi("WhatIf");

const figuresOutput = z
  .object({
    verdict: z.string(),
    percent: percentOutput.nullable(),
    budget_left_ms: z.number().nullable(),
    credit_minor: z.int().nullable(),
    currency: z.string().nullable(),
  })
  .openapi("MonthFigures");

export const touchedMonthOutput = z
  .object({
    contract: z.string(),
    customer: z.string(),
    month: z.string(),
    state: z.enum(cycleStates),
    before: figuresOutput.nullable().openapi({ description: "Null: the contract does not hold then." }),
    after: figuresOutput,
    adjustment_minor: z
      .int()
      .nullable()
      .openapi({ description: "Of a final cycle: what its restatement would pay, or take back." }),
    window: z
      .object({
        verdict: z.string().nullable(),
        warnings: z.array(z.object({ code: z.string(), detail: z.string() })),
      })
      .nullable(),
  })
  .openapi("TouchedMonth");

/** Adds the route. */
export function addWhatIf(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      ...{ tags: ["what-if"], security: [{ token: [] as string[] }], method: "post", path: "/what-if" },
      middleware: withScope("read:reports", deps),
      summary: "What something would change in every customer's month, before anybody says yes",
      request: { body: jsonBody(whatIfInput) },
      responses: {
        200: jsonAnswer(
          "Every month it reaches, in order of contract and time.",
          z.object({ months: z.array(touchedMonthOutput) }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const overlay = await toOverlay(deps, c.req.valid("json"));
      const months = await whatIf(deps.db, deps.office.engine, overlay, deps.now());
      return c.json({ months: months.map(toMonthJson) }, 200);
    },
  );
}

async function toOverlay(deps: ApiDeps, asked: z.infer<typeof whatIfInput>): Promise<Overlay> {
  switch (asked.kind) {
    case "maintenance": {
      const { is_down: isDown, ...planned } = asked;
      return { ...planned, isDown };
    }
    case "correction": {
      const { reads_as: state, ...meant } = asked;
      return { ...meant, state };
    }
    case "exclusion":
      return asked;
    case "contract": {
      const wanted = readContract(asked.slug, asked.contract, await readAgreementContext(deps));
      return { kind: "contract", wanted, since: asked.since };
    }
  }
}

export function toMonthJson({ contract, customer, label, state, before, after, ...month }: TouchedMonth) {
  const { adjustmentMinor, window } = month;
  return {
    ...{ contract, customer: customer.slug, month: label, state },
    before: before && toFiguresJson(before),
    after: toFiguresJson(after),
    adjustment_minor: adjustmentMinor,
    window: window && {
      verdict: window.verdict,
      warnings: window.warnings.map(({ code, detail }) => ({ code, detail })),
    },
  };
}

function toFiguresJson({ verdict, percent, budgetLeftMs, creditMinor, currency }: MonthFigures) {
  return { verdict, percent, budget_left_ms: budgetLeftMs, credit_minor: creditMinor, currency };
}
