/** Discord, by the webhook of one of its channels: https://docs.discord.com/developers/resources/webhook#execute-webhook. */
import { postJson } from "./call.ts";
import { type Channel, type Link, linksOf, type Message, saidIn, type ToldAlert } from "./channel.ts";
import { fitUnits } from "./fit.ts";

export interface DiscordSettings {
  name: string;
  /** Whoever knows it may write into the channel: it is a secret. */
  url: string;
  isInternal: boolean;
}

/** Discord's own limits of an embed. */
const longestTitle = 256;
const longestDescription = 4096;

/** It answers once the message stands in the channel. */
export function discordChannel({ name, url, isInternal }: DiscordSettings): Channel {
  const waiting = new URL(url);
  waiting.searchParams.set("wait", "true");
  return {
    name,
    leadsTo: waiting.host,
    async send(message) {
      const rules = { isInternal, secrets: [url, waiting.pathname], waitIn };
      const answer = await postJson(waiting.href, discordMessage(message), rules);
      // The whole message comes back, which tells nothing new.
      return answer.slice(0, 3);
    },
    close() {},
  };
}

export function discordMessage({ subject, text, at, alert }: Message): object {
  const links = alert === undefined ? [] : linksOf(alert);
  const below = links.length === 0 ? "" : `\n\n${links.map(linkOf).join("  ·  ")}`;
  const said = escaped(saidIn(text, alert));
  return {
    // Nobody is called by a name that stands in our words.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: fitUnits(escaped(subject), longestTitle),
        description: fitUnits(said, longestDescription - below.length) + below,
        color: colorOf(alert),
        timestamp: new Date(at).toISOString(),
        ...(alert === undefined ? {} : { footer: { text: fitUnits(alert.source, 100) } }),
      },
    ],
  };
}

/** Its Markdown means itself behind a backslash; a mention or an invitation is none once its first sign does. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<@:-]/g, "\\$&");
}

function linkOf({ word, address }: Link): string {
  return `[${escaped(word)}](<${address.replaceAll(">", "%3E")}>)`;
}

function waitIn(answer: unknown): unknown {
  return (answer as { retry_after?: unknown } | undefined)?.retry_after;
}

function colorOf(alert: ToldAlert | undefined): number {
  if (alert === undefined) {
    return 0x5d5a54;
  }
  if (alert.event === "closed") {
    return 0x2f6b4f;
  }
  return { critical: 0xa8321f, warning: 0xb26a00, info: 0x5d5a54 }[alert.severity];
}
