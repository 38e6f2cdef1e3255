/**
 * A mail as a mail server hands it over (RFC 5322), read into what a request needs of it: who wrote, what, in answer to what, and whether a
 * person did. Beside the street, between mail servers and the actions.
 */
import sanitizeHtml from "sanitize-html";
import { InvalidInput } from "../domain/errors.ts";
import { type MailReport, readMailReport } from "./mail-report.ts";

export interface IncomingMail {
  /** Its Message-ID; null: it has none. */
  id: string | null;
  /** Message-IDs of the mails that it answers. */
  references: string[];
  from: { name: string; address: string };
  /** Addresses it is to, in small letters, copies too, and those that it was handed over for. */
  to: string[];
  subject: string;
  /** Plain text, without what it quotes of the mail before. */
  text: string;
  /** Whether a machine sent it: an answer to it would be read by nobody, or begin a loop (RFC 3834). */
  isAutomatic: boolean;
  /** What came with it, in order; pictures that its markup alone shows, such as those of signatures, are left out. */
  attachments: { name: string; content: Uint8Array }[];
  /** What a mail server reports in it of a letter of ours; null: it is no report. */
  report: MailReport | null;
}

/** Nobody answers more mails at once. */
const mostReferences = 100;

/**
 * @param recipients addresses that it was handed over for, beside those that it names itself
 * @throws InvalidInput mail_unreadable when nobody wrote it
 */
export async function readRawMail(
  raw: Uint8Array,
  recipients: readonly string[] = [],
): Promise<IncomingMail> {
  // Loaded by the first mail: most servers never get one.
  const { default: PostalMime } = await import("postal-mime");
  const mail = await PostalMime.parse(raw, { attachmentEncoding: "arraybuffer" });
  const address = mail.from?.address?.trim().toLowerCase() ?? "";
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    throw new InvalidInput("mail_unreadable", "The mail does not say who it is from.");
  }
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value.toLowerCase() ?? "";
  const named = [...(mail.to ?? []), ...(mail.cc ?? [])].flatMap(({ address: one }) => one ?? []);
  // Where a mail server hands it on, it says so here for whom it was.
  const handed = [...recipients, header("delivered-to"), header("x-original-to")];
  const to = [...new Set([...named, ...handed].map((one) => one.toLowerCase()).filter((one) => one !== ""))];
  const plain = mail.text?.trim() ? mail.text : textOfHtml(mail.html ?? "");
  return {
    id: mail.messageId?.trim() || null,
    references:
      `${mail.inReplyTo ?? ""} ${mail.references ?? ""}`
        .match(/<[^<>\s]{1,998}>/g)
        ?.slice(0, mostReferences) ?? [],
    from: { name: mail.from?.name?.trim() ?? "", address },
    to,
    subject: oneLine(mail.subject ?? ""),
    text: printable(withoutQuote(plain)),
    isAutomatic:
      !["", "no"].includes(header("auto-submitted")) ||
      ["bulk", "list", "junk", "auto_reply"].includes(header("precedence")) ||
      header("list-id") !== "" ||
      header("x-autoreply") !== "" ||
      header("return-path") === "<>" ||
      /^(mailer-daemon|postmaster)@/.test(address),
    attachments: mail.attachments
      .filter(({ disposition, related }) => disposition === "attachment" || related !== true)
      .map(({ filename, content }) => ({ name: oneLine(filename ?? "") || "–", content: bytesOf(content) })),
    report: await readMailReport(mail, to),
  };
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** What a mail of markup alone says. */
function textOfHtml(html: string): string {
  const broken = html.replace(/<br\s*\/?>/gi, "\n").replace(/<\/(p|div|li|tr|h\d|blockquote)>/gi, "\n\n");
  return sanitizeHtml(broken, { allowedTags: [], allowedAttributes: {} })
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

/** The text without its signature and without the mail that it quotes at its end, with the line that introduces it. */
function withoutQuote(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const signature = lines.indexOf("-- ");
  const kept = signature > 0 ? lines.slice(0, signature) : lines;
  const isQuoted = (line: string) => line.startsWith(">");
  const last = kept.findLastIndex((line) => line.trim() !== "" && !isQuoted(line));
  if (!kept.slice(last + 1).some(isQuoted) || last < 0) {
    return kept.join("\n");
  }
  const isIntroduction = /:\s*$/.test(kept[last]!) && last > 0;
  return kept.slice(0, isIntroduction ? last : last + 1).join("\n");
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}

/** Without what cannot be stored or shown. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\u00a0/g, " ")
    .replace(/[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, "")
    .trim();
}
