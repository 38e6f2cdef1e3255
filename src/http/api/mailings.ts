/** Mails over the API: what was sent, what waits and what failed, to whom, when and why; sending again what failed. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { settleMailing } from "../../actions/settle-mailing.ts";
import { mailingKinds, mailingStates } from "../../domain/mailing/mailing.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import { wordsOfReturn } from "../../domain/status/suppression.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import {
  getMailing,
  listAttempts,
  listMailings,
  type Mailing,
  type MailingAttempt,
} from "../../store/mailings.ts";
import { withScope } from "../authentication.ts";
import { slugInput } from "../input.ts";
import { instantOutput, jsonAnswer, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const mailingFields = {
  id: z.string().openapi({ description: "Names it in logs and in its Message-ID." }),
  kind: z.enum(mailingKinds),
  contract: z.string().nullable(),
  label: z.string().openapi({ description: "Billing cycle or ISO week.", example: "2026-06" }),
  revision: z.int(),
  recipient: z.string(),
  language: z.enum(customerLanguages),
  state: z.enum(mailingStates),
  created_at: instantOutput,
  due_at: instantOutput.openapi({ description: "Not to be sent before." }),
  attempts: z.int(),
  next_attempt_at: instantOutput.nullable().openapi({ description: "Null: none follows." }),
  failure: z.string().nullable().openapi({
    description: "Why it is not sent: the last failure, or why none can be sent at all; null: nothing.",
  }),
  sent_at: instantOutput.nullable(),
  returned_at: instantOutput.nullable().openapi({
    description:
      "When it came back after it was sent, or was complained of; null: it did not, or nobody said.",
  }),
  failed_at: instantOutput.nullable(),
  withdrawn_at: instantOutput.nullable(),
};

const mailingOutput = z.object(mailingFields).openapi("Mailing");

const mailingWithAttempts = z
  .object({
    ...mailingFields,
    log: z.array(
      z.object({
        number: z.int(),
        started_at: instantOutput,
        ended_at: instantOutput.nullable().openapi({
          description:
            "Null: it is under way, or its server ended with it and nobody knows whether it was taken.",
        }),
        failure: z.string().nullable(),
      }),
    ),
  })
  .openapi("MailingWithAttempts");

/** Adds the routes of mailings. */
export function addMailings(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["mailings"], security: [{ token: [] as string[] }] };
  const reading = { ...shared, middleware: withScope("read:reports", deps) };
  const writing = { ...shared, middleware: withScope("write:reports", deps) };
  const params = z.object({
    id: z
      .string()
      .regex(/^mail_[\w-]{16}$/, "is the id of a mail")
      .openapi({ example: "mail_xyzxyzxyzxyzxyz1" }),
  });
  const told = async (mailing: Mailing) => ({
    ...toMailingJson(mailing, deps),
    log: (await listAttempts(deps.db, mailing.id)).map(toAttemptJson),
  });

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/mailings" },
      summary: "Mails that were put down: reports to their recipients, summaries to people here",
      request: {
        query: z.strictObject({
          state: z.enum(mailingStates).optional(),
          contract: slugInput.optional(),
          label: z
            .string()
            .regex(/^\d{4}-(0[1-9]|1[0-2]|W\d\d)$/, "is a month or a week, like 2026-06 or 2026-W26")
            .optional(),
        }),
      },
      responses: {
        200: jsonAnswer("The newest 200.", z.object({ mailings: z.array(mailingOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { state, contract, label } = c.req.valid("query");
      const mailings = await listMailings(deps.db, {
        ...(state === undefined ? {} : { state }),
        ...(contract === undefined ? {} : { contract }),
        ...(label === undefined ? {} : { label }),
      });
      return c.json({ mailings: mailings.map((mailing) => toMailingJson(mailing, deps)) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...reading, method: "get", path: "/mailings/{id}" },
      summary: "A mail with every attempt to send it",
      request: { params },
      responses: { 200: jsonAnswer("The mail.", mailingWithAttempts), ...writeRefusals },
    }),
    async (c) => c.json(await told(await getMailing(deps.db, c.req.valid("param").id)), 200),
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/mailings/{id}/retries" },
      summary: "Send a mail again that failed or came back",
      request: { params },
      responses: { 201: jsonAnswer("It is tried again now.", mailingWithAttempts), ...writeRefusals },
    }),
    async (c) => {
      const settled = { id: c.req.valid("param").id, to: "retried", author: c.get("caller").author } as const;
      return c.json(await told(await settleMailing(deps.db, settled, deps.now())), 201);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/mailings/{id}/withdrawal" },
      summary: "Withdraw a mail that was not sent, or that came back",
      request: { params },
      responses: { 201: jsonAnswer("It is tried no more.", mailingWithAttempts), ...writeRefusals },
    }),
    async (c) => {
      const settled = {
        id: c.req.valid("param").id,
        to: "withdrawn",
        author: c.get("caller").author,
      } as const;
      return c.json(await told(await settleMailing(deps.db, settled, deps.now())), 201);
    },
  );
}

function toMailingJson(mailing: Mailing, { mailTrouble }: ApiDeps) {
  const { id, kind, contract, label, revision, recipient, language, state, attempts } = mailing;
  return {
    ...{ id, kind, contract, label, revision, recipient, language, state },
    created_at: isoInstant(mailing.createdAt),
    due_at: isoInstant(mailing.dueAt),
    attempts,
    next_attempt_at: state === "waiting" ? isoInstant(mailing.nextAt) : null,
    failure: mailing.returned === null ? failureOf(mailing, mailTrouble) : wordsOfReturn(mailing.returned),
    sent_at: isoInstant(mailing.sentAt),
    returned_at: isoInstant(mailing.returnedAt),
    failed_at: isoInstant(mailing.failedAt),
    withdrawn_at: isoInstant(mailing.withdrawnAt),
  };
}

/** Why a mail is not sent; null: nothing is wrong with it. */
export function failureOf({ state, failure }: Mailing, mailTrouble: string | null): string | null {
  return state === "waiting" && mailTrouble !== null ? `it cannot be sent: ${mailTrouble}` : failure;
}

function toAttemptJson({ number, startedAt, endedAt, failure }: MailingAttempt) {
  return { number, started_at: isoInstant(startedAt), ended_at: isoInstant(endedAt), failure };
}
