/** Sends somebody the link to their account, where mail is set up: an invitation, or the way to a new password. */
import { accountLetter } from "../documents/account-letter.ts";
import type { Person } from "../domain/people/person.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Mail } from "../notify/mail.ts";
import type { AccessLink } from "../store/access-links.ts";
import { pathOfAccessLink } from "./access-link.ts";

/** What letters of accounts are sent with. */
export interface AccountPost {
  send(mail: Mail): Promise<void>;
  settings(): Pick<PlatformSettings, "name" | "timeZone" | "languages">;
  secretKey: string;
  /** Address of the server as readers see it. */
  baseUrl(): string;
}

/** @throws ChannelFailure when the mail server did not take it; nobody without an address is written to */
export async function sendAccountLetter(
  post: AccountPost,
  { person, link }: { person: Person; link: AccessLink },
  now: Instant,
): Promise<void> {
  if (person.mail === null) {
    return;
  }
  const { name: platform, timeZone, languages } = post.settings();
  const language = [person.language, ...languages].find((one): one is CustomerLanguage =>
    customerLanguages.includes(one as CustomerLanguage),
  );
  const letter = accountLetter({
    about: link.purpose === "reset" ? "reset" : "invitation",
    ...{ platform, name: person.name, recipient: person.mail, timeZone, language: language ?? "en" },
    link: { address: `${post.baseUrl()}${pathOfAccessLink(post.secretKey, link)}`, until: link.expiresAt },
  });
  await post.send({
    ...letter,
    ...{ id: `account-${link.id}`, to: person.mail, replyTo: null, language: language ?? "en" },
    ...{ list: { name: platform, word: "accounts" }, date: now, attachments: [] },
  });
}
