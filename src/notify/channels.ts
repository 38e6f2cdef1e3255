/** The channels that the configuration names, for the people who run the platform. */
import type { Channel } from "./channel.ts";
import { mailChannel, type MailSettings } from "./mail.ts";
import { webhookChannel, type WebhookSettings } from "./webhook.ts";

/** Null = that channel is not configured. */
export interface ChannelSettings {
  mail: MailSettings | null;
  webhook: WebhookSettings | null;
}

export function channelsOf({ mail, webhook }: ChannelSettings): Channel[] {
  return [
    ...(mail === null ? [] : [mailChannel(mail)]),
    ...(webhook === null ? [] : [webhookChannel(webhook)]),
  ];
}
