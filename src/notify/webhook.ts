/** A signed POST to an address of the people who run the platform, as standardwebhooks.com describes it. A channel. */
import { Webhook } from "standardwebhooks";
import type { Instant } from "../domain/time/interval.ts";
import { type Channel, ChannelFailure, channelFailure, type Message } from "./channel.ts";

export interface WebhookSettings {
  url: string;
  /** `whsec_` and base64. */
  secret: string;
}

const patienceMs = 15_000;

/** The receiver takes a message by answering 2xx; an answer that leads elsewhere is not followed. */
export function webhookChannel({ url, secret }: WebhookSettings): Channel {
  const webhook = new Webhook(secret);
  return {
    name: "webhook",
    leadsTo: new URL(url).host,
    async send(message, now) {
      const status = await post(url, message, now, webhook).catch((error: unknown) => {
        throw channelFailure(error);
      });
      if (status < 200 || status > 299) {
        throw new ChannelFailure(`the receiver answered ${status}`);
      }
    },
    close() {},
  };
}

async function post(url: string, message: Message, now: Instant, webhook: Webhook): Promise<number> {
  const { id, type, at, subject, text, facts } = message;
  const body = JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: { subject, text, ...facts },
  });
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "user-agent": "Fournines",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now / 1000)),
      "webhook-signature": webhook.sign(id, new Date(now), body),
    },
    body,
    signal: AbortSignal.timeout(patienceMs),
  });
  await response.body?.cancel();
  return response.status;
}
