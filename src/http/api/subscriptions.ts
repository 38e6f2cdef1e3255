/** Subscriptions over the API: listed, entered for somebody who has agreed to it elsewhere, and ended, by whoever may see people. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { endSubscription, tellAgain } from "../../actions/change-subscription.ts";
import { enterSubscription } from "../../actions/enter-subscription.ts";
import { noPage } from "../../actions/manage-page-keys.ts";
import { findPage, rootSlug } from "../../domain/status/page-access.ts";
import { topics } from "../../domain/status/announcement.ts";
import {
  paces,
  subscriptionChannels,
  subscriptionState,
  subscriptionStates,
} from "../../domain/status/subscription.ts";
import { suppressions, wordsOfReturn } from "../../domain/status/suppression.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listSubscriptions, type StoredSubscription } from "../../store/subscriptions.ts";
import { withScope } from "../authentication.ts";
import { createOnce } from "../idempotency.ts";
import { slugInput } from "../input.ts";
import { subscriptionOffer } from "../subscribing/room.ts";
import { idempotencyHeader, instantOutput, jsonAnswer, jsonBody, writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const choiceFields = {
  services: z.array(slugInput).openapi({ description: "With no groups either: the whole page." }),
  groups: z.array(slugInput),
  topics: z.array(z.enum(topics)),
  pace: z.enum(paces),
  language: z.string(),
};

const subscriptionFields = {
  id: z.string(),
  page: z.string().openapi({ description: `Of which page it tells; "${rootSlug}": that at the root.` }),
  channel: z.enum(subscriptionChannels),
  address: z.string().nullable().openapi({ description: "Null: it is over, and forgotten." }),
  state: z.enum(subscriptionStates),
  ...choiceFields,
  created_at: instantOutput,
  confirmed_at: instantOutput.nullable(),
  suppressed_at: instantOutput.nullable(),
  suppression: z.enum(suppressions).nullable().openapi({ description: "Why nothing is sent any more." }),
  ended_at: instantOutput.nullable(),
  failure: z.string().nullable().openapi({ description: "Why the last message was not taken." }),
  author: z.string().nullable().openapi({ description: "Who entered it; null: whoever it is for." }),
  consent: z.string().nullable(),
};
const subscriptionOutput = z.object(subscriptionFields).openapi("Subscription");
const enteredOutput = z
  .object({
    ...subscriptionFields,
    secret: z.string().nullable().openapi({ description: "With which calls to a webhook are signed." }),
  })
  .openapi("EnteredSubscription");

const subscriptionInput = z.strictObject({
  page: slugInput.default(rootSlug).openapi({
    description: "The page that it tells of. Whoever is entered here is told of a private one, too.",
  }),
  channel: z.enum(subscriptionChannels).default("email"),
  address: z.string().max(2_000),
  consent: z.string().openapi({
    description: "How they agreed to it. A webhook must answer its challenge all the same.",
  }),
  services: choiceFields.services.default([]),
  groups: choiceFields.groups.default([]),
  topics: choiceFields.topics.default([...topics]),
  pace: choiceFields.pace.default("at_once"),
  language: z.string().optional().openapi({ description: "Left out: the first of the page." }),
});

const listed = 200;

/** Adds the routes of subscriptions. */
export function addSubscriptions(api: OpenAPIHono, deps: ApiDeps): void {
  const shared = { tags: ["subscriptions"], security: [{ token: [] as string[] }] };
  const writing = { ...shared, middleware: withScope("write:people", deps) };

  api.openapi(
    createRoute({
      ...{ ...shared, middleware: withScope("read:people", deps) },
      ...{ method: "get", path: "/subscriptions" },
      summary: "Those who subscribed, newest first",
      request: {
        query: z.strictObject({
          state: z.enum(subscriptionStates).optional(),
          channel: z.enum(subscriptionChannels).optional(),
          address: z.string().max(300).optional().openapi({ description: "Stands in the address." }),
        }),
      },
      responses: {
        200: jsonAnswer("The newest 200.", z.object({ subscriptions: z.array(subscriptionOutput) })),
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { state, channel, address } = c.req.valid("query");
      const filter = {
        ...(state === undefined ? {} : { state }),
        ...(channel === undefined ? {} : { channel }),
        ...(address === undefined ? {} : { search: address }),
      };
      return c.json({ subscriptions: (await listSubscriptions(deps.db, filter, listed)).map(toJson) }, 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/subscriptions" },
      summary: "Subscribe somebody who has agreed to it elsewhere",
      request: { headers: idempotencyHeader, body: jsonBody(subscriptionInput) },
      responses: { 201: jsonAnswer("The subscription.", enteredOutput), ...writeRefusals },
    }),
    async (c) => {
      const { services, groups, language, ...wanted } = c.req.valid("json");
      const { author } = c.get("caller");
      const now = deps.now();
      const page = findPage(deps.board().settings, wanted.page) ?? noPage(wanted.page);
      const offer = subscriptionOffer(deps, page);
      const scope = services.length + groups.length === 0 ? null : { services, groups };
      return createOnce(c, deps.db, author, now, async (db) => {
        const entered = await enterSubscription(
          db,
          { ...wanted, scope, language: language ?? offer.languages[0]! },
          { offer, isInternal: deps.internalSubscribers },
          author,
          now,
        );
        return { body: { ...toJson(entered), secret: entered.secret }, location: null };
      }) as never;
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "post", path: "/subscriptions/{id}/resumption" },
      summary: "Forget what ended messages to it: it is told again",
      request: { params: z.object({ id: z.string().max(100) }) },
      responses: { 200: jsonAnswer("It is told again.", subscriptionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(toJson(await tellAgain(deps.db, id, c.get("caller").author, deps.now())), 200);
    },
  );

  api.openapi(
    createRoute({
      ...{ ...writing, method: "delete", path: "/subscriptions/{id}" },
      summary: "End a subscription and forget its address",
      request: { params: z.object({ id: z.string().max(100) }) },
      responses: { 200: jsonAnswer("It is over.", subscriptionOutput), ...writeRefusals },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(toJson(await endSubscription(deps.db, id, c.get("caller").author, deps.now())), 200);
    },
  );
}

function toJson(subscription: StoredSubscription) {
  const { id, page, channel, address, scope, topics: wanted, pace, language } = subscription;
  const { failure, returned, author, consent } = subscription;
  return {
    ...{ id, page, channel, address, state: subscriptionState(subscription) },
    ...{ services: [...(scope?.services ?? [])], groups: [...(scope?.groups ?? [])], topics: [...wanted] },
    ...{ pace, language, created_at: isoInstant(subscription.createdAt) },
    confirmed_at: isoInstant(subscription.confirmedAt),
    suppressed_at: isoInstant(subscription.suppressedAt),
    suppression: subscription.suppression,
    ended_at: isoInstant(subscription.endedAt),
    failure: returned === null ? failure : wordsOfReturn(returned),
    ...{ author, consent },
  };
}
