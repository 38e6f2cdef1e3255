/**
 * Makes what a subscriber is sent out of what is stored: as a letter, as a message of a chat, as JSON for a machine. For sending it; the
 * words are read when it is made, so that what was corrected is told corrected.
 */
import { type NoticeSources, type ToldNotice, toldNotices } from "../domain/mailing/told-notice.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import type { Announcement } from "../domain/status/announcement.ts";
import { addressOf, findPage } from "../domain/status/page-access.ts";
import type { PageDefinition } from "../domain/status/page-definition.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  choiceRows,
  confirmationLetter,
  newsLetter,
  newsLines,
  newsSubject,
  reminderLetter,
  type SubscriptionLetter,
  type ToldChoice,
} from "../documents/subscription-letter.ts";
import { withColon } from "../documents/letter.ts";
import { type Letterhead, underLetterhead } from "../documents/letterhead.ts";
import { mailLanguage } from "../documents/mail-language.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import type { Message } from "../notify/channel.ts";
import type { Mail } from "../notify/mail.ts";
import type { TakenMessage } from "../store/subscription-messages.ts";
import { sealPageLink } from "./page-pass.ts";
import type { SubscriberAccess } from "./subscriber-access.ts";
import { pathOfSubscription } from "./subscription-link.ts";
import { wayBack } from "./way-back.ts";

/** What is ready to go. */
export type ComposedMessage =
  | { to: "email"; mail: Omit<Mail, "date"> }
  | { to: "slack"; url: string; message: Pick<Message, "subject" | "text" | "links"> }
  | {
      to: "webhook";
      url: string;
      secret: string;
      body: string;
      /** What its answer must repeat; null: it is no question. */
      challenge: string | null;
    };

/** What messages are made with. */
export interface SubscriptionOffice {
  secretKey: string;
  /** Public address of the page, without a slash at the end. */
  address: string;
  /** To which mail comes back that cannot be delivered; null: to whom it is from, and nobody here hears of it. */
  bounceMail: string | null;
  settings: Pick<PlatformSettings, "name" | "timeZone" | "languages" | "pageAccess" | "pages">;
  /** The platform's logo; null: it has none. */
  head: Letterhead | null;
}

/** What is read for them: notices' sources, and titles of groups by slug. */
export interface MessageSources extends NoticeSources {
  groups: ReadonlyMap<string, string>;
  /** What each of their readers may be told. */
  access: SubscriberAccess;
  /** When they were read. */
  at: Instant;
}

/** Null: there is nothing to tell any more. */
export function composeSubscriptionMessage(
  taken: TakenMessage,
  announcements: readonly Announcement[],
  sources: MessageSources,
  office: SubscriptionOffice,
): ComposedMessage | null {
  const { subscription, kind } = taken;
  const { channel, address, secret, endedAt } = subscription;
  if (address === null || endedAt !== null || (kind === "news" && subscription.confirmedAt === null)) {
    return null;
  }
  const page = findPage(office.settings, subscription.page);
  const sight = sources.access.sight(subscription);
  if (page === undefined || sight === null) {
    return null;
  }
  const fallback = office.settings.languages[0] ?? "en";
  const shown = announcements.flatMap((announcement) => sight.announcement(announcement) ?? []);
  const notices = toldNotices(shown, sources, subscription.language, fallback);
  if (kind === "news" && notices.length === 0) {
    return null;
  }
  const told = letterOf(taken, { recipient: address, page, now: sources.at }, office);
  const choice = choiceOf(taken, sources);
  switch (channel) {
    case "email":
      return { to: "email", mail: mailOf(taken, told, { choice, notices, office }) };
    case "slack":
      return { to: "slack", url: address, message: chatOf(taken, told, choice, notices) };
    case "webhook":
      return {
        ...{ to: "webhook", url: address, secret: secret! },
        body: JSON.stringify(payloadOf(taken, told, notices)),
        challenge: kind === "confirmation" ? taken.id : null,
      };
  }
}

function letterOf(
  { subscription }: TakenMessage,
  { recipient, page, now }: { recipient: string; page: PageDefinition; now: Instant },
  office: SubscriptionOffice,
): SubscriptionLetter {
  const { settings, secretKey } = office;
  const { channel, way } = subscription;
  const language = customerLanguages.find((one) => one === subscription.language) ?? "en";
  const address = addressOf(page, office.address);
  // The page in the language that is read, where the page has it.
  const base = settings.languages.includes(language) ? `${address}/${language}` : address;
  // Whoever came in by a link comes in again from their own letter; a chat has more readers than that.
  const door =
    way.kind === "link" && channel === "email"
      ? `/enter/${sealPageLink(secretKey, page.slug, way.id)}?then=`
      : "";
  return {
    ...{ platform: page.title, language, timeZone: settings.timeZone, now, recipient, address: base },
    linkTo: (path) => `${base}${door === "" ? path : door + encodeURIComponent(path)}`,
    manage: `${base}${pathOfSubscription(secretKey, subscription.id)}`,
  };
}

