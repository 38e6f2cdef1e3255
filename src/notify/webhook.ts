/** A signed POST to an address of the people who run the platform, as standardwebhooks.com describes it. A channel. */
import { Webhook } from "standardwebhooks";
import { call } from "./call.ts";
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
  const webhook = new Webhook(secret);
  return {
    name,
    leadsTo: new URL(url).host,
    send(message, now) {
      const body = JSON.stringify(payloadOf(message));
      return call(
        {
          ...{ method: "POST", url, body },
          headers: {
            ...headers,
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": String(Math.floor(now / 1000)),
            "webhook-signature": webhook.sign(message.id, new Date(now), body),
          },
        },
        { isInternal, secrets: [secret, ...secrets], ...(patienceMs === undefined ? {} : { patienceMs }) },
      );
    },
    close() {},
  };
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
