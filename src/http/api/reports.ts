/** Reports over the API: every revision that was issued, its sealed text, and restating it: proposed by one person, approved by another. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { proposeRevision } from "../../actions/propose-revision.ts";
import { approveRevision, rejectRevision } from "../../actions/settle-revision.ts";
import { revisionCauses } from "../../domain/sla/close/proposal.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listRevisionProposals, type StoredRevisionProposal } from "../../store/proposals.ts";
import { type IssuedReport, listReports } from "../../store/reports.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { monthInput, slugInput } from "../input.ts";
import { issuedText } from "../issued-document.ts";
import {
  idempotencyHeader,
  instantOutput,
  jsonAnswer,
  jsonBody,
  percentOutput,
  writeRefusals,
} from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { proposalFields, reasonInput, referenceParameter, toProposalJson } from "./proposal-answer.ts";

export const reportOutput = z
  .object({
    contract: z.string(),
    month: z.string().openapi({ example: "2026-06" }),
    revision: z.int(),
    supersedes: z.int().nullable(),
    reason: z.string(),
    author: z.string(),
    approver: z.string().nullable(),
    issued_at: instantOutput,
    verdict: z.string(),
    percent: percentOutput.nullable(),
    credit_minor: z.int().nullable(),
    currency: z.string().nullable(),
    sha256: z.string().openapi({ description: "Of the canonical JSON of the report, hex." }),
    signature: z.string().openapi({ description: "Ed25519 over the 32 bytes of the digest, base64." }),
    public_key: z.string().openapi({ description: "Raw key of the seal, base64." }),
  })
  .openapi("Report");

const revisionOutput = z
  .object({
    ...proposalFields,
    contract: z.string(),
    month: z.string(),
    supersedes: z.int(),
    cause: z.enum(revisionCauses),
    reason: z.string(),
  })
  .openapi("ProposedRevision");

/** Adds the routes of reports and revisions. */
export function addReports(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["reports"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const writing = { ...shared, middleware: withScope("write:reports", deps) };
  const cycle = z.object({ slug: slugInput, month: monthInput });
  const one = cycle.extend({
    revision: z.coerce.number().int().min(1).max(1_000_000).openapi({ type: "integer", example: 1 }),
  });

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/reports" },
      summary: "Every revision that was issued, without its text",
      request: {
        query: z.strictObject({ contract: slugInput.optional(), month: monthInput.optional() }),
      },
      responses: {
        200: jsonAnswer(
          "In order of contract, month and revision.",
          z.object({ reports: z.array(reportOutput) }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { contract, month } = c.req.valid("query");
      const reports = await listReports(deps.db, {
        ...(contract === undefined ? {} : { contract }),
        ...(month === undefined ? {} : { label: month }),
      });
      return c.json({ reports: reports.map(toReportJson) }, 200);
    },
  );

  for (const [path, params] of [
    ["/contracts/{slug}/reports/{month}", cycle],
    ["/contracts/{slug}/reports/{month}/revisions/{revision}", one],
  ] as const) {
    api.openapi(
      createRoute({
        ...{ ...reading, method: "get", path },
        summary: params === one ? "One revision of a report" : "The latest revision of a report",
        description: "The canonical JSON, byte for byte what `sha256` is the digest of.",
        request: { params },
        responses: { 200: jsonAnswer("The report.", z.unknown()), ...writeRefusals },
      }),
      async (c) => {
        const { slug, month, revision } = c.req.valid("param") as z.infer<typeof cycle> & {
          revision?: number;
        };
        const { text, headers } = await issuedText({ contract: slug, label: month, revision }, deps);
        return c.body(text, 200, headers) as never;
      },
    );
  }

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/revisions" },
      summary: "Proposed restatements, settled ones too",
      request: {
        query: z.strictObject({ contract: slugInput.optional(), month: monthInput.optional() }),
      },
      responses: {
        200: jsonAnswer("In order of recording.", z.object({ revisions: z.array(revisionOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { contract, month } = c.req.valid("query");
      const proposals = await listRevisionProposals(deps.db, {
        ...(contract === undefined ? {} : { contract }),
        ...(month === undefined ? {} : { label: month }),
      });
      return c.json({ revisions: proposals.map(toRevisionJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/contracts/{slug}/reports/{month}/revisions" },
      summary: "Propose to restate a report; another person has to approve it",
      request: {
        params: cycle,
        headers: idempotencyHeader,
        body: jsonBody(z.strictObject({ reason: reasonInput }).openapi("RevisionDraft")),
      },
      responses: { 201: jsonAnswer("The proposal.", revisionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { slug, month } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const wanted = { contract: slug, label: month, cause: "person" as const, reason };
        const proposed = await proposeRevision(db, wanted, author, now);
        return { body: toRevisionJson(proposed), location: null };
      })) as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/revisions/{reference}/approval" },
      summary: "Approve a restatement, which issues the next revision",
      description: "Sent again it is refused (proposal_settled).",
      request: { params: referenceParameter },
      responses: { 201: jsonAnswer("The report.", reportOutput), ...writeRefusals },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      const approver = c.get("caller").author;
      const report = await approveRevision(deps.db, deps.office, { reference, approver }, deps.now());
      return c.json(toReportJson(report), 201, { Location: addressOfReport(report) });
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/revisions/{reference}/rejection" },
      summary: "Reject a restatement; the report stays as it is",
      request: {
        params: referenceParameter,
        body: jsonBody(z.strictObject({ reason: reasonInput }).openapi("RevisionRejection")),
      },
      responses: { 201: jsonAnswer("The proposal.", revisionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const { author } = c.get("caller");
      const rejected = await rejectRevision(deps.db, { reference, reason, author }, deps.now());
      return c.json(toRevisionJson(rejected), 201);
    },
  );
}

export function toReportJson(report: IssuedReport) {
  return {
    contract: report.contract,
    month: report.label,
    revision: report.revision,
    supersedes: report.revision === 1 ? null : report.revision - 1,
    reason: report.reason,
    author: report.author,
    approver: report.approver,
    issued_at: isoInstant(report.issuedAt),
    verdict: report.verdict,
    percent: report.percent,
    credit_minor: report.creditMinor,
    currency: report.currency,
    sha256: report.sha256,
    signature: report.signature,
    public_key: report.publicKey,
  };
}

export function addressOfReport({ contract, label, revision }: IssuedReport): string {
  return `/api/v1/contracts/${encodeURIComponent(contract)}/reports/${label}/revisions/${revision}`;
}

function toRevisionJson(proposal: StoredRevisionProposal) {
  const { contract, label, supersedes, cause, reason } = proposal;
  return { ...toProposalJson(proposal), contract, month: label, supersedes, cause, reason };
}
