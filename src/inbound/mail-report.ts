/**
 * What a mail server reports of a letter of ours: that it was not delivered (RFC 3464), or that its reader complained of it (RFC 5965). Read
 * out of a mail that was parsed already; whether the report is to be believed is judged by what it says of the letter.
 */
import type { Email } from "postal-mime";
import type { ReturnedMail } from "../domain/status/suppression.ts";

export interface MailReport {
  /** Null: it says nothing that has to be acted on: a delay, a delivery, what a machine thinks of a signature. */
  returned: ReturnedMail | null;
  /** Addresses that may be the letter's way back, in small letters: those it came to, and those that it names as where the letter was from. */
  ways: string[];
  /** Addresses at which the letter's reader ends such letters (RFC 2369). */
  unsubscribe: string[];
}

const undelivered = "message/delivery-status";
const complaint = "message/feedback-report";
const letterTypes = ["message/rfc822", "message/rfc822-headers", "text/rfc822-headers"];
/** Kinds of complaints of a person about a letter; the others are of machines, or say that it was wanted. */
const complaints = ["abuse", "fraud", "other", "opt-out", "opt-out-list"];
/** A letter of ours has fewer; nobody needs more of what is not one. */
const mostAddresses = 50;

/** Null: the mail is no report. @param to addresses that it came to */
export async function readMailReport(mail: Email, to: readonly string[]): Promise<MailReport | null> {
  const report = mail.attachments.find(({ mimeType }) => [undelivered, complaint].includes(mimeType));
  if (report === undefined) {
    return null;
  }
  const fields = readFields(textOf(report.content));
  const letter = await readLetter(mail);
  const ways = [...to, ...fields.values("original-mail-from"), ...letter("return-path")];
  return {
    returned: report.mimeType === undelivered ? undeliveredOf(fields) : complaintOf(fields),
    ways: ways
      .map((one) => one.replace(/^\s*(?:rfc822;)?\s*<?|>?\s*$/gi, "").toLowerCase())
      .slice(0, mostAddresses),
    unsubscribe: letter("list-unsubscribe")
      .flatMap((value) => value.match(/https?:\/\/[^\s<>,]{1,2000}/g) ?? [])
      .slice(0, mostAddresses),
  };
}

/** Of the recipients that it tells of, the first that the letter did not reach and will not reach. */
function undeliveredOf({ groups }: ReportFields): ReturnedMail | null {
  const failed = groups.find((group) => group.get("action")?.toLowerCase() === "failed");
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(failed?.get("status") ?? "")?.[0];
  return failed === undefined || status === undefined ? null : { kind: "undelivered", status };
}

function complaintOf({ values }: ReportFields): ReturnedMail | null {
  const [type = ""] = values("feedback-type");
  return complaints.includes(type.trim().toLowerCase()) ? { kind: "complaint" } : null;
}

/** Values of the headers of the letter that comes with a report, whole or its head alone. */
async function readLetter({ attachments }: Email): Promise<(name: string) => string[]> {
  const letter = attachments.find(({ mimeType }) => letterTypes.includes(mimeType));
  if (letter === undefined) {
    return () => [];
  }
  const { default: PostalMime } = await import("postal-mime");
  const { headers } = await PostalMime.parse(letter.content, { maxRfc822NestingDepth: 0 });
  return (name) => headers.filter(({ key }) => key === name).map(({ value }) => value);
}

interface ReportFields {
  /** Fields by name in small letters, in groups that blank lines part: first of the whole, then of each recipient. */
  groups: ReadonlyMap<string, string>[];
  values(name: string): string[];
}

function readFields(text: string): ReportFields {
  const groups = text
    .replace(/\r\n?/g, "\n")
    .replace(/\n[ \t]+/g, " ")
    .split(/\n{2,}/)
    .map(
      (group) =>
        new Map(
          group.split("\n").flatMap((line): [string, string][] => {
            const [, name, value] = /^([\w-]{1,100}):(.*)$/.exec(line) ?? [];
            return name === undefined ? [] : [[name.toLowerCase(), value!.trim()]];
          }),
        ),
    );
  return { groups, values: (name) => groups.flatMap((group) => group.get(name) ?? []) };
}

function textOf(content: ArrayBuffer | Uint8Array | string): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}
