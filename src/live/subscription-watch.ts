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

export interface SubscriptionWatch {
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface SubscriptionWatchDeps extends Omit<SendSubscriptionMessagesDeps, "post"> {
  /** Opens connections to the mail server, closed when a look is over; null: no mail can be sent from here. */
  openMail: (() => Mailer) | null;
  /** Whether webhooks may lead into private networks. */
  isInternal: boolean;
  lookFailed(error: unknown): void;
}

const endsWithinMs = 2_000;

/** @param everyMs pause between two looks */
export function watchSubscriptions(deps: SubscriptionWatchDeps, everyMs = 3_000): SubscriptionWatch {
  let looking: Promise<void> | null = null;
  let stopping = false;
  const goesOn = () => !stopping && deps.goesOn();

  async function lookOnce(): Promise<void> {
    const mail = deps.openMail?.() ?? null;
    try {
      await spreadAnnouncements({ ...deps, goesOn });
      await sendSubscriptionMessages({ ...deps, goesOn, post: subscriptionPost(mail, deps.isInternal) });
    } catch (error) {
      deps.lookFailed(error);
    } finally {
      mail?.close();
    }
  }

  const look = () => (looking ??= lookOnce().finally(() => (looking = null)));
  const timer = setInterval(() => void look(), everyMs);
  return {
    look,
    async stop() {
      stopping = true;
      clearInterval(timer);
      // What is under way may be taken; if not, another server makes the attempt again.
      await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, endsWithinMs).unref())]);
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
