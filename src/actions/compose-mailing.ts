/** Makes the mail of a mailing out of what is stored: the same mail, whenever it is made. For sending it, and for looking at it before. */
import { bundleName } from "../documents/bundle.ts";
import { type Letterhead, underLetterhead } from "../documents/letterhead.ts";
import { mailLanguage } from "../documents/mail-language.ts";
import { reportPdf } from "../documents/pdf.ts";
import { monthLetter } from "../documents/month-letter.ts";
import { requestLetter } from "../documents/request-letter.ts";
import { reportLanguage } from "../documents/report-language.ts";
import { weekLetter } from "../documents/week-letter.ts";
import { type ReportLetter, reportLetter } from "../documents/report-letter.ts";
import type { Letter } from "../documents/letter.ts";
import type { MailingKind } from "../domain/mailing/mailing.ts";
import { isPersonId } from "../domain/people/person.ts";
import type { MonthSummary } from "../domain/mailing/month-summary.ts";
import type { OperationsWeek } from "../domain/mailing/operations-week.ts";
import type { Report } from "../domain/sla/report/report.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import { clockHistoryOf } from "../domain/support/request.ts";
import { readClock } from "../domain/support/response-clock.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readSettings } from "../live/board-words.ts";
import type { Mail } from "../notify/mail.ts";
import { findAccessLink } from "../store/access-links.ts";
import { listCredits } from "../store/credits.ts";
import type { Database } from "../store/database.ts";
import type { Mailing } from "../store/mailings.ts";
import { getPerson } from "../store/people.ts";
import { getReporter } from "../store/reporters.ts";
import { getReport } from "../store/reports.ts";
import { listRequestFiles } from "../store/request-files.ts";
import { getRequest } from "../store/requests.ts";
import { pathOfAccessLink } from "./access-link.ts";
import { peopleNamer } from "./named-report.ts";
import { readLetterhead } from "./read-letterhead.ts";
import { readSupportAgreed } from "./support-agreed.ts";
import { wayBack } from "./way-back.ts";

/** A mail without the moment it is sent at. */
export type ComposedMail = Omit<Mail, "date">;

/** What links of a mail are made from. */
export interface MailOffice {
  secretKey: string;
  /** Public address of the server, without a slash at the end; null: as the platform says, or none. */
  baseUrl: string | null;
  now(): Instant;
  /** Address at which mail of customers becomes requests; null: there is none, and answers go to whom mail is from. */
  supportMail: string | null;
  /** To which mail comes back that cannot be delivered; null: to whom it is from, and nobody here hears of it. */
  bounceMail: string | null;
}

/** @throws NotFound report_not_found, request_not_found */
export async function composeMailing(
  db: Database,
  mailing: Mailing,
  office: MailOffice,
): Promise<ComposedMail> {
  const settings = await readSettings(db);
  const { name, address, accountManagers = [] } = settings;
  const head = await readLetterhead(db, settings);
  const at = { ...office, baseUrl: office.baseUrl ?? address };
  const replyTo = accountManagers[0] ?? null;
  const compose = async (): Promise<Composed> => {
    switch (mailing.kind) {
      case "report":
        return composeReport(db, mailing, { portal: await portalOf(db, mailing, at), replyTo, head });
      case "month_summary":
        return composeSummary(mailing, at);
      case "operations":
        return composeWeek(mailing, at);
      case "request_received":
      case "request_answer":
        return composeRequest(db, mailing, settings, office);
    }
  };
  const composed = await compose();
  const { letter, pictures } = underLetterhead(composed, head);
  const { say } = mailLanguage(mailing.language);
  return {
    ...{ to: mailing.recipient, ...letter, attachments: [...pictures, ...letter.attachments] },
    ...{ id: mailing.id, language: mailing.language },
    ...(office.bounceMail === null
      ? {}
      : { wayBack: wayBack(office.secretKey, office.bounceMail, mailing.id) }),
    list: { name: say(`list.${mailing.kind}`, { platform: name }), word: words[mailing.kind] },
  };
}

const words: Record<MailingKind, string> = {
  report: "reports",
  month_summary: "months",
  operations: "operations",
  request_received: "requests",
  request_answer: "requests",
};

