/** Corrections and exclusions over the API: proposed by one person, approved by another, revoked by a step of its own. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { proposeCorrection } from "../../actions/propose-correction.ts";
import { proposeExclusion } from "../../actions/propose-exclusion.ts";
import { settleCorrection, settleExclusion } from "../../actions/settle-proposal.ts";
import { readingStates } from "../../domain/monitoring/timeline.ts";
import { exclusionKinds } from "../../domain/sla/promise/clauses.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import {
  getCorrection,
  getExclusion,
  listCorrections,
  listExclusions,
  type StoredCorrection,
  type StoredExclusion,
} from "../../store/proposals.ts";
import { requireScope, withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { instantInput, slugInput } from "../input.ts";
import { idempotencyHeader, instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import { type ApiDeps, tellBoard } from "./deps.ts";
import {
  evidenceInput,
  proposalFields,
  reasonInput,
  referenceParameter,
  settlementInput,
  toProposalJson,
} from "./proposal-answer.ts";

const correctionOutput = z
  .object({
    ...proposalFields,
    service: z.string(),
    start: instantOutput,
    end: instantOutput,
    reads_as: z.enum(readingStates),
    reason: z.string(),
    evidence: z.string(),
  })
  .openapi("Correction");

const exclusionOutput = z
  .object({
    ...proposalFields,
    kind: z.enum(exclusionKinds),
    contract: z.string().nullable().openapi({ description: "Null: every contract that allows the kind." }),
    services: z.union([z.literal("*"), z.array(z.string())]),
    start: instantOutput,
    end: instantOutput,
    reason: z.string(),
    evidence: z.string(),
  })
  .openapi("Exclusion");

const correctionInput = z
  .strictObject({
    service: slugInput,
    start: instantInput,
    end: instantInput,
    reads_as: z.enum(readingStates).openapi({ description: "What the time is to be read as." }),
    reason: reasonInput,
    evidence: evidenceInput,
  })
  .openapi("CorrectionDraft");

const exclusionInput = z
  .strictObject({
    kind: z.enum(exclusionKinds),
    contract: slugInput.nullable().default(null),
    services: z.union([z.literal("*"), z.array(slugInput).min(1)]),
    start: instantInput,
    end: instantInput,
    reason: reasonInput,
    evidence: evidenceInput,
  })
  .openapi("ExclusionDraft");

/** Adds the routes of corrections and exclusions. */
export function addCorrections(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const writing = { ...shared, middleware: withScope("write:corrections", deps) };
  const ofCorrections = { tags: ["corrections"] };
  const ofExclusions = { tags: ["exclusions"] };

  api.openapi(
    createRoute({
      ...{ ...reading, ...ofCorrections, method: "get", path: "/corrections" },
      summary: "Corrections, proposed and settled, in order of recording",
      request: { query: z.strictObject({ service: slugInput.optional() }) },
      responses: {
        200: jsonAnswer("The corrections.", z.object({ corrections: z.array(correctionOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { service } = c.req.valid("query");
      const all = await listCorrections(deps.db, service === undefined ? {} : { service });
      return c.json({ corrections: all.map(toCorrectionJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reading, ...ofCorrections, method: "get", path: "/corrections/{reference}" },
      summary: "One correction",
      request: { params: referenceParameter },
      responses: { 200: jsonAnswer("The correction.", correctionOutput), ...writeRefusals },
    }),
    async (c) => c.json(toCorrectionJson(await getCorrection(deps.db, c.req.valid("param").reference)), 200),
  );

  api.openapi(
    createRoute({
      ...{ ...writing, ...ofCorrections, method: "post", path: "/corrections" },
      summary: "Propose to judge measured time anew; another person has to approve it",
      request: { headers: idempotencyHeader, body: jsonBody(correctionInput) },
      responses: { 201: jsonAnswer("The proposal.", correctionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { reads_as: state, ...draft } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const proposed = await proposeCorrection(db, { ...draft, state }, author, now);
        return { body: toCorrectionJson(proposed), location: `/api/v1/corrections/${proposed.reference}` };
      })) as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, ...ofCorrections, method: "post", path: "/corrections/{reference}/steps" },
      summary: "Approve, reject or revoke a correction",
      request: { params: referenceParameter, headers: idempotencyHeader, body: jsonBody(settlementInput) },
      responses: { 201: jsonAnswer("The correction after the step.", correctionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { step, reason, as_admin: asAdmin } = c.req.valid("json");
      const { author } = asAdmin ? await requireScope(c, "admin:corrections", deps) : c.get("caller");
      const { reference } = c.req.valid("param");
      const now = deps.now();
      const response = await createOnce(c, deps.db, author, now, async (db) => {
        const settled = await settleCorrection(db, reference, { step, reason, author, asAdmin }, now);
        return { body: toCorrectionJson(settled), location: `/api/v1/corrections/${reference}` };
      });
      await tellBoard(deps, c);
      return response as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reading, ...ofExclusions, method: "get", path: "/exclusions" },
      summary: "Exclusions, proposed and settled, in order of recording",
      responses: {
        200: jsonAnswer("The exclusions.", z.object({ exclusions: z.array(exclusionOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => c.json({ exclusions: (await listExclusions(deps.db)).map(toExclusionJson) }, 200),
  );

  api.openapi(
    createRoute({
      ...{ ...reading, ...ofExclusions, method: "get", path: "/exclusions/{reference}" },
      summary: "One exclusion",
      request: { params: referenceParameter },
      responses: { 200: jsonAnswer("The exclusion.", exclusionOutput), ...writeRefusals },
    }),
    async (c) => c.json(toExclusionJson(await getExclusion(deps.db, c.req.valid("param").reference)), 200),
  );

  api.openapi(
    createRoute({
      ...{ ...writing, ...ofExclusions, method: "post", path: "/exclusions" },
      summary: "Propose to take time out of the count; another person has to approve it",
      request: { headers: idempotencyHeader, body: jsonBody(exclusionInput) },
      responses: { 201: jsonAnswer("The proposal.", exclusionOutput), ...writeRefusals },
    }),
    async (c) => {
      const draft = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const proposed = await proposeExclusion(db, draft, author, now);
        return { body: toExclusionJson(proposed), location: `/api/v1/exclusions/${proposed.reference}` };
      })) as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, ...ofExclusions, method: "post", path: "/exclusions/{reference}/steps" },
      summary: "Approve, reject or revoke an exclusion",
      request: { params: referenceParameter, headers: idempotencyHeader, body: jsonBody(settlementInput) },
      responses: { 201: jsonAnswer("The exclusion after the step.", exclusionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { step, reason, as_admin: asAdmin } = c.req.valid("json");
      const { author } = asAdmin ? await requireScope(c, "admin:corrections", deps) : c.get("caller");
      const { reference } = c.req.valid("param");
      const now = deps.now();
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const settled = await settleExclusion(db, reference, { step, reason, author, asAdmin }, now);
        return { body: toExclusionJson(settled), location: `/api/v1/exclusions/${reference}` };
      })) as never;
    },
  );
}

function toCorrectionJson(correction: StoredCorrection) {
  const { service, start, end, state, reason, evidence } = correction;
  return {
    ...toProposalJson(correction),
    service,
    start: isoInstant(start),
    end: isoInstant(end),
    reads_as: state,
    reason,
    evidence,
  };
}

function toExclusionJson(exclusion: StoredExclusion) {
  const { kind, contract, services, start, end, reason, evidence } = exclusion;
  return {
    ...toProposalJson(exclusion),
    kind,
    contract,
    services,
    start: isoInstant(start),
    end: isoInstant(end),
    reason,
    evidence,
  };
}
