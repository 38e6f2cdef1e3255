/** Telegram, by a bot that writes into a chat: https://core.telegram.org/bots/api#sendmessage. */
import { postJson } from "./call.ts";
import { type Channel, type Link, linksOf, type Message, saidIn } from "./channel.ts";
import { fitUnits } from "./fit.ts";

export interface TelegramSettings {
  name: string;
  /** Of the bot, a secret; it stands in the address of every call. */
  token: string;
  /** `-1001234567890` or `@channel`. */
  chat: string;
  /** Topic of a forum; null: none. */
  thread: number | null;
  /** Null: api.telegram.org. */
  address: string | null;
  isInternal: boolean;
}

/** Telegram counts UTF-16 units after markup was taken away; what is ours around the text is short. */
const longestSubject = 250;
const longestText = 3500;

export function telegramChannel(settings: TelegramSettings): Channel {
  const { name, token, chat, thread, address, isInternal } = settings;
  const base = address ?? "https://api.telegram.org";
  return {
    name,
    leadsTo: new URL(base).host,
    async send(message) {
      const url = `${base}/bot${token}/sendMessage`;
      const answer = await postJson(url, telegramMessage(message, chat, thread), {
        ...{ isInternal, waitIn },
        secrets: [token, encodeURIComponent(token)],
      });
      // The whole message comes back, which tells nothing new.
      return answer.slice(0, 3);
    },
    close() {},
  };
}

export function telegramMessage(
  { subject, text, alert }: Message,
  chat: string,
  thread: number | null,
): object {
  const links = alert === undefined ? [] : linksOf(alert);
  const said = escaped(fitUnits(saidIn(text, alert), longestText));
  const parts = [
    `<b>${escaped(fitUnits(subject, longestSubject))}</b>`,
    said,
    // Links in the text, as buttons are refused where an address is not public.
    links.map(linkOf).join("  ·  "),
  ];
  return {
    chat_id: chat,
    ...(thread === null ? {} : { message_thread_id: thread }),
    text: parts.filter((part) => part !== "").join("\n\n"),
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
    // What is over, or only to be known, wakes nobody.
    disable_notification: alert !== undefined && (alert.event === "closed" || alert.severity === "info"),
  };
}

function linkOf({ word, address }: Link): string {
  return `<a href="${escaped(address)}">${escaped(word)}</a>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** It says in its answer, not in a header, how long to wait. */
function waitIn(answer: unknown): unknown {
  return (answer as { parameters?: { retry_after?: unknown } } | undefined)?.parameters?.retry_after;
}
