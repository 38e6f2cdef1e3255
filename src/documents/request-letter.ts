/** Letters about a request: that it was received and under which reference, and what somebody answers. */
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { type Letter, type LetterContents, letterHtml, letterText } from "./letter.ts";
import { mailLanguage } from "./mail-language.ts";

export interface RequestLetter {
  about: "received" | "answer";
  platform: string;
  /** Who is written to; null: nobody has said. */
  name: string | null;
  reference: string;
  subject: string;
  /** What was reported, or what is answered. */
  words: string;
  /** Names of files that came with it and are not kept. */
  notKept: readonly string[];
  /** Until when an answer is promised; null: no figure is. */
  dueAt: Instant | null;
  /** Whether it is solved with this. */
  isSolved: boolean;
  /** Whether an answer to this mail comes back to the request. */
  takesAnswers: boolean;
  language: CustomerLanguage;
  timeZone: string;
}

/** The reference stands in the subject, so that an answer finds its request. */
export function requestLetter(told: RequestLetter): Letter {
  const { about, platform, name, reference, subject: title, words, dueAt, isSolved, timeZone } = told;
  const { say, report } = mailLanguage(told.language);
  const subject = `[${reference}] ${title}`;
  const lead = say(`request.${about}.lead`, { platform, reference });
  const paragraphs = words.split(/\n{2,}/).map((text) => ({ kind: "text" as const, text }));
  const promised =
    dueAt === null
      ? []
      : [
          {
            kind: "text" as const,
            text: say("request.due", { at: report.minute(isoInstant(dueAt), timeZone) }),
          },
        ];
  const missing =
    told.notKept.length === 0
      ? []
      : [{ kind: "text" as const, text: say("request.notKept", { files: told.notKept.join(", ") }) }];
  const contents: LetterContents = {
    languageTag: report.tag,
    sender: platform,
    title: name === null ? title : say("account.greeting", { name }),
    preview: lead,
    blocks:
      about === "received"
        ? [
            { kind: "text", text: lead },
            { kind: "code", text: reference },
            ...promised,
            ...missing,
            { kind: "heading", text: title },
            ...paragraphs,
          ]
        : [
            ...paragraphs,
            ...(isSolved ? [{ kind: "text" as const, text: say("request.solved") }] : []),
            { kind: "text", text: lead },
          ],
    footer: [say(told.takesAnswers ? "request.footer.answer" : "request.footer", { platform, reference })],
  };
  return { subject, text: letterText(contents), html: letterHtml(contents) };
}
