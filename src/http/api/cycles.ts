/**
 * Cycles over the API: how each stands, what it still needs, and closing it; one contract's, or all of a month with progress as JSON lines.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { closeCycle, needInWords } from "../../actions/close-cycle.ts";
import { type ClosingProgress, closeMonth } from "../../actions/close-month.ts";
import { decideCycle } from "../../actions/decide-cycle.ts";
import { type CycleDraft, draftCycle } from "../../actions/draft-cycle.ts";
import { type DifferenceChoice, explainDifferences } from "../../actions/explain-differences.ts";
import { onlyContract, readGround } from "../../actions/read-ground.ts";
import { Refusal } from "../../domain/errors.ts";
import {
  type CycleNeed,
  cycleStates,
  type Difference,
  differenceKinds,
} from "../../domain/sla/close/cycle-state.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { withScope } from "../authentication.ts";
import { instantInput, monthInput, referenceInput, slugInput } from "../input.ts";
import { requestIdOf } from "../problem.ts";
import { instantOutput, jsonAnswer, jsonBody, percentOutput, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { reasonInput } from "./proposal-answer.ts";
import { addressOfReport, reportOutput, toReportJson } from "./reports.ts";

const differenceOutput = z.object({
  kind: z.enum(differenceKinds),
  service: z.string(),
  start: instantOutput,
  end: instantOutput,
  incident: z.string().nullable(),
});

const needOutput = z.object({
  need: z.enum(["cycle_end", "settle_time", "proposal", "explanation", "decision"]),
  detail: z.string(),
  at: instantOutput
    .nullable()
    .openapi({ description: "When it passes by itself; null: a person is needed." }),
  reference: z.string().nullable(),
  difference: differenceOutput.nullable(),
});

const cycleOutput = z
  .object({
    contract: z.string(),
    month: z.string().openapi({ example: "2026-06" }),
    state: z.enum(cycleStates),
    revision: z.int().openapi({ description: "The last one that was issued; 0: none." }),
    start: instantOutput,
    end: instantOutput,
    verdict: z.string(),
    percent: percentOutput.nullable(),
    bounds: z.object({ low: percentOutput.nullable(), high: percentOutput.nullable() }),
    credit_minor: z.int().nullable(),
    currency: z.string().nullable(),
    sensitive_to_unknown: z.boolean(),
    changed_since_issue: z
      .boolean()
      .openapi({ description: "What would be computed now differs from what was issued." }),
    needs: z.array(needOutput),
    draft: z
      .unknown()
      .openapi({ description: "The report as it would be computed now, with its arithmetic." }),
  })
  .openapi("Cycle");

/** Adds the routes of cycles and closings. */
export function addCycles(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["cycles"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const writing = { ...shared, middleware: withScope("write:reports", deps) };
  const params = z.object({ slug: slugInput, month: monthInput });

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/contracts/{slug}/cycles/{month}" },
      summary: "One cycle as it stands: figures, state, and what it still needs to be final",
      request: { params },
      responses: { 200: jsonAnswer("The cycle.", cycleOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug, month } = c.req.valid("param");
      const ground = await readGround(deps.db, month, { contract: slug });
      const of = onlyContract(ground);
      const draft = await draftCycle(deps.db, ground, of, deps.office.engine, deps.now());
      const last = of.reports.at(-1);
      return c.json(toCycleJson(slug, month, of.period, draft, last?.factsDigest ?? null), 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/contracts/{slug}/cycles/{month}/closing" },
      summary: "Close the cycle: issue the first revision of its report",
      description: "Sent again it is refused (cycle_final): what is issued is issued once.",
      request: { params },
      responses: { 201: jsonAnswer("The report.", reportOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug, month } = c.req.valid("param");
      const wanted = { contract: slug, label: month, author: c.get("caller").author };
      const report = await closeCycle(deps.db, deps.office, wanted, deps.now());
      return c.json(toReportJson(report), 201, { Location: addressOfReport(report) });
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/contracts/{slug}/cycles/{month}/explanations" },
      summary: "Explain where what was measured and what was declared differ",
      description: "It holds for every contract that covers the service.",
      request: {
        params,
        body: jsonBody(
          z
            .strictObject({
              reason: reasonInput,
              differences: z
                .array(
                  z.strictObject({
                    service: slugInput,
                    incident: referenceInput.nullable().default(null),
                    start: instantInput.nullable().default(null).openapi({
                      description: "Start of the outage; left out: all of the service that are unexplained.",
                    }),
                  }),
                )
                .min(1),
            })
            .openapi("Explanation"),
        ),
      },
      responses: {
        201: jsonAnswer("What was explained.", z.object({ explained: z.array(differenceOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug, month } = c.req.valid("param");
      const { reason, differences } = c.req.valid("json");
      const choices: DifferenceChoice[] = differences;
      const wanted = { contract: slug, label: month, choices, reason };
      const { author } = c.get("caller");
      const explained = await explainDifferences(deps.db, deps.office.engine, wanted, author, deps.now());
      return c.json({ explained: explained.map(toDifferenceJson) }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/contracts/{slug}/cycles/{month}/decision" },
      summary: "Decide a verdict that hangs on unmeasured time",
      description: "It holds for the figures as they are; should they change, a new decision is needed.",
      request: { params, body: jsonBody(z.strictObject({ reason: reasonInput }).openapi("Decision")) },
      responses: {
        201: jsonAnswer(
          "The figures that were decided on.",
          z.object({ verdict: z.string(), percent: percentOutput.nullable() }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug, month } = c.req.valid("param");
      const wanted = { contract: slug, label: month, reason: c.req.valid("json").reason };
      const { author } = c.get("caller");
      const decided = await decideCycle(deps.db, deps.office.engine, wanted, author, deps.now());
      return c.json({ verdict: decided.verdict, percent: decided.percent }, 201);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/closings" },
      summary: "Close all contracts of a month together",
      description:
        "Answers with JSON lines while it works: first the cycles that wait for time or for a person, then each report as it is issued.",
      request: { body: jsonBody(z.strictObject({ month: monthInput }).openapi("Closing")) },
      responses: {
        200: {
          description: "A line a step; the last one says `done`, or `failed` where the work broke off.",
          content: { "application/x-ndjson": { schema: z.string() } },
        },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const label = c.req.valid("json").month;
      const { author } = c.get("caller");
      const steps = closeMonth(deps.db, deps.office, { label, author }, deps.now);
      // The first step is waited for, so that a refusal is answered as one.
      const first = await steps.next();
      c.header("Content-Type", "application/x-ndjson");
      c.header("Cache-Control", "no-store");
      return stream(c, async (out) => {
        const tell = (line: object) => out.writeln(JSON.stringify(line)).then(() => {});
        try {
          for (let next = first; !next.done; next = await steps.next()) {
            await tell(toProgressJson(next.value));
          }
        } catch (error) {
          if (!(error instanceof Refusal)) {
            const requestId = requestIdOf(c);
            deps.logDefect({ requestId, method: c.req.method, path: c.req.path, error });
          }
          await tell({ step: "failed", code: error instanceof Refusal ? error.code : "internal_error" });
        }
      }) as never;
    },
  );
}

function toCycleJson(
  contract: string,
  month: string,
  { start, end }: { start: number; end: number },
  { state, revision, report, figures, needs, factsDigest }: CycleDraft,
  issuedDigest: string | null,
) {
  const { verdict, percent, bounds } = figures;
  const { credit_minor, currency, sensitive_to_unknown } = report.result;
  return {
    ...{ contract, month, state, revision, start: isoInstant(start), end: isoInstant(end) },
    ...{ verdict, percent, bounds, credit_minor, currency, sensitive_to_unknown },
    changed_since_issue: issuedDigest !== null && issuedDigest !== factsDigest,
    needs: revision > 0 ? [] : needs.map(toNeedJson),
    draft: report,
  };
}

function toNeedJson(need: CycleNeed) {
  return {
    need: need.need,
    detail: needInWords(need),
    at: "at" in need ? isoInstant(need.at) : null,
    reference: need.need === "proposal" ? need.reference : null,
    difference: need.need === "explanation" ? toDifferenceJson(need.difference) : null,
  };
}

function toDifferenceJson({ kind, service, start, end, incident }: Difference) {
  return { kind, service, start: isoInstant(start), end: isoInstant(end), incident };
}

function toProgressJson(progress: ClosingProgress) {
  switch (progress.step) {
    case "waiting":
      return { ...progress, needs: progress.needs.map(toNeedJson) };
    case "issued":
      return { step: "issued", report: toReportJson(progress.report) };
    case "begun":
    case "looked":
    case "refused":
    case "done":
      return progress;
  }
}