/** What a subscription is about, in names. */
export function choiceOf(
  { subscription: { scope, topics, pace } }: Pick<TakenMessage, "subscription">,
  { services, groups }: Pick<MessageSources, "services" | "groups">,
): ToldChoice {
  const parts =
    scope === null
      ? []
      : [
          ...scope.groups.map((slug) => groups.get(slug) ?? slug),
          ...scope.services.map((slug) => services.get(slug) ?? slug),
        ];
  return { parts, topics, pace };
}

function mailOf(
  { id, kind }: TakenMessage,
  told: SubscriptionLetter,
  {
    choice,
    notices,
    office,
  }: { choice: ToldChoice; notices: readonly ToldNotice[]; office: SubscriptionOffice },
): Omit<Mail, "date"> {
  const { bounceMail, secretKey, head } = office;
  const { platform, language, recipient, manage } = told;
  const bare =
    kind === "confirmation"
      ? confirmationLetter(told, choice)
      : kind === "reminder"
        ? reminderLetter(told, choice)
        : newsLetter(told, notices);
  const { letter, pictures } = underLetterhead(bare, head);
  const about = new Set(notices.map(({ reference }) => reference));
  return {
    ...letter,
    ...{ id, to: recipient, replyTo: null, language, attachments: pictures },
    list: { name: mailLanguage(language).say("list.subscription", { platform }), word: "status" },
    // Nobody is subscribed yet who is asked whether they want to be.
    ...(kind === "confirmation" ? {} : { unsubscribe: `${manage}/end` }),
    ...(about.size === 1 ? { thread: `status-${[...about][0]}` } : {}),
    ...(bounceMail === null ? {} : { wayBack: wayBack(secretKey, bounceMail, id) }),
  };
}

function chatOf(
  { kind }: TakenMessage,
  told: SubscriptionLetter,
  choice: ToldChoice,
  notices: readonly ToldNotice[],
): Pick<Message, "subject" | "text" | "links"> {
  const { platform, language: code, manage, linkTo } = told;
  const language = mailLanguage(code);
  const { say } = language;
  if (kind === "news") {
    return {
      subject: newsSubject(notices, code),
      text: newsLines(notices, told).join("\n"),
      links: [
        { word: say("subscription.news.follow"), address: linkTo(notices.at(-1)!.path) },
        { word: say("subscription.manage"), address: manage },
      ],
    };
  }
  const key = kind === "confirmation" ? "confirm" : "again";
  const rows = choiceRows(choice, language).map(
    ([name, value]) => `${withColon(name, language.report.tag)} ${value}`,
  );
  return {
    subject: say(`subscription.${key}.subject`, { platform }),
    text: [say(`subscription.${key}.lead`, { platform }), ...rows].join("\n"),
    links: [
      {
        word: say(kind === "confirmation" ? "subscription.confirm.follow" : "subscription.manage"),
        address: manage,
      },
    ],
  };
}

function payloadOf(
  { id, kind, subscription, createdAt }: TakenMessage,
  { platform, manage, address, linkTo }: SubscriptionLetter,
  notices: readonly ToldNotice[],
): object {
  const type = kind === "news" ? "status.news" : "subscription.challenge";
  const said = notices.map((notice) => ({
    subject: notice.subject,
    event: notice.event,
    reference: notice.reference,
    title: notice.title.text,
    message: notice.message?.text ?? null,
    at: isoInstant(notice.at),
    services: notice.services.map(({ slug, title }) => ({ slug, title })),
    planned_start: notice.planned && isoInstant(notice.planned.start),
    planned_end: notice.planned && isoInstant(notice.planned.end),
    next_update_at: isoInstant(notice.nextUpdateAt),
    url: linkTo(notice.path),
  }));
  return {
    type,
    timestamp: isoInstant(notices.at(-1)?.at ?? createdAt),
    data: {
      ...{ platform, page: address, subscription: subscription.id, manage },
      ...(kind === "news" ? { news: said } : { challenge: id }),
    },
  };
}
