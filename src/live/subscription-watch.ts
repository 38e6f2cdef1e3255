/**
 * Looks again and again at what was said and at what waits, and lets those who subscribed be told: by the server that derives for all.
 * Should two look at once, every step is taken once. After actions, before subscribers.
 */
import {
  type SendSubscriptionMessagesDeps,
  sendSubscriptionMessages,
  type SubscriptionPost,
} from "../actions/send-subscription-messages.ts";
import { spreadAnnouncements } from "../actions/spread-announcements.ts";
import { postJson } from "../notify/call.ts";
import type { Mailer } from "../notify/mail.ts";
import { slackMessage } from "../notify/slack.ts";
import { signedPost } from "../notify/webhook.ts";
import { keepSending, type Sending } from "./sending.ts";

export interface SubscriptionWatchDeps extends Omit<SendSubscriptionMessagesDeps, "post"> {
  /** Opens connections to the mail server, closed when a look is over; null: no mail can be sent from here. */
  openMail: (() => Mailer) | null;
  /** Whether webhooks may lead into private networks. */
  isInternal: boolean;
  lookFailed(error: unknown): void;
}

/** @param everyMs pause between two looks */
export function watchSubscriptions(deps: SubscriptionWatchDeps, everyMs = 3_000): Sending {
  const keep = (step: (deps: SendSubscriptionMessagesDeps) => Promise<unknown>) =>
    keepSending(
      deps.goesOn,
      async (goesOn) => {
        const mail = deps.openMail?.() ?? null;
        try {
          await step({ ...deps, goesOn, post: subscriptionPost(mail, deps.isInternal) });
        } finally {
          mail?.close();
        }
      },
      deps.lookFailed,
      everyMs,
    );
  // None waits for another: while letters to thousands go out, what is said meanwhile is spread, and webhooks are called.
  const all = [
    keep(spreadAnnouncements),
    keep((to) => sendSubscriptionMessages(to, ["email"])),
    keep((to) => sendSubscriptionMessages(to, ["webhook", "slack"])),
  ];
  return {
    async look() {
      for (const one of all) {
        await one.look();
      }
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}

/** The ways out: mail, signed webhooks, Slack. */
export function subscriptionPost(mail: SubscriptionPost["mail"], isInternal: boolean): SubscriptionPost {
  return {
    mail,
    slack: (url, message) => postJson(url, slackMessage(message), { isInternal, secrets: [url] }),
    webhook: (post, now) => signedPost(post, { isInternal }, now),
  };
}
