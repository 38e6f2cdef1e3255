/**
 * Puts what is told of an alert into the words of those who read a channel, with the links they need: where to look, and where to say that
 * they have it. Between what is stored and src/notify.
 */
import { alertWords, sayAlert, testWords } from "../documents/alert-words.ts";
import { letterHtml, withColon } from "../documents/letter.ts";
import { type Letterhead, underLetterhead } from "../documents/letterhead.ts";
import { reportLanguage } from "../documents/report-language.ts";
import type { AlertFacts, AlertKind } from "../domain/alerting/alert.ts";
import { namedFacts, needsNames } from "../domain/alerting/named-facts.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import type { Link, Message } from "../notify/channel.ts";
import { readNamesOfThings } from "../store/alert-names.ts";
import type { DueTelling } from "../store/alert-tellings.ts";
import type { Database } from "../store/database.ts";
import { findPerson } from "../store/people.ts";
import { alertThread, pathOfAcknowledgeLink } from "./acknowledge-link.ts";

/** For whom it is told, and from where. */
export interface MessageSetting {
  db: Database;
  secretKey: string;
  /** Address of the page, without a slash at the end. */
  baseUrl: string;
  /** Name of the platform, and its time zone. */
  platform: string;
  timeZone: string;
  language: CustomerLanguage;
  /** What the channel is called. */
  channelTitle: string;
  /** Where answers to mails are taken; null: nobody reads them. */
  replyTo: string | null;
  /** The platform's logo; null: it has none. */
  head: Letterhead | null;
}

/** A message for one channel. */
export async function composeAlertMessage(telling: DueTelling, setting: MessageSetting): Promise<Message> {
  const { alertId, event, channel, round, step, kind, severity, facts, openedAt, closedAt } = telling;
  const { secretKey, baseUrl, platform, language } = setting;
  const named = needsNames(facts) ? namedFacts(facts, await readNamesOfThings(setting.db)) : facts;
  const words = alertWords(
    { kind, facts: named, openedAt, closedAt, round, takenBy: await nameOf(telling, setting) },
    event,
    setting,
  );
  const page: Link = {
    word: sayAlert(language, "page"),
    address: `${baseUrl}${pathOfAlert({ kind, facts })}`,
  };
  const story: Link = {
    word: sayAlert(language, "story"),
    address: `${baseUrl}/console/alerts/${alertId}`,
  };
  const link = pathOfAcknowledgeLink(secretKey, { alertId, channel });
  const acknowledge: Link | null =
    event === "opened" || event === "escalated"
      ? { word: sayAlert(language, "acknowledge"), address: `${baseUrl}${link}` }
      : null;
  const isFirst = round === 0 && step === 0;
  return {
    id: `alert_${alertId}_${event}${isFirst ? "" : `_${round}_${step}`}`,
    type: `alert.${event}`,
    at: event === "closed" && closedAt !== null ? closedAt : openedAt,
    subject: words.subject,
    text: textOf(words.lines, [acknowledge, page, story], setting),
    ...underLogo(htmlOf(words, [acknowledge, page, story], setting), setting.head),
    thread: alertThread(secretKey, { alertId, channel }),
    ...(setting.replyTo === null ? {} : { replyTo: setting.replyTo }),
    facts: {
      ...{ alert: alertId, kind, opened_at: isoInstant(openedAt) },
      closed_at: isoInstant(closedAt),
      ...facts,
    },
    alert: {
      key: `${new URL(baseUrl).host}/alerts/${alertId}`,
      ...{ event, severity, openedAt, closedAt: event === "closed" ? (closedAt ?? openedAt) : null },
      ...{ source: platform, lines: words.lines, page, story, acknowledge },
    },
  };
}

/** The page of a mail, with the logo that goes along where there is one. */
function underLogo(html: string, head: Letterhead | null): Pick<Message, "html" | "pictures"> {
  const { letter, pictures } = underLetterhead({ html, subject: "", text: "" }, head);
  return { html: letter.html, ...(pictures.length === 0 ? {} : { pictures }) };
}

/** A message that only shows that a channel works. */
export function composeTestMessage(
  channel: string,
  setting: Pick<MessageSetting, "platform" | "language" | "channelTitle" | "head">,
  now: Instant,
): Message {
  const { platform, language, channelTitle: title, head } = setting;
  const { subject, text } = testWords({ title, platform }, language);
  const html = htmlOf({ subject, lines: [text] }, [], { ...setting, replyTo: null });
  return {
    id: `test_${channel.replace(/[^\w-]/g, "-")}_${now}`,
    type: "channel.tested",
    at: now,
    ...{ subject, text },
    ...underLogo(html, head),
    facts: { channel },
  };
}

const placeOfPrefix: Readonly<Record<string, string>> = {
  ...{ REQ: "requests", INC: "incidents", MNT: "maintenance" },
};

/** Where an alert is looked at. */
export function pathOfAlert({
  kind,
  facts: { service, reference, contract, label, channel },
}: {
  kind: AlertKind;
  facts: AlertFacts;
}): string {
  if (kind === "mail_undelivered") {
    return "/console/mail";
  }
  const place = typeof reference === "string" ? placeOfPrefix[reference.slice(0, 3)] : undefined;
  if (place !== undefined) {
    return `/console/${place}/${reference}`;
  }
  if (kind === "channel_failing") {
    return `/console/channels/${encodeURIComponent(String(channel))}`;
  }
  if (typeof contract === "string" && typeof label === "string") {
    return `/console/contracts/${contract}/${label}`;
  }
  return typeof service === "string" ? `/services/${service}` : "";
}

/** Plain text, for mails and whatever else shows it as it is. */
function textOf(lines: readonly string[], links: readonly (Link | null)[], setting: MessageSetting): string {
  const shown = links.filter((link) => link !== null);
  const { tag } = reportLanguage(setting.language);
  return [
    ...lines,
    ...shown.flatMap(({ word, address }) => ["", withColon(word, tag), address]),
    ...footerOf(links, setting),
  ].join("\n");
}

/** Under everything: that an answer is enough, where one is. */
function footerOf(
  [acknowledge]: readonly (Link | null)[],
  { replyTo, language }: Pick<MessageSetting, "replyTo" | "language">,
): string[] {
  return acknowledge === null || acknowledge === undefined || replyTo === null
    ? []
    : ["", sayAlert(language, "reply")];
}

function htmlOf(
  { subject, lines }: { subject: string; lines: readonly string[] },
  links: readonly (Link | null)[],
  setting: Pick<MessageSetting, "platform" | "language" | "channelTitle" | "replyTo">,
): string {
  const { platform, language, channelTitle: channel } = setting;
  return letterHtml({
    languageTag: reportLanguage(language).tag,
    sender: platform,
    title: subject,
    preview: lines[0] ?? "",
    blocks: [
      ...lines.map((text) => ({ kind: "text" as const, text })),
      ...links
        .filter((link) => link !== null)
        .map(({ word, address }, i) => ({ kind: "link" as const, text: word, address, isAside: i > 0 })),
      ...footerOf(links, setting)
        .filter(Boolean)
        .map((text) => ({ kind: "text" as const, text })),
    ],
    footer: [sayAlert(language, "footer", { channel, platform })],
  });
}

/** Name of whoever took it; null: nobody did, or whoever did has no name here. */
async function nameOf(
  { event, acknowledgedBy }: DueTelling,
  { db }: Pick<MessageSetting, "db">,
): Promise<string | null> {
  return event !== "acknowledged" || acknowledgedBy === null
    ? null
    : ((await findPerson(db, acknowledgedBy))?.name ?? null);
}
