/** Makes the mail of a mailing out of what is stored: the same mail, whenever it is made. For sending it, and for looking at it before. */
import type { Letter } from "../documents/report-letter.ts";
import { reportLetter } from "../documents/report-letter.ts";
import { mailLanguage } from "../documents/mail-language.ts";
import { bundleName } from "../documents/bundle.ts";
import { reportPdf } from "../documents/pdf.ts";
import { reportLanguage } from "../documents/report-language.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { readSettings } from "../live/board-words.ts";
import type { Mail } from "../notify/mail.ts";
import { listCredits } from "../store/credits.ts";
import type { Database } from "../store/database.ts";
import type { Mailing } from "../store/mailings.ts";
import { getReport } from "../store/reports.ts";

/** A mail without the moment it is sent at. */
export type ComposedMail = Omit<Mail, "date">;

/** @throws NotFound report_not_found */
export async function composeMailing(db: Database, mailing: Mailing): Promise<ComposedMail> {
  const { name } = await readSettings(db);
  const composed = await composeReport(db, mailing);
  return {
    ...composed,
    ...{ id: mailing.id, to: mailing.recipient, language: mailing.language },
    list: {
      name: mailLanguage(mailing.language).say("list.report", { platform: name }),
      word: "reports",
    },
  };
}

type Composed = Letter & Pick<Mail, "replyTo" | "attachments">;

async function composeReport(
  db: Database,
  { contract, label, revision, recipient }: Mailing,
): Promise<Composed> {
  const issued = await getReport(db, contract!, label, revision);
  const report = JSON.parse(issued.json) as Report;
  const before =
    revision === 1
      ? null
      : (JSON.parse((await getReport(db, contract!, label, revision - 1)).json) as Report);
  const [credit = null] = await listCredits(db, { contract: contract!, label, revision });
  const { sha256 } = issued;
  const letter = reportLetter({
    report,
    sha256,
    before,
    credit,
    recipient,
    takesAnswers: false,
    portal: null,
  });
  const pdf = await reportPdf(report, sha256, reportLanguage(report.language), before);
  return {
    ...letter,
    replyTo: null,
    attachments: [
      { name: bundleName(report, "pdf"), type: "application/pdf", content: pdf },
      {
        name: bundleName(report, "json"),
        type: "application/json",
        content: new TextEncoder().encode(issued.json),
      },
    ],
  };
}
