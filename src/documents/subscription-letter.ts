/**
 * Letters to those who subscribed: whether they want it, that they have it already, and what was announced. Each says how it came, and
 * where its reader changes or ends it. In the language in which they subscribed.
 */
import type { ToldNotice } from "../domain/mailing/told-notice.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import {
  type Letter,
  type LetterBlock,
  type LetterContents,
  letterHtml,
  letterText,
  withColon,
} from "./letter.ts";
import { type MailLanguage, mailLanguage, type MailWord } from "./mail-language.ts";
import { firstWords } from "./markdown.ts";

/** What somebody subscribed to, in names. */
export interface ToldChoice {
  /** Titles of groups and services; none: the whole page. */
  parts: readonly string[];
  topics: readonly ("incidents" | "maintenance")[];
  pace: "at_once" | "hourly" | "daily";
}

export interface SubscriptionLetter {
  platform: string;
  language: CustomerLanguage;
  timeZone: string;
  /** When it is written. */
  now: Instant;
  /** Where it goes, as its reader knows it: a mail address, a channel's address. */
  recipient: string;
  /** Of the page, without a slash at the end. */
  address: string;
  /** Where a path of the page leads its reader: to the page, through its door where they need it opened. */
  linkTo(path: string): string;
  /** Address of the page at which the subscription is looked after. */
  manage: string;
}

/** Whether somebody wants what was asked for in their name. */
export function confirmationLetter(told: SubscriptionLetter, choice: ToldChoice): Letter {
  const language = mailLanguage(told.language);
  const { say } = language;
  const { platform } = told;
  return letterOf(told, say("subscription.confirm.subject", { platform }), {
    lead: say("subscription.confirm.lead", { platform }),
    blocks: [
      { kind: "rows", rows: choiceRows(choice, language) },
      { kind: "link", text: say("subscription.confirm.follow"), address: told.manage },
      { kind: "text", text: say("subscription.confirm.notYou") },
    ],
    footer: [say("subscription.confirm.footer", { platform, address: told.recipient })],
    footerLinks: [],
  });
}

/** That somebody is subscribed already, which is told to nobody else. */
export function reminderLetter(told: SubscriptionLetter, choice: ToldChoice): Letter {
  const language = mailLanguage(told.language);
  const { say } = language;
  const { platform } = told;
  return letterOf(told, say("subscription.again.subject", { platform }), {
    lead: say("subscription.again.lead", { platform }),
    blocks: [
      { kind: "rows", rows: choiceRows(choice, language) },
      { kind: "link", text: say("subscription.manage"), address: told.manage },
    ],
    ...footOf(told, language),
  });
}

/** What was announced since the last letter, at least one notice; what belongs together stands together. */
export function newsLetter(told: SubscriptionLetter, notices: readonly ToldNotice[]): Letter {
  const language = mailLanguage(told.language);
  const groups = [...Map.groupBy(notices, ({ path }) => path).values()];
  const isOne = groups.length === 1;
  const subject = newsSubject(notices, told.language);
  const latest = groups.map((group) => headline(group.at(-1)!, language));
  return letterOf(told, subject, {
    preview: isOne ? firstLine(notices.at(-1)!) : latest.join(" · "),
    blocks: groups.flatMap((group, i) => [
      ...(isOne ? [] : [{ kind: "heading" as const, text: latest[i]! }]),
      ...groupBlocks(group, told, language),
    ]),
    ...newsFootOf(told, language),
  });
}

/** "Resolved: Sign-in fails"; of several things, how many and the latest of them. */
export function newsSubject(notices: readonly ToldNotice[], code: CustomerLanguage): string {
  const language = mailLanguage(code);
  const count = new Set(notices.map(({ path }) => path)).size;
  const last = headline(notices.at(-1)!, language);
  return count === 1 ? last : language.say("subscription.news.several", { n: count, last });
}

/** The same as lines of plain text, for chats. */
export function newsLines(
  notices: readonly ToldNotice[],
  told: Pick<SubscriptionLetter, "language" | "timeZone" | "now">,
): string[] {
  const { timeZone } = told;
  const language = mailLanguage(told.language);
  return [
    ...[...Map.groupBy(notices, ({ path }) => path).values()].flatMap((group) => [
      ...rowsOf(group.at(-1)!, told, language).map(
        ([name, value]) => `${withColon(name, language.report.tag)} ${value}`,
      ),
      ...group
        .toReversed()
        .flatMap((notice) => [above(notice, timeZone, language), notice.message?.text ?? []].flat()),
    ]),
    zoneLine(timeZone, language),
  ];
}

