/** Slack, by an incoming webhook of one of its channels: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. */
import { postJson } from "./call.ts";
import { type Channel, type Link, linksOf, type Message, saidIn } from "./channel.ts";
import { fit } from "./fit.ts";

export interface SlackSettings {
  name: string;
  /** Whoever knows it may write into the channel: it is a secret. */
  url: string;
  isInternal: boolean;
}

/** Slack's own limits of a header and of a section (Block Kit). */
const longestHeader = 150;
const longestSection = 3000;
const longestFallback = 3000;

export function slackChannel({ name, url, isInternal }: SlackSettings): Channel {
  return {
    name,
    leadsTo: new URL(url).host,
    send: (message) => postJson(url, slackMessage(message), { isInternal, secrets: [url] }),
    close() {},
  };
}

/** Every word of ours stands in plain text, where nothing is markup; only our own links are. */
export function slackMessage(message: Pick<Message, "subject" | "text" | "links" | "alert">): object {
  const { subject, text, alert } = message;
  const said = saidIn(text, alert);
  const links = alert === undefined ? (message.links ?? []) : linksOf(alert);
  return {
    // What a notification shows, and a screen reader says.
    text: escaped(fit(subject, longestFallback)),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(subject, longestHeader) },
      ...(said === "" ? [] : [{ type: "section", text: plain(said, longestSection) }]),
      ...(links.length === 0
        ? []
        : [{ type: "section", text: { type: "mrkdwn", text: links.map(linkOf).join("  ·  ") } }]),
    ],
  };
}

function plain(text: string, most: number): object {
  return { type: "plain_text", text: fit(text, most), emoji: false };
}

function linkOf({ word, address }: Link): string {
  return `<${escaped(address).replaceAll("|", "%7C")}|${escaped(word)}>`;
}

/** The three signs that mean something to Slack everywhere. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
