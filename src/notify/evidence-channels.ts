/**
 * Those who are to keep the roots of the days, each told apart from the others: one mail a recipient, so that none learns of the others,
 * and a webhook.
 */
import type { EvidenceKeepers } from "../domain/status/platform.ts";
import type { Channel } from "./channel.ts";
import { mailChannel } from "./mail.ts";
import { webhookChannel } from "./webhook.ts";

/** What is needed to reach them. */
export interface EvidenceTransports {
  /** Null: no mail can be sent. */
  mail: { smtpUrl: string; from: string | null } | null;
  /** The webhook's secret; undefined: it has no value here. */
  webhookSecret: string | undefined;
}

/** A keeper, under a name that is noted once it was told. */
export interface KeeperChannel {
  name: string;
  /** Null: it cannot be reached, for the reason given. */
  channel: Channel | null;
  trouble: string;
}

/** One channel a keeper. */
export function evidenceChannels(
  { recipients, webhook }: EvidenceKeepers,
  { mail, webhookSecret }: EvidenceTransports,
): KeeperChannel[] {
  const mails = [...new Set(recipients)].map((to) => ({
    name: `mail ${to}`,
    channel: mail === null ? null : mailChannel({ smtpUrl: mail.smtpUrl, from: mail.from ?? to, to: [to] }),
    trouble: "SMTP_URL is not set",
  }));
  if (webhook === null) {
    return mails;
  }
  const channel =
    webhookSecret === undefined ? null : webhookChannel({ url: webhook.url, secret: webhookSecret });
  return [...mails, { name: `webhook ${webhook.url}`, channel, trouble: "its secret has no value" }];
}
