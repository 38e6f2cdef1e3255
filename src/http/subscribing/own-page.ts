/**
 * /subscription/<link>: somebody confirms, changes and ends their own subscription. Nothing happens by looking, as programs look ahead at
 * addresses in mails; ending it takes one request from whoever has the link (RFC 8058), and answers that one itself. Whoever may not see
 * the page any more can end it and nothing else.
 */
import type { Context, Hono } from "hono";
import {
  askAgain,
  changeSubscription,
  confirmSubscription,
  endSubscription,
  subscriberAuthor,
} from "../../actions/change-subscription.ts";
import { pathOfSubscription, subscriptionOfLink } from "../../actions/subscription-link.ts";
import { Conflict, Forbidden } from "../../domain/errors.ts";
import { standingOf } from "../../domain/status/subscriber-access.ts";
import { maskedAddress, subscriptionState } from "../../domain/status/subscription.ts";
import { readSubscriberKeys } from "../../store/subscriber-keys.ts";
import { getSubscription, noSubscription, type StoredSubscription } from "../../store/subscriptions.ts";
import { type Form, freshForm, readForm, refusedForm } from "../console/form.ts";
import { asksToSearch } from "../console/service-choice.ts";
import { fromItself, pageOf, pageOrRootOf, slugIn } from "../pages/named-page.ts";
import {
  answerSubscribing,
  choiceFields,
  choicesOf,
  pageContext,
  type SubscribingDeps,
  subscriptionOffer,
  typedChoice,
} from "./room.ts";

const fields = ["topics", "groups", "services", "language", "pace"];

