/** Requests of customers over the API: reported by programs and by mail servers, answered and moved on, and read with the clocks that run on them. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { changeRequest, type WantedChange } from "../../actions/change-request.ts";
import { eraseReporter } from "../../actions/erase-reporter.ts";
import { openRequest } from "../../actions/open-request.ts";
import { receiveMail } from "../../actions/receive-mail.ts";
import { runningClocks } from "../../actions/running-clocks.ts";
import { readSupportAgreed } from "../../actions/support-agreed.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import {
  clockHistoryOf,
  requestChannels,
  requestState,
  requestStates,
  requestStepKinds,
  type SupportRequest,
} from "../../domain/support/request.ts";
import { fileRefusals } from "../../domain/support/request-file.ts";
import { clockKinds, type ClockReading, readClock } from "../../domain/support/response-clock.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { readRawMail } from "../../inbound/raw-mail.ts";
import { getRequestFile, listRequestFiles } from "../../store/request-files.ts";
import { getRequest, listRequests } from "../../store/requests.ts";
import { attachmentHeaders } from "../attachment.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { referenceInput, slugInput } from "../input.ts";
import {
  idempotencyHeader,
  instantOutput,
  jsonAnswer,
  jsonBody,
  lookupRefusals,
  refusals,
  versionedRefusals,
  writeRefusals,
} from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { etagOf, ifMatchHeader, versionSeen } from "./version-seen.ts";

const clockOutput = z
  .object({
    kind: z.enum(clockKinds),
    state: z.enum(["running", "paused", "met", "missed"]),
    due_at: instantOutput.nullable().openapi({ description: "Null: at once is promised, and no figure." }),
    at_once: z.boolean(),
    ended_at: instantOutput.nullable(),
  })
  .openapi("ResponseClock");

const listedOutput = z.object({
  reference: z.string().openapi({ example: "REQ-2026-0001" }),
  channel: z.enum(requestChannels),
  state: z.enum(requestStates),
  subject: z.string(),
  customer: z.string().nullable(),
  contract: z.string().nullable(),
  service: z.string().nullable(),
  reporter: z
    .string()
    .nullable()
    .openapi({ description: "Id of whoever reported it without an account; their address is not told." }),
  language: z.string(),
  priority: z.string().nullable(),
  opened_at: instantOutput,
  answered_at: instantOutput.nullable(),
  paused_at: instantOutput.nullable().openapi({ description: "Since when its clocks stand still." }),
  resolved_at: instantOutput.nullable(),
  incident: z.string().nullable(),
  release: z.string().nullable(),
});

const requestOutput = listedOutput
  .extend({
    clocks: z.array(clockOutput).openapi({ description: "What its contract promises for it." }),
    steps: z
      .array(
        z.object({
          number: z.int(),
          step: z.enum(requestStepKinds),
          at: instantOutput,
          author: z.string(),
          text: z.string(),
          value: z.string(),
        }),
      )
      .openapi({ description: "Oldest first." }),
    files: z
      .array(
        z.object({
          number: z.int(),
          step: z.int().openapi({ description: "Number of the step that it came with." }),
          name: z.string(),
          bytes: z.int(),
          refusal: z
            .enum(fileRefusals)
            .nullable()
            .openapi({ description: "Why it is not kept; null: it is, at /files/{number}." }),
        }),
      )
      .openapi({ description: "What came with its mails." }),
  })
  .openapi("Request");

const reportInput = z
  .strictObject({
    subject: z.string(),
    message: z.string(),
    customer: slugInput.optional(),
    contract: slugInput
      .optional()
      .openapi({ description: "Left out: the customer's under which it is due first." }),
    service: slugInput.optional(),
    priority: slugInput.optional().openapi({ description: "Left out: the one the contract begins with." }),
    name: z.string().optional(),
    mail: z.string().optional().openapi({ description: "Answers go there." }),
    language: z.enum(customerLanguages).optional(),
  })
  .openapi("ReportedTrouble");

const text = z.string();
const stepInput = z
  .discriminatedUnion("step", [
    z.strictObject({
      step: z.literal("answered"),
      text,
      solved: z.boolean().default(false),
      waits: z.boolean().default(false).openapi({ description: "For the customer: the clocks stand still." }),
    }),
    z.strictObject({ step: z.enum(["noted", "heard"]), text }),
    z.strictObject({ step: z.literal("prioritised"), priority: slugInput, text: text.default("") }),
    z.strictObject({
      step: z.enum(["paused", "resumed", "resolved", "reopened"]),
      text: text.default(""),
    }),
    z.strictObject({ step: z.literal("linked"), incident: referenceInput }),
    z.strictObject({ step: z.literal("unlinked") }),
    z.strictObject({
      step: z.literal("assigned"),
      customer: slugInput,
      contract: slugInput.nullable().default(null),
    }),
    z.strictObject({ step: z.literal("released"), release: z.string() }),
    z.strictObject({
      step: z.literal("escalated"),
      to: z.string().min(1).max(80),
      text: text.default(""),
    }),
  ])
  .openapi("RequestStepInput");

const runningOutput = z
  .object({
    about: z.enum(["request", "incident"]),
    reference: z.string(),
    title: z.string(),
    kind: z.enum(clockKinds),
    customer: z.string().nullable(),
    contracts: z.array(z.string()),
    priority: z.string().nullable(),
    opened_at: instantOutput,
    state: z.enum(["running", "paused", "missed"]),
    due_at: instantOutput.nullable(),
    at_once: z.boolean(),
  })
  .openapi("RunningClock");

/** Adds the routes of requests. */
export function addRequests(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["requests"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:requests", deps) };
  const writing = { ...shared, middleware: withScope("write:requests", deps) };
  const params = z.object({ reference: referenceInput.openapi({ example: "REQ-2026-0001" }) });
  const addressOf = (reference: string) => `/api/v1/requests/${reference}`;

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/requests",
      summary: "Requests, newest first",
      request: {
        query: z.strictObject({
          state: z.enum(requestStates).optional(),
          customer: slugInput.optional(),
          contract: slugInput.optional(),
          priority: slugInput.optional(),
          incident: referenceInput.optional(),
          q: z
            .string()
            .max(200)
            .optional()
            .openapi({ description: "Stands in the reference or the subject." }),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          before: referenceInput.optional(),
        }),
      },
      responses: {
        200: jsonAnswer(
          "A page of them. `next` is the reference to go on `before`, null where nothing follows.",
          z.object({ requests: z.array(listedOutput), next: z.string().nullable() }),
        ),
        ...refusals,
      },
    }),
    async (c) => {
      const { limit, before, q, ...search } = c.req.valid("query");
      const last = before === undefined ? null : await getRequest(deps.db, before);
      const wanted = { ...search, ...(q === undefined ? {} : { text: q }) };
      const found = await listRequests(deps.db, wanted, { before: last, limit: limit + 1 });
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1)!.reference : null;
      return c.json({ requests: page.map(toListedJson), next }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/response-clocks",
      summary: "Every clock that runs on a request or an open incident, most urgent first",
      responses: {
        200: jsonAnswer("The clocks.", z.object({ clocks: z.array(runningOutput) })),
        ...refusals,
      },
    }),
    async (c) => {
      const clocks = await runningClocks(deps.db, deps.now());
      const told = clocks.map(({ reading: one, openedAt, priorityTitle: _, ...clock }) => ({
        ...clock,
        opened_at: isoInstant(openedAt),
        state: one.state,
        due_at: isoInstant(one.dueAt),
        at_once: one.state !== "missed" && one.isAtOnce,
      }));
      return c.json({ clocks: told }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/requests",
      summary: "Log what a customer reports or asks",
      request: { headers: idempotencyHeader, body: jsonBody(reportInput) },
      responses: { 201: jsonAnswer("The request as it was logged.", requestOutput), ...writeRefusals },
    }),
    async (c) => {
      const input = c.req.valid("json");
      const { customer, contract, service, priority, language, name = "", mail = "" } = input;
      const { author } = c.get("caller");
      const now = deps.now();
      const reported = {
        ...{ channel: "api" as const, subject: input.subject, message: input.message },
        ...{ customer: customer ?? null, contract: contract ?? null, service: service ?? null },
        ...{ priority: priority ?? null, language: language ?? null, confirms: true },
        reporter: name === "" && mail === "" ? null : { name, mail },
      };
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const request = await openRequest(db, reported, author, now);
        return { body: await toRequestJson(db, request, now), location: addressOf(request.reference) };
      })) as never;
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/requests/mail",
      summary:
        "Hand over a mail of a customer as it came (RFC 5322), from the pipe or webhook of a mail server",
      request: {
        body: {
          required: true,
          content: { "message/rfc822": { schema: z.string().openapi({ format: "binary" }) } },
        },
      },
      responses: {
        200: jsonAnswer(
          "What became of it: it opened a request, was added to the one it answers, is known already, was left alone because a machine sent it, took on the alert that it answers, or reported a letter to a subscriber as returned.",
          z.object({
            outcome: z.enum(["opened", "added", "known", "ignored", "acknowledged", "returned"]),
            reference: z.string().nullable(),
          }),
        ),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const mail = await readRawMail(new Uint8Array(await c.req.arrayBuffer()));
      return c.json(await receiveMail(deps.db, deps.secretKey, mail, deps.now()), 200);
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/requests/{reference}",
      summary: "One request, with its steps and its clocks",
      request: { params },
      responses: { 200: jsonAnswer("The request.", requestOutput), ...lookupRefusals },
    }),
    async (c) => {
      const request = await getRequest(deps.db, c.req.valid("param").reference);
      const version = request.steps.at(-1)!.number;
      return c.json(await toRequestJson(deps.db, request, deps.now()), 200, etagOf({ version }));
    },
  );

  api.openapi(
    createRoute({
      ...reading,
      method: "get",
      path: "/requests/{reference}/files/{number}",
      summary: "A file that came with a mail, as it came",
      request: { params: params.extend({ number: z.coerce.number().int().min(1).max(999_999) }) },
      responses: {
        200: {
          description: "Its bytes, to be saved: nobody has looked at what they are.",
          content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
        },
        ...lookupRefusals,
      },
    }),
    async (c) => {
      const { reference, number } = c.req.valid("param");
      const { name, content } = await getRequestFile(deps.db, reference, number);
      return c.body(new Uint8Array(content), 200, attachmentHeaders(name)) as never;
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "post",
      path: "/requests/{reference}/steps",
      summary:
        "Answer it, prioritise it, let its clocks stand still or run, link, assign, escalate or solve it",
      description: "Its version is the number of its last step.",
      request: { params, headers: idempotencyHeader.extend(ifMatchHeader.shape), body: jsonBody(stepInput) },
      responses: { 201: jsonAnswer("The request after the step.", requestOutput), ...versionedRefusals },
    }),
    async (c) => {
      const { reference } = c.req.valid("param");
      const input = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      const wanted = { reference, change: toChange(input), seen: versionSeen(c) };
      return (await createOnce(c, deps.db, author, now, async (db) => {
        const request = await changeRequest(db, wanted, author, now);
        return { body: await toRequestJson(db, request, now), location: addressOf(reference) };
      })) as never;
    },
  );

  api.openapi(
    createRoute({
      ...writing,
      method: "delete",
      path: "/reporters/{id}",
      summary: "Erase somebody who reported something: name, address, and all words of theirs",
      request: { params: z.object({ id: z.string().regex(/^r_[a-z0-9]{16}$/, "An id is written r_….") }) },
      responses: {
        200: jsonAnswer("They are erased.", z.object({ erased: z.string() })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await eraseReporter(deps.db, id, c.get("caller").author, deps.now());
      return c.json({ erased: id }, 200);
    },
  );
}

function toChange(input: z.infer<typeof stepInput>): WantedChange {
  switch (input.step) {
    case "answered":
      return { kind: "answered", text: input.text, isSolved: input.solved, thenWaits: input.waits };
    case "linked":
      return { kind: "linked", incident: input.incident };
    case "assigned":
      return { kind: "assigned", customer: input.customer, contract: input.contract };
    default: {
      const { step, ...rest } = input;
      return { kind: step, ...rest } as WantedChange;
    }
  }
}

function toListedJson(request: Omit<SupportRequest, "steps">) {
  const { reference, channel, subject, customer, contract, service, reporter, language, priority } = request;
  return {
    ...{ reference, channel, state: requestState(request), subject, customer, contract, service, reporter },
    ...{ language, priority, incident: request.incident, release: request.release },
    opened_at: isoInstant(request.openedAt),
    answered_at: isoInstant(request.answeredAt),
    paused_at: isoInstant(request.pausedAt),
    resolved_at: isoInstant(request.resolvedAt),
  };
}

async function toRequestJson(db: ApiDeps["db"], request: SupportRequest, now: Instant) {
  const { termsOf, calendarOf } = await readSupportAgreed(
    db,
    request.customer === null ? {} : { customer: request.customer },
  );
  const terms = termsOf(request.contract, request.openedAt);
  const history = clockHistoryOf(request);
  return {
    ...toListedJson(request),
    clocks:
      terms === null
        ? []
        : clockKinds.flatMap((kind) => toClockJson(kind, readClock(kind, terms, history, calendarOf, now))),
    steps: request.steps.map(({ number, kind, at, author, text: words, value }) => ({
      ...{ number, step: kind, at: isoInstant(at), author, text: words, value },
    })),
    files: await listRequestFiles(db, request.reference),
  };
}

function toClockJson(kind: (typeof clockKinds)[number], reading: ClockReading) {
  if (reading.state === "none" || reading.state === "ended") {
    return [];
  }
  return [
    {
      kind,
      state: reading.state,
      due_at: isoInstant(reading.dueAt),
      at_once: "isAtOnce" in reading && reading.isAtOnce,
      ended_at: "endedAt" in reading ? isoInstant(reading.endedAt) : null,
    },
  ];
}
