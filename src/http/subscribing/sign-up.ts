/** /subscribe: somebody says where they want to be told, and of what. The answer is the same whether the address was known or not. */
import type { Context, Hono } from "hono";
import { subscribe } from "../../actions/subscribe.ts";
import { pathOfSubscription } from "../../actions/subscription-link.ts";
import { topics } from "../../domain/status/announcement.ts";
import { type SubscriptionChannel, subscriptionChannels } from "../../domain/status/subscription.ts";
import { limitAttempts } from "../attempts.ts";
import { type Form, formTooOften, freshForm, readForm, refusedForm, type Typed } from "../console/form.ts";
import { asksToSearch } from "../console/service-choice.ts";
import { TooOften } from "../too-often.ts";
import { fromItself, pageOf, wayOf } from "../pages/named-page.ts";
import {
  answerSubscribing,
  choicesOf,
  pageContext,
  type SubscribingDeps,
  subscriptionOffer,
  typedChoice,
} from "./room.ts";

/** Of one address within a time, and of everybody together: while something is down, thousands want to hear at once. */
const mostSignUps = 10;
const mostInTotal = 3_000;
const signUpsPerMs = 10 * 60_000;
const fields = ["channel", "address", "topics", "groups", "services", "language", "pace"];

/** Adds the form and what follows it, at `base` ("" or "/:language"). */
export function addSignUp(app: Hono, bases: readonly string[], deps: SubscribingDeps): void {
  const attempts = limitAttempts(mostSignUps, signUpsPerMs, mostInTotal);
  const channels = () => subscriptionChannels.filter((one) => one !== "email" || deps.mailTrouble === null);

  const page = (c: Context, form: Form, status = 200) => {
    const context = pageContext(c, deps);
    const { say } = context.language;
    const channel = form.typed.one("channel");
    const fault = (name: string, words: string) => (form.faultAt(name) === "" ? "" : words);
    const model = {
      form,
      ...choicesOf(form, context, pageOf(c, deps), deps),
      channels: channels().map((one) => ({
        ...{ name: "channel", value: one, text: say(`subscribe.channel.${one}`), isChosen: one === channel },
      })),
      hasMail: deps.mailTrouble === null,
      faults: {
        channel: fault("channel", say("subscribe.fault.channel")),
        address: fault(
          "address",
          say(`subscribe.fault.${subscriptionChannels.find((one) => one === channel) ?? "email"}`),
        ),
        topics: fault("topics", say("subscribe.fault.topics")),
        services:
          fault("services", say("subscribe.fault.services")) ||
          fault("groups", say("subscribe.fault.services")),
      },
      refusal: form.refusal === "" ? "" : say(status === 429 ? "subscribe.fault.often" : "subscribe.refused"),
    };
    return answerSubscribing(
      c,
      { template: "form", model, title: say("subscribe.title"), path: "/subscribe", status },
      deps,
    );
  };

  async function signUp(c: Context, typed: Typed): Promise<Response> {
    const context = pageContext(c, deps);
    const channel = channels().find((one) => one === typed.one("channel"));
    if (channel === undefined) {
      const faultAt = (name: string) => (name === "channel" ? "is missing" : "");
      return page(c, { typed, faultAt, refusal: "a channel is missing", others: [] }, 422);
    }
    const now = deps.now();
    const asked = pageOf(c, deps);
    const way = wayOf(c, asked);
    const address = typed.one("address").slice(0, 3_000);
    attempts.mayTry(c, now, `${channel} ${address}`);
    attempts.failed(c, now, `${channel} ${address}`);
    const made = await subscribe(
      deps.db,
      { ...typedChoice(typed, context.language.code), page: asked.slug, channel, address },
      { way, offer: subscriptionOffer(deps, asked), isInternal: deps.internalSubscribers },
      now,
    );
    const to = made === null ? `/subscribe/sent?to=${channel}` : pathOfSubscription(deps.secretKey, made.id);
    return c.redirect(`${context.base}${to}`, 303);
  }

  for (const base of bases) {
    for (const path of [`${base}/subscribe`, `${base}/subscribe/sent`]) {
      app.use(path, async (c, next) => {
        wayOf(c, pageOf(c, deps));
        await next();
      });
    }

    app.get(`${base}/subscribe`, (c) => {
      const { language } = pageContext(c, deps);
      const named = (name: string) => (c.req.query(name) ?? "").split(",").filter((one) => one !== "");
      const proposed = {
        ...{ channel: channels()[0]!, topics: [...topics], pace: "at_once", language: language.code },
        ...{ services: named("service"), groups: named("group") },
      };
      return page(c, freshForm(proposed));
    });

    app.post(`${base}/subscribe`, fromItself(deps), async (c) => {
      const typed = await readForm(c);
      if (asksToSearch(typed)) {
        return page(c, { ...freshForm(), typed });
      }
      try {
        return await signUp(c, typed);
      } catch (error) {
        if (error instanceof TooOften) {
          return page(c, formTooOften(c, typed, error), 429);
        }
        const { form, status } = refusedForm(typed, fields, error);
        return page(c, form, status);
      }
    });

    app.get(`${base}/subscribe/sent`, (c) => {
      const { say } = pageContext(c, deps).language;
      const channel: SubscriptionChannel = c.req.query("to") === "slack" ? "slack" : "email";
      const model = { text: say(`subscribe.sent.${channel}`) };
      const title = say("subscribe.sent.title");
      return answerSubscribing(c, { template: "sent", model, title, path: "/subscribe" }, deps);
    });
  }
}
