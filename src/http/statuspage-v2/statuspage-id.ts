/**
 * Ids as clients of the Statuspage API expect them: twelve small letters and digits, the same for the same thing for ever. Made from what
 * identifies the thing here, so nothing more is stored.
 */
import { createHash } from "node:crypto";

/** What is told under an id of its own. */
export type StatuspageThing = "page" | "component" | "group" | "incident" | "update" | "maintenance";

const length = 12;

/** @param key what identifies it here: a slug, a reference, a reference with the place of the update */
export function statuspageId(thing: StatuspageThing, key: string): string {
  const digest = createHash("sha256").update(`${thing} ${key}`).digest();
  return digest.readBigUInt64BE(0).toString(36).padStart(length, "0").slice(-length);
}
