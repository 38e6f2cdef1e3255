/** Writes to somebody about their account, where mail is set up: an invitation, the way to a new password, what was taken from it. */
import { accountLetter, type AccountLetter } from "../documents/account-letter.ts";
import { type Letterhead, underLetterhead } from "../documents/letterhead.ts";
import type { Person } from "../domain/people/person.ts";
import { type CustomerLanguage, customerLanguages } from "../domain/sla/promise/customer.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Mail } from "../notify/mail.ts";
import type { AccessLink } from "../store/access-links.ts";
import { pathOfAccessLink } from "./access-link.ts";
import { letterId } from "./letter-id.ts";
import { wayBack } from "./way-back.ts";

/** What letters of accounts are sent with. */
export interface AccountPost {
  send(mail: Mail): Promise<void>;
  settings(): Pick<PlatformSettings, "name" | "timeZone" | "languages">;
  /** The platform's logo; null: it has none. */
  head(): Promise<Letterhead | null>;
  secretKey: string;
  /** To which mail comes back that cannot be delivered; null: to whom it is from, and nobody here hears of it. */
  bounceMail: string | null;
  /** Address of the server as readers see it. */
  baseUrl(): string;
}

/** @throws ChannelFailure when the mail server did not take it; nobody without an address is written to */
export async function sendAccountLetter(
  post: AccountPost,
  { person, link }: { person: Person; link: AccessLink },
  now: Instant,
): Promise<void> {
  await write(
    post,
    person,
    {
      about: link.purpose === "reset" ? "reset" : "invitation",
      link: { address: `${post.baseUrl()}${pathOfAccessLink(post.secretKey, link)}`, until: link.expiresAt },
      id: link.id,
      ...(post.bounceMail === null
        ? {}
        : { wayBack: wayBack(post.secretKey, post.bounceMail, letterId("link", link.id)) }),
    },
    now,
  );
}

/** Tells somebody that codes of their authenticator are asked for no more: should they not know why, they have to act. @throws ChannelFailure */
export async function tellAuthenticatorRemoved(
  post: AccountPost,
  person: Person,
  now: Instant,
): Promise<void> {
  const room = person.role === "customer" ? "/portal" : "/console/account";
  await write(
    post,
    person,
    {
      about: "authenticator",
      link: { address: `${post.baseUrl()}${room}`, until: null },
      id: `authenticator-${person.id}-${now}`,
    },
    now,
  );
}

/** Why a mail to this person is not taken; null: it was. Nobody's address, and it says so. */
export async function trySendingMail(
  post: AccountPost,
  person: Person,
  now: Instant,
): Promise<string | null> {
  if (person.mail === null) {
    return "There is no address to send it to.";
  }
  const link = { address: `${post.baseUrl()}/console/settings`, until: null };
  try {
    await write(post, person, { about: "test", link, id: `test-${person.id}-${now}` }, now);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function write(
  post: AccountPost,
  person: Person,
  { id, wayBack: back, ...told }: Pick<AccountLetter, "about" | "link"> & Pick<Mail, "id" | "wayBack">,
  now: Instant,
): Promise<void> {
  if (person.mail === null) {
    return;
  }
  const { name: platform, timeZone, languages } = post.settings();
  const language = [person.language, ...languages].find((one): one is CustomerLanguage =>
    customerLanguages.includes(one as CustomerLanguage),
  );
  const bare = accountLetter({
    ...{ platform, name: person.name, recipient: person.mail, timeZone, language: language ?? "en" },
    ...told,
  });
  const { letter, pictures } = underLetterhead(bare, await post.head());
  await post.send({
    ...letter,
    ...{ id: `account-${id}`, to: person.mail, replyTo: null, language: language ?? "en" },
    ...{ list: { name: platform, word: "accounts" }, date: now, attachments: pictures },
    ...(back === undefined ? {} : { wayBack: back }),
  });
}
