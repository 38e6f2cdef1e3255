/**
 * What a browser or a program carries that may see a page of an audience: the sealed id of a link, in an address; or a pass in a cookie,
 * which says how somebody came in and until when. Both are sealed with the server's secret for one page, so nobody can make one, and
 * what they rest on is looked up each time: a link, a password, a session.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Instant } from "../domain/time/interval.ts";

/** A pass is good for so long; then the door asks again. */
export const passMs = 12 * 3_600_000;
/** One that an address hands over to a page under a name of its own is good once, for as long as it takes to follow it. */
export const handoverMs = 60_000;

/** How somebody came in: by a link of this id, a password set then, a session of this digest in base64url. */
export type CarriedPass =
  { kind: "link"; id: string } | { kind: "password"; setAt: Instant } | { kind: "session"; digest: string };

const kinds = { l: "link", p: "password", s: "session" } as const;

/** As an address holds a link: `<id>.<seal>`. */
export function sealPageLink(secretKey: string, page: string, id: string): string {
  return `${id}.${sealOf(secretKey, `link ${page} ${id}`)}`;
}

/** Id of the link; undefined: it was not made here, or for another page. */
export function openPageLink(secretKey: string, page: string, sealed: string): string | undefined {
  return opened(sealed, (id) => sealOf(secretKey, `link ${page} ${id}`));
}

/**
 * As an address in a feed holds a link: whoever reads the feed by that link may open this one page of an entry, and hand its address on,
 * without giving away the feed.
 *
 * @param path of the entry below the root of its page, without a language
 */
export function sealEntry(secretKey: string, page: string, path: string, id: string): string {
  return `${id}.${sealOf(secretKey, `entry ${page} ${path} ${id}`)}`;
}

/** Id of the link; undefined: it was not made here, or for another entry. */
export function openEntry(secretKey: string, page: string, path: string, sealed: string): string | undefined {
  return opened(sealed, (id) => sealOf(secretKey, `entry ${page} ${path} ${id}`));
}

/** As a cookie holds a pass: `<kind>.<what>.<until>.<seal>`. */
export function sealPass(secretKey: string, page: string, pass: CarriedPass, now: Instant): string {
  return seal(secretKey, `pass ${page}`, pass, now + passMs);
}

/** The pass; undefined: it was not made here, is for another page, or is over. */
export function openPass(
  secretKey: string,
  page: string,
  sealed: string,
  now: Instant,
): CarriedPass | undefined {
  return open(secretKey, `pass ${page}`, sealed, now);
}

/** As an address carries a pass to a page under a name of its own, which no cookie of ours reaches: `<number>.<pass>`, no two alike. */
export function sealHandover(secretKey: string, page: string, pass: CarriedPass, now: Instant): string {
  const number = randomBytes(9).toString("base64url");
  return `${number}.${seal(secretKey, `handover ${page} ${number}`, pass, now + handoverMs)}`;
}

/** The pass; undefined: it was not made here, is for another page, or is over. */
export function openHandover(
  secretKey: string,
  page: string,
  sealed: string,
  now: Instant,
): CarriedPass | undefined {
  const [, number = "", pass = ""] = /^([\w-]{12})\.(.*)$/.exec(sealed) ?? [];
  return open(secretKey, `handover ${page} ${number}`, pass, now);
}

function seal(secretKey: string, purpose: string, pass: CarriedPass, until: Instant): string {
  const letter = { link: "l", password: "p", session: "s" }[pass.kind];
  const what = pass.kind === "link" ? pass.id : pass.kind === "password" ? pass.setAt : pass.digest;
  const said = `${letter}.${what}.${until}`;
  return `${said}.${sealOf(secretKey, `${purpose} ${said}`)}`;
}

function open(secretKey: string, purpose: string, sealed: string, now: Instant): CarriedPass | undefined {
  const [, said = "", letter = "", what = "", until = "", seal = ""] =
    /^(([lps])\.([\w-]{1,64})\.(\d{1,15}))\.([\w-]{32})$/.exec(sealed) ?? [];
  if (said === "" || !isSeal(seal, sealOf(secretKey, `${purpose} ${said}`)) || Number(until) <= now) {
    return undefined;
  }
  switch (kinds[letter as keyof typeof kinds]) {
    case "link":
      return { kind: "link", id: what };
    case "password":
      return { kind: "password", setAt: Number(what) };
    case "session":
      return { kind: "session", digest: what };
  }
}

function opened(sealed: string, wanted: (id: string) => string): string | undefined {
  const [, id = "", seal = ""] = /^([\w-]{16})\.([\w-]{32})$/.exec(sealed) ?? [];
  return id !== "" && isSeal(seal, wanted(id)) ? id : undefined;
}

function isSeal(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

/** 192 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, what: string): string {
  return createHmac("sha256", secretKey)
    .update(`fournines page ${what}`)
    .digest()
    .subarray(0, 24)
    .toString("base64url");
}
