/** Letters about an account: an invitation, the way to a new password, and that an authenticator was taken away. Each holds one link. */
import { isoInstant } from "../domain/time/written-instant.ts";
import { type Letter, type LetterContents, letterHtml, letterText } from "./letter.ts";
import { mailLanguage } from "./mail-language.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";

export interface AccountLetter {
  about: "invitation" | "reset" | "authenticator" | "test";
  /** Name of the platform. */
  platform: string;
  /** Name of who is written to; null: nobody knows yet. */
  name: string | null;
  recipient: string;
  language: CustomerLanguage;
  timeZone: string;
  /** `until` null: it is no secret, and good for ever. */
  link: { address: string; until: Instant | null };
}

export function accountLetter(told: AccountLetter): Letter {
  const { about, platform, name, recipient, timeZone, link } = told;
  const { say, report } = mailLanguage(told.language);
  const subject = say(`account.${about}.subject`, { platform });
  const lead = say(`account.${about}.lead`, { platform });
  const contents: LetterContents = {
    languageTag: report.tag,
    sender: platform,
    title: name === null ? subject : say("account.greeting", { name }),
    preview: lead,
    blocks: [
      { kind: "text", text: lead },
      { kind: "link", text: say(`account.${about}.follow`), address: link.address },
      ...(link.until === null
        ? []
        : [
            {
              kind: "text" as const,
              text: say("account.once", {
                until: report.minute(isoInstant(link.until), timeZone),
              }),
            },
          ]),
    ],
    footer: [say(`account.${about}.footer`, { platform, address: recipient })],
  };
  return { subject, text: letterText(contents), html: letterHtml(contents) };
}
