/** A signed POST to an address of the people who run the platform, as standardwebhooks.com describes it. A channel. */
import { Webhook } from "standardwebhooks";
import type { Instant } from "../domain/time/interval.ts";
import { call, type CallRules } from "./call.ts";
import type { Channel, Message } from "./channel.ts";

export interface WebhookSettings {
  /** "webhook" when left out. */
  name?: string;
  url: string;
  /** `whsec_` and base64. */
  secret: string;
  headers?: Record<string, string>;
  /** Whether it may lead into a private network; true when left out. */
  isInternal?: boolean;
  secrets?: readonly string[];
  patienceMs?: number;
}

/** The receiver takes a message by answering 2xx; it knows a repetition by `webhook-id`. */
export function webhookChannel({
  name = "webhook",
  url,
  secret,
  headers = {},
  isInternal = true,
  secrets = [],
  patienceMs,
}: WebhookSettings): Channel {
  return {
    name,
    leadsTo: new URL(url).host,
    keepsAlerts: true,
    send(message, now) {
      const body = JSON.stringify(payloadOf(message));
      const rules = { isInternal, secrets, ...(patienceMs === undefined ? {} : { patienceMs }) };
      return signedPost({ url, secret, id: message.id, body, headers }, rules, now);
    },
    close() {},
  };
}

/**
 * Posts JSON, signed so that its receiver can tell who it is from, and knows a repetition by its id.
 *
 * @returns what was answered, in a few words
 * @throws ChannelFailure when it was not taken
 */
export function signedPost(
  post: { url: string; secret: string; id: string; body: string; headers?: Record<string, string> },
  rules: CallRules,
  now: Instant,
): Promise<string> {
  const { url, secret, id, body, headers = {} } = post;
  return call(
    {
      ...{ method: "POST", url, body },
      headers: {
        ...headers,
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, new Date(now), body),
      },
    },
    { ...rules, secrets: [secret, ...(rules.secrets ?? [])] },
  );
}

function payloadOf({ type, at, subject, text, facts, alert }: Message): object {
  return {
    type,
    timestamp: new Date(at).toISOString(),
    data: {
      ...{ subject, text, ...facts },
      ...(alert === undefined
        ? {}
        : {
            ...{ key: alert.key, severity: alert.severity, page: alert.page.address },
            acknowledge: alert.acknowledge?.address ?? null,
          }),
    },
  };
}
