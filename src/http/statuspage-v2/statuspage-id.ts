/**
 * Ids as clients of the Statuspage API expect them: twelve small letters and digits, the same for the same thing for ever, and no other's.
 * Made from what identifies the platform and the thing here, so nothing more is stored.
 */
import { createHash } from "node:crypto";
import type { Instant } from "../../domain/time/interval.ts";

/** What is told under an id of its own. */
export type StatuspageThing = "page" | "component" | "group" | "incident" | "update" | "maintenance";

export interface StatuspageIds {
  /** Of the page itself, which everything on it names. */
  page: string;
  /** `key`: what identifies the thing on its platform: a slug, a reference, a reference with the place of the update. */
  of(thing: StatuspageThing, key: string): string;
}

const length = 12;

/**
 * Clients keep what they have seen of many pages by these ids: services of one name on two platforms must not be taken for one.
 *
 * @param platformSince when the platform was set down first, to the millisecond: it stays what it was, whatever it is called later
 */
export function statuspageIds(platformSince: Instant): StatuspageIds {
  const of = (thing: StatuspageThing, key: string) => {
    const digest = createHash("sha256").update(`${platformSince} ${thing} ${key}`).digest();
    return digest.readBigUInt64BE(0).toString(36).padStart(length, "0").slice(-length);
  };
  return { page: of("page", "page"), of };
}