/** `to` where it is not the recipient as it was put down. */
type Composed = Letter & Pick<Mail, "replyTo" | "attachments"> & { to?: string };

function composeSummary({ facts, label, language, recipient }: Mailing, { baseUrl }: MailOffice): Composed {
  const address = baseUrl === null ? null : `${baseUrl}/console/closings/${label}`;
  return {
    ...monthLetter(facts as MonthSummary, language, recipient, address),
    ...{ replyTo: null, attachments: [] },
  };
}

function composeWeek({ facts, language, recipient }: Mailing, { baseUrl }: MailOffice): Composed {
  return {
    ...weekLetter(facts as OperationsWeek, language, recipient, baseUrl),
    ...{ replyTo: null, attachments: [] },
  };
}

/** To whoever made the request: their address is looked up now, and stands nowhere else. */
async function composeRequest(
  db: Database,
  { kind, label, revision, recipient, language }: Mailing,
  { name: platform, timeZone }: PlatformSettings,
  { supportMail }: MailOffice,
): Promise<Composed> {
  const request = await getRequest(db, label);
  const { name, mail } = isPersonId(recipient)
    ? await getPerson(db, recipient)
    : await getReporter(db, recipient);
  const { termsOf, calendarOf } = await readSupportAgreed(
    db,
    request.customer === null ? {} : { customer: request.customer },
  );
  const terms = termsOf(request.contract, request.openedAt);
  const clock =
    terms === null
      ? null
      : readClock("response", terms, clockHistoryOf(request), calendarOf, request.openedAt);
  const letter = requestLetter({
    ...{ about: kind === "request_received" ? "received" : "answer", platform, name, language, timeZone },
    ...{ reference: request.reference, subject: request.subject },
    words: request.steps.find(({ number }) => number === revision)?.text ?? "",
    notKept: (await listRequestFiles(db, label))
      .filter(({ step, refusal }) => step === revision && refusal !== null)
      .map((file) => file.name),
    dueAt: clock?.state === "running" ? clock.dueAt : null,
    isSolved: request.steps.some(({ kind: step, number }) => step === "resolved" && number === revision + 1),
    takesAnswers: supportMail !== null,
  });
  return { ...letter, to: mail ?? "", replyTo: supportMail, attachments: [] };
}

/** Where the customer comes in; null: the link was revoked, or there is no address to make one of. */
async function portalOf(
  db: Database,
  { linkId }: Mailing,
  { secretKey, baseUrl, now }: MailOffice,
): Promise<ReportLetter["portal"]> {
  const link = linkId === null || baseUrl === null ? undefined : await findAccessLink(db, linkId, now());
  return link === undefined || link.revokedAt !== null
    ? null
    : { address: `${baseUrl}${pathOfAccessLink(secretKey, link)}`, until: link.expiresAt };
}

async function composeReport(
  db: Database,
  { contract, label, revision, recipient }: Mailing,
  {
    portal,
    replyTo,
    head,
  }: Pick<ReportLetter, "portal"> & { replyTo: string | null; head: Letterhead | null },
): Promise<Composed> {
  const issued = await getReport(db, contract!, label, revision);
  const report = JSON.parse(issued.json) as Report;
  const before = await reportBefore(db, { contract: contract!, label, revision });
  const [credit = null] = await listCredits(db, { contract: contract!, label, revision });
  const { sha256, json } = issued;
  const named = (await peopleNamer(db))(report);
  const pdf = await reportPdf(named, sha256, reportLanguage(report.language), { before, head });
  return {
    ...reportLetter({ report, sha256, before, credit, recipient, takesAnswers: replyTo !== null, portal }),
    replyTo,
    attachments: [
      { name: bundleName(report, "pdf"), type: "application/pdf", content: pdf },
      { name: bundleName(report, "json"), type: "application/json", content: Buffer.from(json) },
    ],
  };
}

async function reportBefore(
  db: Database,
  { contract, label, revision }: { contract: string; label: string; revision: number },
): Promise<Report | null> {
  return revision === 1
    ? null
    : (JSON.parse((await getReport(db, contract, label, revision - 1)).json) as Report);
}