/** Adds the pages of one's own subscription. */
export function addOwnPage(app: Hono, bases: readonly string[], deps: SubscribingDeps): void {
  const idOf = (c: Context) => subscriptionOfLink(deps.secretKey, c.req.param("link") ?? "");
  /** Of a page that is gone it is where it was asked for. */
  const addressOf = (c: Context, id: string) =>
    pageOrRootOf(c, deps).slug === slugIn(c)
      ? `${pageContext(c, deps).base}${pathOfSubscription(deps.secretKey, id)}`
      : c.req.path.replace(/\/end$/, "");

  /** The subscription of a link of this page. */
  const find = async (c: Context): Promise<StoredSubscription> => {
    const subscription = await getSubscription(deps.db, idOf(c));
    return subscription.page === slugIn(c) ? subscription : noSubscription();
  };
  const isShutOut = async (subscription: StoredSubscription): Promise<boolean> => {
    const keys = await readSubscriberKeys(deps.db, [subscription.way], deps.now());
    return standingOf(subscription, deps.board().settings, keys) !== "holds";
  };
  /** @throws Forbidden page_closed */
  const refuseShutOut = async (subscription: StoredSubscription): Promise<void> => {
    if (await isShutOut(subscription)) {
      throw new Forbidden(
        "page_closed",
        "You may not see this page any more, so nothing of it is told to you.",
      );
    }
  };

  const own = async (
    c: Context,
    subscription: StoredSubscription,
    form: Form,
    note = "",
    status = 200,
  ): Promise<Response> => {
    if (subscription.endedAt === null && (await isShutOut(subscription))) {
      return ending(c, subscription.id, false, true);
    }
    const context = pageContext(c, deps);
    const { say } = context.language;
    const { channel, id, suppression } = subscription;
    const reason = lastAnswer(subscription);
    const state = subscriptionState(subscription);
    const model = {
      ...choicesOf(form, context, pageOf(c, deps), deps),
      ...{
        form,
        note,
        // "state" is that of the platform on every page.
        standing: state,
        failure: reason === null ? "" : say("subscribe.own.failure", { reason }),
      },
      to: state === "ended" ? "" : `${say(`subscribe.channel.${channel}`)}: ${maskedAddress(subscription)}`,
      stateWord:
        state === "suppressed"
          ? say(`subscribe.own.why.${suppression ?? "refused"}`)
          : say(`subscribe.own.${state}`),
      address: addressOf(c, id),
      // It is shown to whoever set it up, until it has answered.
      secret: state === "pending" ? (subscription.secret ?? "") : "",
      isWebhook: channel === "webhook",
      faults: {
        topics: form.faultAt("topics") === "" ? "" : say("subscribe.fault.topics"),
        services:
          form.faultAt("services") + form.faultAt("groups") === "" ? "" : say("subscribe.fault.services"),
      },
      refusal: form.refusal === "" ? "" : say("subscribe.refused"),
    };
    return answerSubscribing(
      c,
      {
        ...{ template: "own", model, title: say("subscribe.own.title"), path: null, status },
        isShutOut: state === "ended",
      },
      deps,
    );
  };
  const fresh = (subscription: StoredSubscription) => freshForm(choiceFields(subscription));

  const ending = (c: Context, id: string, isDone: boolean, isOut: boolean) => {
    const { say } = pageContext(c, deps).language;
    const title = say(isDone ? "subscribe.end.done" : "subscribe.end.title");
    const model = { isDone, isOut, address: `${addressOf(c, id)}/end` };
    return answerSubscribing(c, { template: "end", model, title, path: null, isShutOut: isOut }, deps);
  };

  for (const base of bases) {
    const path = `${base}/subscription/:link`;

    app.get(path, async (c) => {
      const subscription = await find(c);
      const note = c.req.query("note") === "changed" ? "subscribe.own.changed" : "";
      const { say } = pageContext(c, deps).language;
      return own(c, subscription, fresh(subscription), note && say("subscribe.own.changed"));
    });

    app.post(path, fromItself(deps), async (c) => {
      const subscription = await find(c);
      const { id } = subscription;
      await refuseShutOut(subscription);
      const typed = await readForm(c);
      if (asksToSearch(typed)) {
        return own(c, subscription, { ...freshForm(), typed });
      }
      const choice = typedChoice(typed, pageContext(c, deps).language.code);
      try {
        const rules = { offer: subscriptionOffer(deps, pageOf(c, deps)), author: subscriberAuthor };
        await changeSubscription(deps.db, id, choice, rules, deps.now());
        return c.redirect(`${addressOf(c, id)}?note=changed`, 303);
      } catch (error) {
        const { form, status } = refusedForm(typed, fields, error);
        return own(c, await find(c), form, "", status);
      }
    });

    // A webhook is confirmed by its own answer alone.
    app.post(`${path}/confirmation`, fromItself(deps), async (c) => {
      const subscription = await find(c);
      const { id, channel, confirmedAt } = subscription;
      await refuseShutOut(subscription);
      if (channel === "webhook" && confirmedAt === null) {
        throw new Conflict("answer_missing", "A webhook is confirmed by its answer to the challenge.");
      }
      await confirmSubscription(deps.db, id, subscriberAuthor, deps.now());
      return c.redirect(addressOf(c, id), 303);
    });

    app.post(`${path}/challenge`, fromItself(deps), async (c) => {
      const subscription = await find(c);
      const { id } = subscription;
      await refuseShutOut(subscription);
      try {
        await askAgain(deps.db, id, deps.now());
        return c.redirect(addressOf(c, id), 303);
      } catch (error) {
        if (!(error instanceof Conflict)) {
          throw error;
        }
        const { say } = pageContext(c, deps).language;
        return own(c, subscription, fresh(subscription), say("subscribe.hook.lately"), 409);
      }
    });

    app.get(`${path}/end`, async (c) => {
      const subscription = await find(c);
      const { id, endedAt } = subscription;
      return ending(c, id, endedAt !== null, await isShutOut(subscription));
    });

    app.post(`${path}/end`, async (c) => {
      const subscription = await find(c);
      const { id } = subscription;
      const isOut = await isShutOut(subscription);
      await endSubscription(deps.db, id, subscriberAuthor, deps.now());
      return ending(c, id, true, isOut);
    });
  }
}

/** What the other side answered last, as it put it: words of a server, or the code with which a letter came back; null: nothing is wrong. */
function lastAnswer({ failure, returned }: StoredSubscription): string | null {
  return returned?.kind === "undelivered" ? returned.status : failure;
}
