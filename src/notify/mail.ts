/** Mail over an SMTP server: alerts in plain text as a channel, letters with their documents one by one. */
import type { Instant } from "../domain/time/interval.ts";
import { type Channel, ChannelFailure, channelFailure, type Message } from "./channel.ts";

export interface MailSettings {
  /** "mail" when left out. */
  name?: string;
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  smtpUrl: string;
  from: string;
  to: readonly string[];
  /** Where it leads, for the log; the addresses when left out. */
  leadsTo?: string;
}

const patienceMs = 10_000;

/** Opens no connection yet: every mail brings its own. */
export function mailChannel({ name = "mail", smtpUrl, from, to, leadsTo }: MailSettings): Channel {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    name,
    leadsTo: leadsTo ?? to.join(", "),
    async send(message, now) {
      try {
        const opened = await (transport ??= openTransport(smtpUrl));
        const { response, rejected } = await opened.sendMail({
          from,
          to: [...to],
          ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
          subject: message.subject,
          text: message.text,
          ...(message.html === undefined ? {} : { html: message.html }),
          ...(message.pictures === undefined ? {} : { attachments: toAttachments(message.pictures) }),
          date: new Date(now),
          // All mails about one thing stand together, and an answer to any of them names it.
          ...(message.thread === undefined
            ? { messageId: messageId(message, from) }
            : {
                messageId: messageId({ id: `${message.thread}.${message.id}` }, from),
                references: messageId({ id: message.thread }, from),
              }),
          // Answers of holiday machines help nobody (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return [response, rejected.length === 0 ? [] : `${rejected.length} of ${to.length} refused`]
          .flat()
          .join("; ");
      } catch (error) {
        throw letterFailure(error);
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
}

/** A letter to one recipient, with everything that goes with it. */
export interface Mail {
  /** The same at every attempt. */
  id: string;
  to: string;
  /** Where answers go; null: to whom it is from. */
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  /** "da": the language it is written in. */
  language: string;
  /** What it is one of, for rules of mail readers (RFC 2919): a name and a word for its address. */
  list: { name: string; word: string };
  /** Where its reader ends them with one request (RFC 8058); absent: they cannot. */
  unsubscribe?: string;
  /** What it belongs together with in a mail reader: the same for all mails about one thing; absent: it stands alone. */
  thread?: string;
  /** Where it comes back to when it cannot be delivered (RFC 5321, 4.4); absent: to whom it is from. */
  wayBack?: string;
  /** The same at every attempt. */
  date: Instant;
  /** `inline`: by which the letter refers to it, where it is shown in it (RFC 2392). */
  attachments: readonly { name: string; type: string; content: Uint8Array; inline?: string }[];
}

/** Sends letters. */
export interface Mailer {
  /**
   * @throws ChannelFailure when it was not taken; final where the server refused it for good
   */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** Longer than any SMTP server that is well needs for a letter with its documents. */
const letterPatienceMs = 60_000;

/**
 * @param from address that mail is sent from
 * @param name that stands before it: of the platform, as it is called at the time
 * @param connections over which many mails go, each used again and again until it is closed; 0: every mail brings its own
 */
export function openMailer(
  { smtpUrl, from }: { smtpUrl: string; from: string },
  name: () => string,
  connections = 0,
): Mailer {
  let transport: ReturnType<typeof openTransport> | undefined;
  const domain = domainOf(from);
  return {
    async send(mail) {
      try {
        const opened = await (transport ??= openTransport(smtpUrl, connections));
        const sending = opened.sendMail({
          from: { name: name(), address: from },
          to: { name: "", address: mail.to },
          ...(mail.wayBack === undefined ? {} : { envelope: { from: mail.wayBack, to: mail.to } }),
          ...(mail.replyTo === null ? {} : { replyTo: { name: "", address: mail.replyTo } }),
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          date: new Date(mail.date),
          messageId: messageId(mail, from),
          ...(mail.thread === undefined ? {} : { references: messageId({ id: mail.thread }, from) }),
          headers: {
            ...{ "Auto-Submitted": "auto-generated", "Content-Language": mail.language },
            ...(mail.unsubscribe === undefined
              ? {}
              : { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
          },
          list: {
            id: { url: `${mail.list.word}.${domain}`, comment: mail.list.name },
            ...(mail.unsubscribe === undefined ? {} : { unsubscribe: mail.unsubscribe }),
          },
          attachments: toAttachments(mail.attachments),
        });
        await within(letterPatienceMs, sending);
      } catch (error) {
        throw letterFailure(error);
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
}

function toAttachments(attachments: Mail["attachments"]) {
  return attachments.map(({ name: filename, type, content, inline }) => ({
    ...{ filename, contentType: type, content: Buffer.from(content) },
    ...(inline === undefined
      ? { contentDisposition: "attachment" as const }
      : { contentDisposition: "inline" as const, cid: inline }),
  }));
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ChannelFailure("it could not be delivered (no answer in time)")), ms);
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

/**
 * A letter or its recipient that is refused with 5xx is refused for good (RFC 5321, 4.2.1). One whose sender is refused, or who could
 * not sign in, is not: that is a matter of settings, and they change.
 */
function letterFailure(error: unknown): ChannelFailure {
  const { code, responseCode, command } = error as {
    code?: unknown;
    responseCode?: number;
    command?: string;
  };
  const isOfLetter = code === "EENVELOPE" || code === "EMESSAGE";
  const isForGood =
    responseCode === undefined ? command === "API" : responseCode >= 500 && command !== "MAIL FROM";
  const { message } = channelFailure(error);
  return new ChannelFailure(message, isOfLetter && isForGood);
}

/** Loaded with the first mail: most processes never send one, and the library takes more memory than all else about alerts. */
async function openTransport(smtpUrl: string, connections = 0) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url: smtpUrl,
    ...(connections === 0 ? {} : { pool: true, maxConnections: connections }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    dnsTimeout: patienceMs,
    socketTimeout: patienceMs,
    // What is told is text of our own: nothing in it may make the mail fetch an address or read a file.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The same for every attempt, so that mail readers show a repetition once. */
function messageId({ id }: Pick<Message, "id">, from: string): string {
  return `<${id.replace(/[^A-Za-z0-9._-]/g, "-")}@${domainOf(from)}>`;
}

function domainOf(address: string): string {
  return /@([^>\s]+)/.exec(address)?.[1] ?? "fournines.invalid";
}
