/**
 * The channels as they are configured, opened: by a definition of the platform file, or by the environment. One that cannot work, as a
 * secret has no value or an address is none, is a channel all the same: it says why with every attempt, so that it is seen.
 */
import type { ChannelDefinition } from "../domain/alerting/channel-definition.ts";
import { alertmanagerChannel, alertmanagerWebhook } from "./alertmanager.ts";
import { type Channel, ChannelFailure } from "./channel.ts";
import { discordChannel } from "./discord.ts";
import { mailChannel, type MailSettings } from "./mail.ts";
import { ntfyChannel } from "./ntfy.ts";
import { opsgenieChannel } from "./opsgenie.ts";
import { pagerDutyChannel } from "./pagerduty.ts";
import { slackChannel } from "./slack.ts";
import { smsChannel } from "./sms.ts";
import { teamsChannel } from "./teams.ts";
import { telegramChannel } from "./telegram.ts";
import { webhookChannel, type WebhookSettings } from "./webhook.ts";

/** Of the environment. Null = that channel is not configured. */
export interface ChannelSettings {
  mail: MailSettings | null;
  webhook: WebhookSettings | null;
}

/** The channels of the environment: `mail` and `webhook`. */
export function channelsOf({ mail, webhook }: ChannelSettings): Channel[] {
  return [
    ...(mail === null ? [] : [mailChannel(mail)]),
    ...(webhook === null ? [] : [webhookChannel(webhook)]),
  ];
}

/** What channels need of the process that uses them. */
export interface ChannelSurroundings {
  /** How mail is sent; null: none can be. From null: from its first recipient. */
  mail: { smtpUrl: string; from: string | null } | null;
  /** A text with its secret references replaced by their values; throws with plain words where one has none. */
  fill(text: string): string;
}

/** A channel of the platform file. */
export function openChannel(definition: ChannelDefinition, surroundings: ChannelSurroundings): Channel {
  try {
    return open(definition, surroundings);
  } catch (error) {
    return brokenChannel(definition.slug, (error as Error).message);
  }
}

/** A channel that takes nothing, for a reason that may pass. */
export function brokenChannel(name: string, reason: string): Channel {
  return {
    name,
    leadsTo: "nowhere",
    send: () => Promise.reject(new ChannelFailure(`it cannot be used: ${reason}`)),
    close() {},
  };
}

function open(
  { slug: name, isInternal, settings }: ChannelDefinition,
  { mail, fill }: ChannelSurroundings,
): Channel {
  const place = { name, isInternal };
  const filled = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, fill(value)]));
  const secretsOf = (url: string, headers: Record<string, string>) => [
    // "Bearer x" is no secret, x is.
    ...Object.values(filled(headers)).flatMap((value) => [value, ...value.split(" ").slice(1)]),
    ...(fill(url) === url ? [] : [fill(url)]),
  ];
  switch (settings.kind) {
    case "mail": {
      if (mail === null) {
        throw new Error("SMTP_URL is not set");
      }
      const { to } = settings;
      return mailChannel({ name, smtpUrl: mail.smtpUrl, from: mail.from ?? to[0]!, to });
    }
    case "webhook": {
      const { url, secret, headers } = settings;
      const secrets = secretsOf(url, headers);
      return webhookChannel({
        ...{ ...place, secrets, url: address(fill(url)), secret: fill(secret) },
        headers: filled(headers),
      });
    }
    case "slack":
      return slackChannel({ ...place, url: address(fill(settings.url)) });
    case "teams":
      return teamsChannel({ ...place, url: address(fill(settings.url)) });
    case "discord":
      return discordChannel({ ...place, url: address(fill(settings.url)) });
    case "telegram":
      return telegramChannel({ ...settings, ...place, token: fill(settings.token) });
    case "ntfy": {
      const { url, token } = settings;
      return ntfyChannel({ ...place, url: address(fill(url)), token: token === null ? null : fill(token) });
    }
    case "pagerduty":
      return pagerDutyChannel({ ...settings, ...place, key: fill(settings.key) });
    case "opsgenie":
      return opsgenieChannel({ ...settings, ...place, key: fill(settings.key) });
    case "sms": {
      const { url, headers, body } = settings;
      return smsChannel({
        ...{ ...settings, ...place, headers: filled(headers), secrets: secretsOf(url, headers) },
        ...{ url: fill(url), body: body === null ? null : fill(body) },
      });
    }
    case "alertmanager":
    case "alertmanager-webhook": {
      const { kind, url, headers } = settings;
      const secrets = secretsOf(url, headers);
      const made = { ...place, url: address(fill(url)), headers: filled(headers), secrets };
      return kind === "alertmanager" ? alertmanagerChannel(made) : alertmanagerWebhook(made);
    }
  }
}

/** The value of a secret may be anything; its words are not repeated. */
function address(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) {
    throw new Error("its address is not an http:// or https:// address");
  }
  return text;
}
