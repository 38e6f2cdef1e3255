/** What a link is called, in its address and by whoever revokes it: on the command line too, where a word that begins with a dash is an option. */
import { randomBytes } from "node:crypto";

/** 16 characters of base64url out of 12 random bytes, the first of them no dash. */
export function linkId(): string {
  const id = randomBytes(12).toString("base64url");
  return id.startsWith("-") ? linkId() : id;
}
