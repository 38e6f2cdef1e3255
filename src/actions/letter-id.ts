/**
 * What letters are called, in logs, in their Message-ID and in the address to which they come back: which kind of letter it is, and 16 signs
 * that nobody guesses. Before whatever writes letters, and whoever takes them back.
 */
import { randomBytes } from "node:crypto";

/** A message to a subscriber; a mailing; what was written to somebody with a link that lets them in. */
const prefixes = { message: "msg_", mailing: "mail_", link: "link_" } as const;
export type LetterKind = keyof typeof prefixes;
export const letterKinds = Object.keys(prefixes) as LetterKind[];

/**
 * Random, so that no two installations give mails the same Message-ID; whoever answers a challenge must have received it. Of what has a link
 * the signs are the link's.
 */
export function newLetterId(kind: Exclude<LetterKind, "link">): string {
  return letterId(kind, randomBytes(12).toString("base64url"));
}

/** `mail_` and its signs. */
export function letterId(kind: LetterKind, signs: string): string {
  return `${prefixes[kind]}${signs}`;
}

/** What an id that was made here is made of; undefined: it was not. */
export function readLetterId(id: string): { kind: LetterKind; signs: string } | undefined {
  const kind = letterKinds.find((one) => id.startsWith(prefixes[one]));
  return kind && { kind, signs: id.slice(prefixes[kind].length) };
}
