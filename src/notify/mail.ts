/** Mail to the people who run the platform, over an SMTP server. A channel. */
import { type Channel, channelFailure, type Message } from "./channel.ts";

export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  smtpUrl: string;
  from: string;
  to: readonly string[];
}

const patienceMs = 10_000;

/** Opens no connection yet: every mail brings its own. */
export function mailChannel({ smtpUrl, from, to }: MailSettings): Channel {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    name: "mail",
    leadsTo: to.join(", "),
    async send(message, now) {
      try {
        const opened = await (transport ??= openTransport(smtpUrl));
        await opened.sendMail({
          from,
          to: [...to],
          subject: message.subject,
          text: message.text,
          date: new Date(now),
          messageId: messageId(message, from),
          // Answers of holiday machines help nobody (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        throw channelFailure(error);
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
}

/** Loaded with the first mail: most processes never send one, and the library takes more memory than all else about alerts. */
async function openTransport(smtpUrl: string) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url: smtpUrl,
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
function messageId({ id }: Message, from: string): string {
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? "fournines.invalid";
  return `<${id.replace(/[^A-Za-z0-9._-]/g, "-")}@${domain}>`;
}