/** What a choice is, in rows of names and values. */
export function choiceRows(
  { parts, topics, pace }: ToldChoice,
  { say }: MailLanguage,
): [name: string, value: string][] {
  return [
    [say("subscription.scope"), parts.length === 0 ? say("subscription.scope.page") : parts.join(", ")],
    [say("subscription.topics"), topics.map((topic) => say(`subscription.topic.${topic}`)).join(", ")],
    [say("subscription.pace"), say(`subscription.pace.${pace}`)],
  ];
}

function groupBlocks(
  group: readonly ToldNotice[],
  told: SubscriptionLetter,
  language: MailLanguage,
): LetterBlock[] {
  const { timeZone, linkTo, language: code } = told;
  const latest = group.at(-1)!;
  const rows = rowsOf(latest, told, language);
  return [
    ...(rows.length === 0 ? [] : [{ kind: "rows" as const, rows }]),
    ...group.toReversed().map((notice): LetterBlock => {
      const { text, language: written } = notice.message ?? { text: "", language: code };
      return {
        ...{ kind: "said", above: above(notice, timeZone, language), markdown: text },
        languageTag: written === code ? language.report.tag : written,
      };
    }),
    { kind: "link", text: language.say("subscription.news.follow"), address: linkTo(latest.path) },
  ];
}

function rowsOf(
  { services, planned, nextUpdateAt }: ToldNotice,
  { timeZone, now }: Pick<SubscriptionLetter, "timeZone" | "now">,
  { say, report }: MailLanguage,
): [name: string, value: string][] {
  const minute = (at: Instant) => report.minute(isoInstant(at), timeZone);
  const rows: [name: string, value: string][] = [];
  if (services.length > 0) {
    rows.push([say("subscription.news.services"), services.map(({ title }) => title).join(", ")]);
  }
  if (planned !== null) {
    rows.push([say("subscription.news.begins"), minute(planned.start)]);
    rows.push([say("subscription.news.ends"), minute(planned.end)]);
  }
  if (nextUpdateAt !== null) {
    const isToCome = nextUpdateAt > now;
    rows.push([say(`subscription.news.${isToCome ? "next" : "nextMissed"}`), minute(nextUpdateAt)]);
  }
  return rows;
}

/** "9 July 2026, 16:02 · Identified". */
function above(notice: ToldNotice, timeZone: string, language: MailLanguage): string {
  const at = language.report.minute(isoInstant(notice.at), timeZone);
  return `${at} · ${stateWord(notice, language)}`;
}

function headline(notice: ToldNotice, language: MailLanguage): string {
  return `${withColon(stateWord(notice, language), language.report.tag)} ${notice.title.text}`;
}

function stateWord({ subject, event }: ToldNotice, { say }: MailLanguage): string {
  return say(`subscription.news.${subject}.${event}` as MailWord);
}

/** What mail readers show beside the subject. */
function firstLine({ message, services }: ToldNotice): string {
  return message === null ? services.map(({ title }) => title).join(", ") : firstWords(message.text);
}

function newsFootOf(told: SubscriptionLetter, language: MailLanguage) {
  const { footer, footerLinks } = footOf(told, language);
  return { footer: [zoneLine(told.timeZone, language), ...footer], footerLinks };
}

/** Times of news are told in the platform's zone, wherever its reader is. */
function zoneLine(timeZone: string, { say }: MailLanguage): string {
  return say("subscription.news.zone", { zone: timeZone.replaceAll("_", " ") });
}

function footOf({ platform, recipient, manage }: SubscriptionLetter, { say }: MailLanguage) {
  return {
    footer: [say("subscription.footer", { platform, address: recipient })],
    footerLinks: [
      { text: say("subscription.manage"), address: manage },
      { text: say("subscription.end"), address: `${manage}/end` },
    ],
  };
}

function letterOf(
  { platform, language: code }: SubscriptionLetter,
  subject: string,
  parts: Pick<LetterContents, "blocks" | "footer" | "footerLinks"> & { lead?: string; preview?: string },
): Letter {
  const { lead, preview, blocks, ...foot } = parts;
  const contents: LetterContents = {
    languageTag: mailLanguage(code).report.tag,
    ...{ sender: platform, title: subject, preview: preview ?? lead ?? "" },
    blocks: [...(lead === undefined ? [] : [{ kind: "text" as const, text: lead }]), ...blocks],
    ...foot,
  };
  return { subject, text: letterText(contents), html: letterHtml(contents) };
}
